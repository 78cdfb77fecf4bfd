"""One duration for all customers, or one a tier: `30d` or `{A: 30d, B: 45d, C: 90d}`."""

from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from lifecycle.domain.enums import Tier
from lifecycle.domain.time.durations import Duration, Span


def _by_tier(value: Any) -> Any:
    return value if isinstance(value, dict) else dict.fromkeys(Tier, value)


def of_tier(spans: dict[Tier, Span], tier: Tier) -> Span | None:
    """What is said for that tier, or else for the tier next to it; None where nothing is said at all.

    A playbook says it for every tier that its play is for; a customer may change to another while the play runs.
    """
    order = list(Tier)
    at = order.index(tier)
    return next((spans[near] for near in sorted(order, key=lambda other: abs(order.index(other) - at)) if near in spans), None)


def _for_each_tier(spans: dict[Tier, Span]) -> Any:
    return {tier.value: str(span) for tier, span in spans.items()}


ByTier = Annotated[dict[Tier, Duration], BeforeValidator(_by_tier), PlainSerializer(_for_each_tier)]
"""One duration, or one a tier: `30d` or `{A: 30d, B: 45d, C: 90d}`."""
