"""The rules that are others now than in a release: where lives that were moved from it may differ from the uncut ones.

A change of a rule is declared here, with what it explains, until no release is tried any more that had the old one.
"""

from dataclasses import replace

from lifecycle.domain.enums import Outcome
from lifecycle.state.log import EntryKind
from tests.releases.comparing import ChangedRule, Difference


def _said_less(difference: Difference) -> bool:
    """Whether it is a line that 0.1.0 did not write, or wrote with less in it, or at the moment at which it noticed what it missed."""
    moved, uncut = difference.moved, difference.uncut
    if uncut is None:
        return False
    if moved is None:
        return uncut.kind in _NEW_KINDS or uncut.outcome in _OF_THEIR_OWN_MOMENT
    plain = {"cause": None, "why": "", "by": "", "to": "", "key": "", "until": None}
    at = uncut.at if uncut.outcome in _OF_THEIR_OWN_MOMENT else moved.at
    return replace(moved, at=at, **plain) == replace(uncut, **plain)  # type: ignore[arg-type]  # each by its own type


_NEW_KINDS = (EntryKind.WAIT, EntryKind.PLAY, EntryKind.MILESTONE, EntryKind.PLAYBOOK)
_OF_THEIR_OWN_MOMENT = (Outcome.SKIPPED, Outcome.MISSED)

CHANGED_RULES: list[ChangedRule] = [
    ChangedRule(
        "everything has a line, with its cause and at its own moment",
        "0.1.0",
        _said_less,
        # What was skipped or missed is counted singly; a milestone whose stage has ended is not due any more.
        fields=frozenset({"counts", "milestones"}),
    )
]


def rules_changed_since(release: str) -> list[ChangedRule]:
    """Those that were otherwise in that release."""
    return [rule for rule in CHANGED_RULES if rule.concerns(release)]
