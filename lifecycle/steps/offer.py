"""`offer: {offer: return, terms: 25 % off the first year, once: ever, approval: cs-manager}`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from lifecycle.domain.enums import Once, Subject, Tier, TouchKind
from lifecycle.domain.fields import Id, Words
from lifecycle.domain.model import Frozen
from lifecycle.domain.time.durations import Duration, Span
from lifecycle.steps.base import Grant, Request, StepKind
from lifecycle.steps.stop import StopStep
from lifecycle.steps.task import TaskStep
from lifecycle.steps.wait_for import WaitForStep

if TYPE_CHECKING:
    from lifecycle.steps.step import Step


class OfferStep(Frozen, StepKind):
    """Grants an offer, as often as `once` allows, after approval by a role if one is named."""

    kind: ClassVar[str] = "offer"
    touch: ClassVar[TouchKind | None] = TouchKind.OFFER
    subject: ClassVar[Subject | None] = Subject.OFFER

    offer: Id
    terms: Words
    once: Once = Once.TERM
    approval: Id | None = None
    approve_within: Duration = Span.parse("5bd")

    def default_id(self) -> str:
        return f"offer-{self.offer}"

    def touch_name(self, step_id: str) -> str:
        return self.offer

    def request(self) -> Request:
        return Request(text=self.terms)

    def roles(self) -> Mapping[tuple[str | int, ...], str]:
        return {} if self.approval is None else {("offer", "approval"): self.approval}

    def grant(self) -> Grant | None:
        return Grant(self.offer, self.once)

    def subject_name(self, step_id: str) -> str:
        return self.offer

    def names(self) -> Mapping[Subject, str]:
        return {Subject.OFFER: self.offer}

    def before(self, step: "Step", name: str) -> "list[Step]":
        """Ask a role of ours for leave, and go on only if it is given in time."""
        if self.approval is None:
            return []
        make = type(step)
        title = f"Approve the offer {self.offer}: {self.terms}"[:500]
        task = TaskStep(title=title, owner=self.approval, due=dict.fromkeys(Tier, self.approve_within))
        late = make(id=f"{name}.refused", stop=StopStep(reason=f"offer {self.offer} was not approved"))
        refused = make(
            id=f"{name}.no",
            if_=f'offers["{self.offer}"].answer == "refused"',
            stop=StopStep(reason=f"offer {self.offer} was refused"),
        )
        answer = WaitForStep(
            event=["offer.approved", "offer.refused"],
            if_=f'event.offer == "{self.offer}"',
            timeout=self.approve_within,
            then=[refused],
            otherwise=[late],
        )
        return [
            make(id=f"{name}.approval", if_=step.if_, task=task),
            make(id=f"{name}.approved", if_=step.if_, wait_for=answer.until_due(self.approval)),
        ]
