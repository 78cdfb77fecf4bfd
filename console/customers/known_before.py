"""What the database knows of a file's customers before they are enrolled: who is one already, who comes back, and who is held."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from activities.ledger.database.database import open_database
from activities.ledger.holds import Holds
from activities.ledger.lives import KeptLives, Lives
from activities.settings import Settings
from lifecycle.domain.enums import Stage
from lifecycle.domain.holds import Hold
from lifecycle.domain.people.customer import Contract, Customer
from lifecycle.domain.people.earlier_lives import EarlierLives
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.last_known import LastKnown


@dataclass(frozen=True)
class KnownBefore:
    """`already` are customers whose life goes on, `again` those whose new contract begins another one, with what is known of those before,
    `over` those whose life is over and had this contract, and `unclear` those of whom an older build wrote down no more than that they
    had a life. `holds` are those that stand, and `held` the customers of the file that each covers.
    """

    already: list[str] = field(default_factory=list)
    again: dict[str, EarlierLives] = field(default_factory=dict)
    over: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    held: dict[int, list[str]] = field(default_factory=dict)

    def would_begin(self, customer: str) -> bool:
        """Whether a life of that customer would begin, as far as is known."""
        return customer not in self.already and customer not in self.over


async def known_before(settings: Settings, customers: Sequence[Customer], playbook: Playbook) -> KnownBefore:
    """What is known of these; nothing where there is no database yet, and none is made. Raises Failure."""
    return await asyncio.to_thread(_known_before, settings, customers, playbook)


def _known_before(settings: Settings, customers: Sequence[Customer], playbook: Playbook) -> KnownBefore:
    address = sa.make_url(settings.database)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        return KnownBefore()
    engine = open_database(settings.database)
    try:
        holds, lives, found = Holds(engine).standing(), Lives(engine), KnownBefore()
        for customer in customers:
            if (kept := lives.kept_of(customer.id)) is not None:
                _enter(found, customer, kept)
        covered = {hold.number: [each.id for each in customers if _covers(hold, each, playbook)] for hold in holds}
        found.holds.extend(hold for hold in holds if covered[hold.number])
        found.held.update({hold.number: covered[hold.number] for hold in found.holds})
        return found
    finally:
        engine.dispose()


def _enter(found: KnownBefore, customer: Customer, kept: KeptLives) -> None:
    last = kept.last
    if last is None:
        found.unclear.append(customer.id)
    elif last.stage is not Stage.CLOSED:
        found.already.append(customer.id)
    elif _is_followed_by(last, customer.contract):
        found.again[customer.id] = kept.earlier
    else:
        found.over.append(customer.id)


def _is_followed_by(last: LastKnown, contract: Contract) -> bool:
    return last.removed or last.contract is None or contract.start > last.contract.start


def _covers(hold: Hold, customer: Customer, playbook: Playbook) -> bool:
    selection = hold.selection
    return selection.customer in (None, customer.id) and selection.playbook in (None, playbook.playbook)
