"""What holds for a whole playbook: who is speaking, how often and at what hours, and what the contract leaves open."""

from datetime import time
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from lifecycle.domain.durations import Duration, Span, Unit
from lifecycle.domain.fields import Clock, Words
from lifecycle.domain.model import Frozen


class Company(Frozen):
    """Who is speaking."""

    name: Words
    url: Words = ""
    email: Words
    signature: Words = ""


class Cap(Frozen):
    """At most so many messages a contact in that time; operational ones do not count."""

    emails: Annotated[int, Field(ge=1)] = 2
    per: Duration = Span.parse("7d")


class Hours(Frozen):
    """When a message may arrive, on the customer's clock."""

    opens: Clock = time(9)
    closes: Clock = time(18)
    business_days: bool = True

    @model_validator(mode="after")
    def _in_order(self) -> "Hours":
        if self.closes <= self.opens:
            raise ValueError(f"the hours close at {self.closes:%H:%M}, which is not after they open at {self.opens:%H:%M}")
        return self


class ContactPolicy(Frozen):
    """How often and at what hours customers hear from us (R07). `jitter` spreads 09:00 over customers, each always the same."""

    cap: Cap = Cap()
    hours: Hours = Hours()
    jitter: Duration = Span.parse("20m")

    @field_validator("jitter")
    @classmethod
    def _within_a_day(cls, jitter: Span) -> Span:
        if jitter.unit not in (Unit.SECOND, Unit.MINUTE, Unit.HOUR):
            raise ValueError(f"{jitter} would spread a morning over days: write it in s, m or h")
        return jitter


class ContractRules(Frozen):
    """What the contract clock does where the contract is silent."""

    grace: Duration = Span.parse("14d")
    win_back: Duration = Span.parse("180d")
    away_long: Duration = Span.parse("90d")
