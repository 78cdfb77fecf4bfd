"""What tests of the contact policy share: two recipients, a policy without jitter, and its verdict."""

from datetime import datetime

from lifecycle.domain.enums import Category
from lifecycle.domain.time.durations import Span
from lifecycle.domain.touch import Recipient
from lifecycle.playbook.policy import ContactPolicy
from lifecycle.rules.contact_policy import Delay, Suppress, Verdict, judge
from lifecycle.state.life import Lifecycle
from tests.lifecycle.building import STRICT_POLICY, Raw, a_customer, a_playbook, living, moment

ANA = Recipient(name="Ana Silva", email="ana@acme.example")
BO = Recipient(name="Bo Berg", email="bo@acme.example")
STEADY = ContactPolicy(jitter=Span.parse("0s"))
NO_JITTER: Raw = {"contact_policy": STRICT_POLICY | {"jitter": "0s"}}
TUESDAY = moment("2026-03-10", "11:00")


def a_life(**fields: object) -> Lifecycle:
    return living(a_playbook(), a_customer(**fields)).life  # type: ignore[arg-type]


def verdict(life: Lifecycle, category: Category = Category.SUCCESS, *to: Recipient, at: str = "2026-03-10 11:00") -> Verdict:
    day, clock = at.split()
    return judge(life, STEADY, list(to) or [ANA], category, moment(day, clock, life.zone))


def delay(verdict: Verdict) -> tuple[datetime, str]:
    """Until when it holds a message back, and why."""
    assert isinstance(verdict, Delay)
    return verdict.until, verdict.why.words


def suppressed(verdict: Verdict) -> str:
    """Why it lets a message never go."""
    assert isinstance(verdict, Suppress)
    return verdict.why.words
