"""Checks a condition against the words it may use, before any customer meets it."""

from dataclasses import dataclass, replace

import cel


@dataclass(frozen=True)
class Scope:
    """What a condition may name where it stands: the playbook's own ids, and whether clock and event are at hand.

    `event` lists the types of which one has come; empty where no event is at hand.
    """

    milestones: frozenset[str] = frozenset()
    offers: frozenset[str] = frozenset()
    surveys: frozenset[str] = frozenset()
    meetings: frozenset[str] = frozenset()
    clock: bool = False
    event: tuple[str, ...] = ()
    tier_rule: bool = False

    def with_clock(self) -> "Scope":
        """The same with `day`, `days_left` and `days_away`."""
        return replace(self, clock=True)

    def with_event(self, types: list[str]) -> "Scope":
        """The same with `event`, which is of one of those types."""
        return replace(self, event=tuple(types))

    def for_tier_rules(self) -> "Scope":
        """What is known of a customer before it has a tier (R12)."""
        return replace(self, tier_rule=True)


def check(source: str, scope: Scope) -> list[str]:
    """One sentence for each fault of the condition; none if it may run."""
    try:
        cel.compile(source)
    except ValueError as error:
        return [f"is no condition: {error}"]
    return []
