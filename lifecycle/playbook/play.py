"""A play: what begins it, its guards and its steps."""

from datetime import time
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints, field_validator, model_validator

from lifecycle.domain.enums import Once, OnChange, Per, Tier
from lifecycle.domain.fields import Clock, Events, Ids, If, Words
from lifecycle.domain.model import Frozen
from lifecycle.domain.time.by_tier import ByTier
from lifecycle.domain.time.durations import Duration, Span, Unit
from lifecycle.steps.step import Step

LONGEST_FRACTION = 40


def _fraction(value: Any) -> Any:
    if isinstance(value, str) and "/" in value:
        numerator, _, denominator = value.replace(" ", "").partition("/")
        if (
            len(value) > LONGEST_FRACTION
            or not numerator.isdecimal()
            or not denominator.isdecimal()
            or not 0 < int(numerator) < int(denominator)
        ):
            raise ValueError(f"'{value}' is no part of a term: write a fraction between 0 and 1, such as 1/3")
        return Fraction(int(numerator), int(denominator))
    return value


Part = Annotated[Fraction | Duration, BeforeValidator(_fraction), PlainSerializer(str, return_type=str)]
"""A part of a term, `1/3`, or a duration."""


class At(Frozen):
    """A moment before or after an anchor. `{day: 14}` and `{before_end: 30d}` are the short forms."""

    day: Annotated[int, Field(ge=0, le=3650)] | None = None
    before_end: Part | None = None
    after: Duration | None = None
    before: Duration | None = None
    of: (
        Annotated[
            str,
            StringConstraints(
                pattern=r"^(stage_start|stage_end|contract_start|contract_end|notice_end|enrolment|milestone:[a-z0-9][a-z0-9_.-]*)$"
            ),
        ]
        | None
    ) = None
    time: Clock = time(9)

    @model_validator(mode="after")
    def _one_form(self) -> "At":
        forms = [name for name in ("day", "before_end", "after", "before") if getattr(self, name) is not None]
        if len(forms) != 1:
            raise ValueError("write exactly one of day, before_end, after and before")
        if (self.of is not None) != (forms[0] in ("after", "before")):
            raise ValueError(
                "after and before need 'of' (stage_start, stage_end, contract_start, contract_end, notice_end, enrolment or milestone:ID); "
                "day and before_end take none"
            )
        return self


class Every(Frozen):
    """A rhythm from an anchor: `30d`, `1mo`, or `{each: {A: 30d, B: 60d, C: 90d}, of: contract_start}`. The first comes one period after the anchor."""

    each: ByTier
    of: Literal["stage_start", "contract_start"] = "stage_start"
    time: Clock = time(9)

    @field_validator("each")
    @classmethod
    def _an_hour_at_least(cls, each: dict[Tier, Span]) -> dict[Tier, Span]:
        for span in each.values():
            if span.amount == 0 or span.unit in (Unit.SECOND, Unit.MINUTE):
                raise ValueError(f"{span} is no rhythm for people: write an hour at least, such as 30d or 1mo")
            if span.unit is Unit.WORKING_HOUR:
                raise ValueError(f"{span} is no rhythm: working hours stop and go on; write it in h, d, bd, w or mo")
        return each


def _every(value: Any) -> Any:
    if isinstance(value, str):
        return {"each": value}
    if isinstance(value, dict) and value and set(value) <= set(Tier):
        return {"each": value}
    return value


class Trigger(StrEnum):
    """What begins a play: the key under which it stands in a playbook."""

    AT = "at"
    EVERY = "every"
    ON = "on"
    WHEN = "when"
    SILENT_FOR = "silent_for"
    OVERDUE = "overdue"


class Closed(StrEnum):
    """What becomes of a touch whose whole window is closed: it waits for the first open day, or it is dropped."""

    WAIT = "wait"
    DROP = "drop"


class Play(Frozen):
    """What to do, when, and for whom: one trigger, its guards and its steps.

    `any_hour` lets its tasks and escalations reach people of ours at night; its messages keep to the hours as ever.
    """

    about: Words = ""
    at: At | None = None
    every: Annotated[Every | None, BeforeValidator(_every)] = None
    on: Events | None = None
    when: If | None = None
    for_: Annotated[Duration | None, Field(alias="for")] = None
    silent_for: Duration | None = None
    overdue: Ids | None = None

    tiers: Annotated[list[Tier], Field(min_length=1)] = list(Tier)
    if_: Annotated[If | None, Field(alias="if")] = None
    until: If | None = None
    within: Duration | None = None
    closed: Closed = Closed.WAIT
    any_hour: bool = False
    once: Once | None = None
    cooldown: Duration | None = None
    priority: Annotated[int, Field(ge=0, le=100)] = 50
    key: Annotated[str, StringConstraints(pattern=r"^event\.[a-z_]+$")] | None = None
    per: Per | None = None
    on_change: OnChange | None = None
    outlives_stage: bool = False
    steps: Annotated[list[Step], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_trigger(self) -> "Play":
        triggers = [name for name in Trigger if getattr(self, name) is not None]
        if len(triggers) != 1:
            raise ValueError(
                f"a play has exactly one trigger of {', '.join(Trigger)}" + (f", and this has {' and '.join(triggers)}" if triggers else "")
            )
        if self.for_ is not None and self.when is None:
            raise ValueError("'for' goes with when")
        if self.key is not None and self.on is None:
            raise ValueError("'key' goes with on")
        if self.on_change is not None and self.key is None:
            raise ValueError("'on_change' goes with a key: it says what a run does when its trigger comes again under its key")
        if self.per is not None and (self.key is None or (self.once is None and self.cooldown is None)):
            raise ValueError(
                "'per' goes with a key and with once or cooldown: it says whether those count for each key or for the customer"
            )
        return self

    def serves(self, tier: Tier) -> bool:
        """Whether customers of that tier have the play: one with a rhythm that leaves a tier out is not for it."""
        return tier in self.tiers and (self.every is None or tier in self.every.each)

    @property
    def counts_by_key(self) -> bool:
        """Whether `once` and `cooldown` count for each key by itself."""
        return self.key is not None and self.per is not Per.CUSTOMER and (self.once is not None or self.cooldown is not None)

    @cached_property
    def trigger(self) -> Trigger:
        """What begins it."""
        return next(trigger for trigger in Trigger if getattr(self, trigger) is not None)
