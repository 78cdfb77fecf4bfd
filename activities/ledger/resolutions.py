"""A person's word on a touch of which nobody knew whether it was sent: it stands in the ledger, whoever is asked later."""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from activities.ledger.database.touch_table import TOUCHES, TouchRow, TouchState
from activities.ledger.failures import scrub
from activities.ledger.ledger import receipt_json
from activities.ledger.reports import LedgerReports
from lifecycle.domain.enums import Outcome, Resolution
from lifecycle.domain.model import Frozen
from lifecycle.domain.touch import Answer, Receipt

IN_WORDS = {
    Resolution.SENT: "sent",
    Resolution.NOT_SENT: "not sent",
    Resolution.AGAIN: "not sent, and to be done again",
}
"""What a person says by each."""


class ResolveTouch(Frozen):
    """What `by` says became of the touch. `not_again` is why it cannot be done again, in a sentence, where that is known."""

    key: str
    resolution: Resolution
    by: str
    not_again: str = ""


class Standing(StrEnum):
    """How a person's word was taken: nobody had said so before, it was so already, or it cannot be taken."""

    RESOLVED = "resolved"
    ALREADY = "already"
    REFUSED = "refused"


@dataclass(frozen=True)
class Resolved:
    """How a person's word was taken; `by` is who said so first, `why` the sentence of a refusal."""

    standing: Standing
    by: str = ""
    why: str = ""


def answer_to(said: ResolveTouch, resolved: Resolved) -> str:
    """The sentence that answers a word that was taken: the same, whoever says it once more."""
    return f"{said.key} is resolved: {IN_WORDS[said.resolution]}, says {resolved.by}"


class Resolutions:
    """Persons' words on unknown touches, in one database. Every method blocks: call it from a thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def resolve(self, said: ResolveTouch) -> Resolved:
        """Take a person's word. The same word again is answered as before, another one is refused."""
        if not (said.resolution is Resolution.AGAIN and said.not_again):
            unknown = TOUCHES.update().where(TOUCHES.c.key == said.key, TOUCHES.c.state == TouchState.UNKNOWN)
            with self.engine.begin() as connection:
                if connection.execute(unknown.values(_values(said))).rowcount == 1:
                    return Resolved(Standing.RESOLVED, said.by)
        return _as_it_stands(said, LedgerReports(self.engine).row(said.key))


def _values(said: ResolveTouch) -> dict[str, object]:
    why = f"{IN_WORDS[said.resolution]}, says {said.by}"
    resolved = {"resolution": said.resolution, "resolved_by": said.by, "reason": scrub(why)}
    if said.resolution is Resolution.AGAIN:
        return resolved | {"state": TouchState.RELEASED, "outcome": None, "receipt": None}
    sent = said.resolution is Resolution.SENT
    receipt = Receipt(key=said.key, answer=Answer.DONE if sent else Answer.REFUSED, why=scrub(why))
    return resolved | {
        "state": TouchState.CONFIRMED if sent else TouchState.REFUSED,
        "outcome": Outcome.SENT if sent else Outcome.FAILED,
        "receipt": receipt_json(receipt),
        "acted": int(sent),
    }


def _as_it_stands(said: ResolveTouch, row: TouchRow | None) -> Resolved:
    if row is None:
        return Resolved(Standing.REFUSED, why=f"the ledger has no touch {said.key}; 'starter.py touches --unknown' lists the unknown ones")
    if row.state is TouchState.UNKNOWN:
        return Resolved(Standing.REFUSED, why=said.not_again)
    if row.resolution is said.resolution:
        return Resolved(Standing.ALREADY, row.resolved_by or "")
    if row.resolution is not None:
        words = IN_WORDS[row.resolution]
        return Resolved(Standing.REFUSED, why=f"{said.key} was resolved before, as {words}, by {row.resolved_by}; the first word stands")
    if row.state is TouchState.CONFIRMED and said.resolution is Resolution.SENT:
        return Resolved(Standing.ALREADY, "the attempt itself")
    return Resolved(Standing.REFUSED, why=f"{said.key} is not unknown: it is {row.outcome or 'still being tried'}")
