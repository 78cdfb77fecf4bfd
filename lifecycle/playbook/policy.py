"""What holds for a whole playbook: who is speaking, how often and at what hours, and what the contract leaves open."""

import re
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field, field_validator

from lifecycle.domain.enums import Renews
from lifecycle.domain.fields import Ids, Words
from lifecycle.domain.model import Frozen
from lifecycle.domain.people.customer import Address
from lifecycle.domain.people.workplaces import Workplaces
from lifecycle.domain.texts.colours import COLOUR
from lifecycle.domain.texts.languages import Translated
from lifecycle.domain.time.calendar import check_country
from lifecycle.domain.time.durations import Duration, Span, Unit
from lifecycle.domain.time.hours import Hours
from lifecycle.domain.time.zones import check_zone


class Sender(StrEnum):
    """In whose name messages go out."""

    OWNER = "owner"
    COMPANY = "company"


class Company(Frozen):
    """Who is speaking, and of which product (the company's name where it has none of its own).

    Messages come from the company's address, in its name or in the owner's. Replies go to `reply_to`, or to the owner where that is empty.
    """

    name: Words
    product: Words = ""
    url: Words = ""
    email: Words
    signature: Words = ""
    sender: Sender = Sender.COMPANY
    reply_to: Address | None = None


def _web_address(text: str) -> str:
    if not _WEB_ADDRESS.fullmatch(text):
        raise ValueError("is no address of a picture: write one such as https://example.com/logo.png")
    return text


def _colour(text: str) -> str:
    if not COLOUR.fullmatch(text.lower()):
        raise ValueError(f"'{text}' is no colour: write it in quotes, as '#0b57d0'")
    return text.lower()


_WEB_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(:\d+)?/[\w./~%?=&+-]*", re.ASCII)


class Brand(Frozen):
    """What every message looks like: a logo, a colour, and what stands under it by law. Texts may be translated."""

    logo: Annotated[Words, AfterValidator(_web_address)] | None = None
    colour: Annotated[Words, AfterValidator(_colour)] | None = None
    address: Translated = ""
    legal: Translated = ""


class Every(StrEnum):
    """Of which whole period there is a report."""

    MONTH = "month"
    QUARTER = "quarter"


class Reports(Frozen):
    """To which roles of ours the portfolio's report is mailed, and how often: on the first business day of the next period, by that zone's clock and
    that country's calendar.
    """

    to: Annotated[Ids, Field(max_length=20)]
    every: Every = Every.MONTH
    timezone: Annotated[str, AfterValidator(check_zone)]
    country: Annotated[str, AfterValidator(check_country)]


class Cap(Frozen):
    """At most so many messages a contact in that time, and never two of them less than `apart` from each other; operational ones do not
    count.
    """

    emails: Annotated[int, Field(ge=1)] = 2
    per: Duration = Span.parse("7d")
    apart: Duration | None = None


class ContactPolicy(Frozen):
    """How often and at what hours customers hear from us (R07), and at what hours we work. `jitter` spreads 09:00 over customers, each
    always the same. `people` says where and when each of ours works; a run is given it with its playbook, and no document says it.
    """

    cap: Cap = Cap()
    hours: Hours = Hours()
    jitter: Duration = Span.parse("20m")
    people: Workplaces | None = None

    @field_validator("jitter")
    @classmethod
    def _within_a_day(cls, jitter: Span) -> Span:
        if jitter.unit not in (Unit.SECOND, Unit.MINUTE, Unit.HOUR):
            raise ValueError(f"{jitter} would spread a morning over days: write it in s, m or h")
        return jitter


class StageLengths(NamedTuple):
    """How many days onboarding and renewal last at most; of a short term each takes a third."""

    onboarding: int = 90
    renewal: int = 90


USUAL_LENGTHS = StageLengths()


class ContractRules(Frozen):
    """What the contract clock does where the contract is silent.

    `renews` and `notice` are those of contracts that say nothing of their own. `lapsed` is how long after the grace an end without a word
    is closed as "no decision"; where it is None, that takes a person's word.
    """

    renews: Renews = Renews.BY_DECISION
    notice: Duration = Span.parse("30d")
    grace: Duration = Span.parse("14d")
    lapsed: Duration | None = None
    win_back: Duration = Span.parse("180d")
    away_long: Duration = Span.parse("90d")
