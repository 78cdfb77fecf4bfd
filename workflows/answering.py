"""What a customer's workflow is asked, and answers without a change; also when its life is over."""

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from lifecycle.domain.enums import Category
from lifecycle.domain.texts.addresses import address_key
from lifecycle.engine import erasing
from lifecycle.engine.erasing import Known
from lifecycle.engine.session import Session
from lifecycle.explain.lookahead import foresee_next
from lifecycle.explain.record import Recorded, recorded_of, row_of
from lifecycle.explain.status import Status, status_of
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import Entry
from workflows.messages.messages import KnownCustomer
from workflows.messages.signals import described
from workflows.showing.showing import details_of


class Answering:
    """The queries. `session` is None while the run's playbook loads."""

    life: Lifecycle
    session: Session | None

    @workflow.query
    def status(self) -> Status:
        """Where the customer stands, why it sleeps and what comes next."""
        if self.session is None:
            raise ApplicationError("the run has only just begun; ask again in a moment")
        return status_of(self.session, workflow.now())

    @workflow.query
    def timeline(self) -> list[Entry]:
        """What happened and what was done, oldest first."""
        return self.life.log.timeline

    @workflow.query
    def known(self, ids: list[str]) -> dict[str, str]:
        """The digests of those of these events that are taken in; also asked when the life is over, of what is told once more."""
        return {each: digest for each in ids if (digest := self.life.inbox.digest_of(each)) is not None}

    @workflow.query
    def customer(self) -> KnownCustomer:
        """The customer as it is known now."""
        people = self.life.facts.people
        refused = {address_key(each.email): people.refused_by(each.email) for each in self.life.customer.contacts}
        return KnownCustomer(customer=self.life.customer, refused=refused)

    @workflow.query
    def refused(self, address: str) -> list[Category]:
        """The categories of message that this address wants no more."""
        return self.life.facts.people.refused_by(address)

    @workflow.query
    def known_of(self, address: str) -> Known:
        """What is known of the person with that address."""
        return erasing.known_of(self.life, address)

    @workflow.query
    def recorded(self) -> Recorded:
        """What the record should say of it now, for who makes that anew."""
        if self.session is None:
            raise ApplicationError("the run has only just begun; ask again in a moment")
        now = workflow.now()
        return recorded_of(self.life, row_of(self.life, now, foresee_next(self.session, now)), now)

    @workflow.query
    def whole(self) -> Lifecycle:
        """The whole life as it stands, for who asks what is kept."""
        return self.life

    def current_details(self) -> str:
        """What the Temporal UI shows of it, in Markdown; empty while its playbook loads."""
        return details_of(self.session, workflow.now()) if self.session is not None else ""

    def signals_taken(self) -> dict[str, str]:
        """The signals that people may send it, as the Temporal UI lists them."""
        return described()
