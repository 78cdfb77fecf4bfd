"""Types of fields that the models of a playbook share, each with the short forms that a person may write."""

from datetime import time
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, StringConstraints

from lifecycle.domain.durations import Duration, Span
from lifecycle.domain.enums import Role, Tier


def listed(value: Any) -> Any:
    """One text as a list of it, and everything else as it is: what comes in a list may stand without one."""
    return [value] if isinstance(value, str) else value


def _condition(value: Any) -> Any:
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value


def _clock(value: Any) -> Any:
    # YAML 1.1 reads an unquoted 09:30 as the number 570.
    return f"{value // 60:02}:{value % 60:02}" if isinstance(value, int) and not isinstance(value, bool) else value


def _on_the_customer_s_clock(value: time) -> time:
    return value.replace(tzinfo=None)


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


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
If = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
    BeforeValidator(_condition),
]
"""A condition in CEL, as written; `true` and `false` may stand without quotes."""
Clock = Annotated[time, BeforeValidator(_clock), AfterValidator(_on_the_customer_s_clock)]
"""A time of day on the customer's clock."""
ByTier = Annotated[dict[Tier, Duration], BeforeValidator(_by_tier), PlainSerializer(_for_each_tier)]
"""One duration, or one a tier: `30d` or `{A: 30d, B: 45d, C: 90d}`."""
Roles = Annotated[list[Role], BeforeValidator(listed), Field(min_length=1)]
Events = Annotated[list[str], BeforeValidator(listed), Field(min_length=1)]
"""Event types; one may stand without a list."""
Ids = Annotated[list[Id], BeforeValidator(listed), Field(min_length=1)]
