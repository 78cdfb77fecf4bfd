"""What these tests are made of: customers and playbooks whose every date is known.

Virtual time begins at the real present and can be moved forward only, so these lives begin on Monday 4 January 2038.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from lifecycle.domain.enums import Role, Tier
from lifecycle.domain.people.customer import Contact, Contract, Customer, Owner
from lifecycle.domain.time.zones import at_local
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.reading import read_playbook

START = date(2038, 1, 4)

_LETTER = "Subject: {name}\n\nDear {{{{ contact.first_name }}}},\n\nthis is {name} for {{{{ customer.name }}}}.\n"
_NAMES = ("welcome", "kickoff", "nudge", "checkin", "nps", "renewal", "goodbye", "thanks", "monthly", "early", "late", "news", "sorry")
TEMPLATES = {name: _LETTER.format(name=name) for name in _NAMES}

_HEAD = """
playbook: small
company: {name: Us, email: us@us.example}
contact_policy: {jitter: 0m}
"""


def a_playbook(stages: str) -> tuple[Playbook, dict[str, str]]:
    """A playbook of those stages, whose 09:00 is 09:00 for every customer, and its templates' texts."""
    return read_playbook(_HEAD + "stages:\n" + stages, TEMPLATES), TEMPLATES


def stage(name: str, plays: str = "") -> str:
    """One stage with those plays, each written at the left edge."""
    if not plays:
        return f"  {name}: {{goal: be there, owner: csm, exit: 'true'}}\n"
    body = "\n".join("      " + line for line in plays.strip().splitlines())
    return f"  {name}:\n    goal: be there\n    owner: csm\n    exit: 'true'\n    plays:\n{body}\n"


def a_customer(name: str = "acme", **changes: Any) -> Customer:
    """A customer in Berlin of tier A with a champion and a sponsor, for a year; `days` sets another term, `start` another day."""
    start, days = changes.pop("start", START), changes.pop("days", 365)
    base: dict[str, Any] = {
        "id": name,
        "name": f"{name.capitalize()} Ltd",
        "timezone": "Europe/Berlin",
        "country": "DE",
        "tier": Tier.A,
        "goal": "fewer stock-outs",
        "owner": Owner(name="Kim Lee", email="kim@us.example"),
        "contacts": [
            Contact(name="Ana Silva", email=f"ana@{name}.example", role=Role.CHAMPION),
            Contact(name="Ben Okoro", email=f"ben@{name}.example", role=Role.SPONSOR),
        ],
        "contract": Contract(start=start, end=start + timedelta(days=days), annual_value=60_000),
    }
    return Customer(**base | changes)


def moment(text: str, zone: str = "Europe/Berlin") -> datetime:
    """`2038-01-04 09:00` on that zone's clock."""
    there = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    return at_local(there.date(), there.time(), zone)
