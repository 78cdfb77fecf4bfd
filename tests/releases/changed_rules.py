"""The rules that are others now than in a release: where lives that were moved from it may differ from the uncut ones.

A change of a rule is declared here, with what it explains, until no release is tried any more that had the old one.
"""

from tests.releases.comparing import ChangedRule

CHANGED_RULES: list[ChangedRule] = []


def rules_changed_since(release: str) -> list[ChangedRule]:
    """Those that were otherwise in that release."""
    return [rule for rule in CHANGED_RULES if rule.concerns(release)]
