"""What the engine writes down: lines of the timeline, and for the ledger what did not go out. Moments are UTC."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from lifecycle.domain.enums import Outcome
from lifecycle.domain.people.customer import Contact
from lifecycle.domain.time.zones import in_words
from lifecycle.domain.touch import Recipient, Record, Touch
from lifecycle.domain.why import Cause, Why
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import SINGLY, Entry, EntryKind
from lifecycle.state.plays import PlayRun


class Lines:
    """A life's timeline, as the engine writes it. `Session` is one."""

    __slots__ = ()

    life: Lifecycle

    def clock(self, moment: datetime) -> str:
        """The moment by the customer's clock, as lines say it."""
        return in_words(moment, self.life.zone)

    def note(
        self, at: datetime, kind: EntryKind, what: str, why: str = "", *, cause: Cause | None = None, by: str = "", key: str = ""
    ) -> None:
        """Write a line that stands for itself."""
        self.life.log.note(Entry(at=at, kind=kind, what=what, why=why, cause=cause, by=by, key=key))

    def note_deed(self, at: datetime, what: str, why: str, by: str, key: str = "") -> None:
        """Write what an operator did, and who it was, into the timeline and the record."""
        self.note(at, EntryKind.OPERATOR, what, why, cause=Cause.OPERATOR, by=by, key=key)
        self.life.record.deed(at, what, why, by)

    # ---- touches

    def note_sent(self, at: datetime, touch: Touch, outcome: Outcome, subject: str, said: tuple[Cause | None, str]) -> None:
        """Write a touch that went out, or may have, into the timeline, with what is to be said of it; the ledger has it."""
        cause, why = said
        line = Entry(
            at=at, kind=EntryKind.TOUCH, what=f"{touch.kind.value} {touch.name}", outcome=outcome, why=why, key=touch.key, cause=cause
        )
        line.to, line.subject = self._to_whom(touch), subject or touch.text
        self.life.log.note(line)

    def note_resolved(self, at: datetime, touch: Touch | None, key: str, outcome: Outcome, why: Why) -> None:
        """Write what became of a touch of that key that was unknown, as a person says; its line of then says what it was, if it is there still."""
        then = next((line for line in reversed(self.life.log.timeline) if line.kind is EntryKind.TOUCH and line.key == key), None)
        what = then.what if then is not None else f"{touch.kind.value} {touch.name}" if touch is not None else key.rpartition("/")[2]
        line = Entry(at=at, kind=EntryKind.TOUCH, what=what, outcome=outcome, why=why.words, key=key, cause=why.cause, by=why.by)
        if then is not None:
            line.to, line.subject = then.to, then.subject
        self.life.log.note(line)

    def note_touch_unsent(self, touch: Touch, outcome: Outcome, at: datetime, why: Why, until: datetime | None = None) -> None:
        """Write a touch that was asked for and did not go out, so far or at all, into the timeline, and set it down for the ledger."""
        unsent = _Unsent(touch.key, touch.play, touch.name, touch.kind.value, [person.email for person in touch.to])
        self._note_unsent(unsent, outcome, at, why, self._to_whom(touch), until)

    def note_run_unsent(self, run: PlayRun, outcome: Outcome, at: datetime, why: Why, to: Sequence[Contact] = ()) -> None:
        """The same for the touch at which a run stands, and to whom it would have gone where that is known."""
        unsent = _Unsent(run.touch_key(self.life.customer.id), run.play, run.touch_name, run.touch_kind, [person.email for person in to])
        self._note_unsent(unsent, outcome, at, why, ", ".join(map(_in_words, to)))

    def note_held(self, run: PlayRun, at: datetime, why: Why, until: datetime | None, to: Sequence[Contact] = ()) -> None:
        """The same for one that is held back until that moment at the earliest, or until somebody says so."""
        unsent = _Unsent(run.touch_key(self.life.customer.id), run.play, run.touch_name, run.touch_kind, [person.email for person in to])
        self._note_unsent(unsent, Outcome.DELAYED, at, why, ", ".join(map(_in_words, to)), until)

    def note_play_unsent(self, play: str, occurrence: str, outcome: Outcome, at: datetime, why: Why) -> None:
        """The same for a whole occurrence of a play of which no touch was begun."""
        self._note_unsent(_Unsent(self.occurrence_key(play, occurrence), play, play, "play", []), outcome, at, why)

    def _note_unsent(
        self, unsent: "_Unsent", outcome: Outcome, at: datetime, why: Why, to: str = "", until: datetime | None = None
    ) -> None:
        life, what, key = self.life, f"{unsent.kind} {unsent.name}", unsent.key
        line = Entry(at=at, kind=EntryKind.TOUCH, what=what, outcome=outcome, why=why.words, key=key, cause=why.cause, by=why.by)
        line.to, line.until = to, until
        kept = Record(**unsent._asdict(), customer=life.customer.id, outcome=outcome, at=at, why=why.words)
        life.log.note_unsent(kept, line)

    def _to_whom(self, touch: Touch) -> str:
        customer = self.life.customer
        return ", ".join(_in_words(customer.contact(person.email) or person) for person in touch.to) or touch.owner

    # ---- plays and their runs

    def occurrence_key(self, play: str, occurrence: str) -> str:
        """The key of a play's occurrence in the present term, as that of a touch with no step of its own."""
        return f"{self.life.customer.id}/{self.life.key_term}/{play}/{occurrence}/*"

    def note_held_off(self, play: str, at: datetime, why: Why, singly: int) -> None:
        """Write that a trigger, which nobody foresaw, did not start its play."""
        line = Entry(at=at, kind=EntryKind.PLAY, what=play, outcome=Outcome.SKIPPED, why=why.words, cause=why.cause, by=why.by)
        self.life.log.note(line, singly=singly)

    def note_ended(self, run: PlayRun, at: datetime, why: Why) -> None:
        """Write that a run ended before its last step."""
        key = run.touch_key(self.life.customer.id)
        line = Entry(at=at, kind=EntryKind.PLAY, what=run.play, why=f"ended: {why.words}", cause=why.cause, by=why.by, key=key)
        self.life.log.note(line, singly=SINGLY)

    def note_wait(self, run: PlayRun, at: datetime, cause: Cause, words: str, by: str = "") -> None:
        """Write what became of the wait at which a run stands."""
        key, what = run.touch_key(self.life.customer.id), f"{run.play}, step {run.step}"
        self.life.log.note(Entry(at=at, kind=EntryKind.WAIT, what=what, why=words, cause=cause, by=by, key=key), singly=SINGLY)


class _Unsent(NamedTuple):
    """A touch or a play's occurrence that did not go out, as the ledger names it."""

    key: str
    play: str
    name: str
    kind: str
    to: list[str]


def _in_words(person: Contact | Recipient) -> str:
    """Whom a touch goes to: name and address, and the role of somebody who is still with the customer."""
    who = f"{person.name} <{person.email}>"
    return f"{person.role.value} {who}" if isinstance(person, Contact) else who
