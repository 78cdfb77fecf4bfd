"""Links of a customer's, as a mail carries them, and what is said by them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr

from activities.mail.links import LINK_LIFETIMES, Link, LinkCodec, Purpose
from lifecycle.domain.model import Scalar
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook
from tests.gateway.gateway_harness import LINK_SECRET, GatewayHarness
from tests.lifecycle.building import a_playbook

LANGUAGES = ("de", "en", "es", "zh")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
"""What a mail program posts to unsubscribe (RFC 8058)."""
PUBLISHED: Playbook = a_playbook(
    milestones={"first-report": {"kind": "customer", "name": "five colleagues read the report", "due": "30d"}},
    rest={"company": {"name": "Us & Co", "url": "https://us.example", "email": "success@us.example"}},
)


def a_link(customer: str, purpose: Purpose = Purpose.ANSWER, about: str = "", **changes: Any) -> Link:
    """A link to Ana's message `m1`, sent a moment ago; `about` is what is usual for its purpose unless told."""
    usual = {Purpose.UNSUBSCRIBE: "success", Purpose.ANSWER: "nps", Purpose.MEETING: "kickoff", Purpose.MILESTONE: "first-report"}
    fields: dict[str, Any] = {
        "purpose": purpose,
        "playbook": PUBLISHED.ref,
        "customer": customer,
        "contacts": ("ana@acme.example",),
        "about": about or usual[purpose],
        "touch": "m1",
        "language": "en",
        "expires": datetime.now(UTC) + LINK_LIFETIMES[purpose],
        "when": "Tuesday, 3 March 2026, 10:00 (Berlin time)" if purpose is Purpose.MEETING else "",
    }
    return Link(**fields | changes)


def path(link: Link, page: str = "", secret: str = LINK_SECRET) -> str:
    """The link's address below the gateway's own."""
    return f"/{page or link.purpose.value}/{LinkCodec([SecretStr(secret)]).encode(link)}"


def publish(harness: GatewayHarness) -> None:
    """Publish the playbook that the links are of."""
    harness.activities.playbooks.publish(PUBLISHED, {})


async def stored_events(harness: GatewayHarness, customer: str) -> list[tuple[str, dict[str, Scalar]]]:
    """The events that Temporal has for the customer, each once, by type and fields, in their order."""
    return [(event.type, event.data) for event in await distinct_events(harness, customer)]


async def distinct_events(harness: GatewayHarness, customer: str) -> list[Event]:
    """The events that Temporal has of the customer, each id once. Two of one id say the same."""
    found: dict[str, Event] = {}
    for event in await harness.events(customer):
        assert found.setdefault(event.id, event).digest() == event.digest()
    return list(found.values())


class ClockAt:
    """A clock that shows this far from now."""

    def __init__(self, ahead: timedelta) -> None:
        self.ahead = ahead

    async def now(self, customer: str) -> datetime:
        return datetime.now(UTC) + self.ahead
