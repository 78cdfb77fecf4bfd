"""The rules that are others now than in a release: where lives that were moved from it may differ from the uncut ones.

A change of a rule is declared here, with what it explains, until no release is tried any more that had the old one.
"""

from dataclasses import replace
from datetime import datetime

from lifecycle.domain.enums import Outcome
from lifecycle.domain.touch import CATCH_UP
from lifecycle.state.log import Entry, EntryKind
from tests.releases.comparing import ChangedRule, Difference


def _said_less(difference: Difference) -> bool:
    """Whether it is a line that 0.1.0 did not write, or wrote with less in it, or at the moment at which it noticed what it missed."""
    moved, uncut = difference.moved, difference.uncut
    if uncut is None:
        return False
    if moved is None:
        return uncut.kind in _NEW_KINDS or uncut.outcome in _OF_THEIR_OWN_MOMENT
    return _plain(moved, uncut.at if uncut.outcome in _OF_THEIR_OWN_MOMENT else moved.at) == _plain(uncut, uncut.at)


def _plain(line: Entry, at: datetime) -> Entry:
    """The line with what 0.1.0 wrote, at that moment."""
    return replace(line, at=at, cause=None, why="", by="", to="", key="", until=None)


def _reached_at_work(difference: Difference) -> bool:
    """Whether something is done at another moment, or is held back that was done at once: people of ours are reached at work."""
    moved, uncut = difference.moved, difference.uncut
    if moved is not None and uncut is not None:
        return moved.kind in (EntryKind.TOUCH, EntryKind.PLAY, EntryKind.WAIT) and _plain(moved, uncut.at) == _plain(uncut, uncut.at)
    line = uncut or moved
    assert line is not None
    # A wait that began later may not be over when its stage is.
    return line.kind in (EntryKind.WAIT, EntryKind.PLAY) or (
        line.outcome is Outcome.DELAYED and line.what.startswith(("task ", "escalate "))
    )


def _told_of_late_start(difference: Difference) -> bool:
    """Whether it is the task that lists what a late start has missed: a life that 0.1.0 began has none, also when it has moved."""
    moved, uncut = difference.moved, difference.uncut
    return moved is None and uncut is not None and uncut.what == f"task {CATCH_UP}"


_NEW_KINDS = (EntryKind.WAIT, EntryKind.PLAY, EntryKind.MILESTONE, EntryKind.PLAYBOOK)
_OF_THEIR_OWN_MOMENT = (Outcome.SKIPPED, Outcome.MISSED)

CHANGED_RULES: list[ChangedRule] = [
    ChangedRule(
        "everything has a line, with its cause and at its own moment",
        "0.1.0",
        _said_less,
        # What was skipped or missed is counted singly; a milestone whose stage has ended is not due any more.
        fields=frozenset({"counts", "milestones"}),
    ),
    ChangedRule(
        "tasks and escalations reach people in working hours, and business days that begin outside the hours end with them",
        "0.1.0",
        _reached_at_work,
        # What is held back is counted as delayed.
        fields=frozenset({"counts"}),
    ),
    ChangedRule(
        "what a late start has missed is listed for the owner, and may still be sent",
        "0.1.0",
        _told_of_late_start,
        # What was missed under 0.1.0 is in the timeline alone.
        fields=frozenset({"counts", "missed"}),
    ),
    ChangedRule(
        "a life remembers its health of a month ago",
        "0.1.0",
        # What it was under 0.1.0 nobody has kept.
        fields=frozenset({"health_change"}),
    ),
]


def rules_changed_since(release: str) -> list[ChangedRule]:
    """Those that were otherwise in that release."""
    return [rule for rule in CHANGED_RULES if rule.concerns(release)]
