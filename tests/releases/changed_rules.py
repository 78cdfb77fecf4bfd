"""The rules that are others now than in a release: where lives that were moved from it may differ from the uncut ones.

A change of a rule is declared here, with what it explains, until no release is tried any more that had the old one.
"""

from dataclasses import replace

from lifecycle.domain.enums import Outcome
from lifecycle.state.log import EntryKind
from tests.releases.comparing import ChangedRule, Difference


def _reached_at_work(difference: Difference) -> bool:
    """Whether something is done at another moment, or is held back that was done at once: people of ours are reached at work."""
    moved, uncut = difference.moved, difference.uncut
    if moved is not None and uncut is not None:
        return moved.kind in (EntryKind.TOUCH, EntryKind.PLAY) and replace(moved, at=uncut.at) == uncut
    line = uncut or moved
    return line is not None and line.outcome is Outcome.DELAYED and line.what.startswith(("task ", "escalate "))


CHANGED_RULES: list[ChangedRule] = [
    ChangedRule(
        "tasks and escalations reach people in working hours, and business days that begin outside the hours end with them",
        "0.1.0",
        _reached_at_work,
        # What is held back is counted as delayed.
        fields=frozenset({"counts"}),
    )
]


def rules_changed_since(release: str) -> list[ChangedRule]:
    """Those that were otherwise in that release."""
    return [rule for rule in CHANGED_RULES if rule.concerns(release)]
