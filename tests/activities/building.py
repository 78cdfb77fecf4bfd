"""What the tests of the activities are made of: one playbook, one touch, a ledger whose clock can be put forward."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from activities.ledger.ledger import Ledger
from activities.registry import Activities, build
from activities.settings import Settings
from lifecycle.domain.enums import Category, TouchKind
from lifecycle.domain.touch import Receipt, Recipient, Touch
from lifecycle.playbook.playbook import Playbook, Template
from lifecycle.playbook.policy import Company

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

WELCOME = """Subject: Welcome, {{ contact.first_name }}

Hello {{ contact.first_name }},

**welcome** to {{ company.name }}. Your goal: {{ customer.goal }}.

{{ owner.name }}
"""
WILLKOMMEN = "Subject: Willkommen, {{ contact.first_name }}\n\nGuten Tag {{ contact.name }}.\n"
KICKOFF = "Subject: Kickoff with {{ customer.name }}\n\nOn {{ meeting.date }} at {{ meeting.time }}.\n"
NPS = "Subject: One question\n\nHow likely are you to recommend us, from 0 to 10? Just reply.\n"
TEMPLATES = {"welcome": WELCOME, "welcome.de": WILLKOMMEN, "kickoff": KICKOFF, "nps": NPS}

VALUES: dict[str, dict[str, Any]] = {
    "customer": {"name": "Acme", "goal": "fewer stock-outs"},
    "contact": {"name": "Ana Silva", "first_name": "Ana"},
    "owner": {"name": "Kim Lee", "first_name": "Kim", "email": "kim@us.example"},
    "company": {"name": "Us & Co", "url": "https://us.example", "email": "success@us.example"},
    "meeting": {"date": "Tuesday, 3 March 2026", "time": "10:00", "zone": "Europe/Berlin"},
    "survey": {"id": "nps"},
}


def a_playbook(version: str = "v1", templates: tuple[str, ...] = ("welcome", "kickoff", "nps")) -> Playbook:
    company = Company(name="Us & Co", url="https://us.example", email="success@us.example")
    return Playbook(playbook="standard", company=company, stages={}, templates={name: Template() for name in templates}, version=version)


def a_touch(key: str = "acme/1/welcome/1/email", kind: TouchKind = TouchKind.EMAIL, **changes: Any) -> Touch:
    base: dict[str, Any] = {
        "key": key,
        "kind": kind,
        "name": "welcome",
        "customer": "acme",
        "term": 1,
        "counts_for": "1/onboarding/1",
        "playbook": "standard@v1",
        "play": "welcome",
        "at": AT,
        "due": AT,
        "not_after": AT + timedelta(days=3),
        "timezone": "Europe/Berlin",
        "country": "DE",
        "to": [Recipient(name="Ana Silva", email="ana@acme.example")],
        "category": Category.SUCCESS,
        "template": "welcome",
        "values": VALUES,
    }
    return Touch(**base | changes)


def a_task(key: str = "acme/1/welcome/1/call", kind: TouchKind = TouchKind.TASK, **changes: Any) -> Touch:
    return a_touch(key, kind, **{"name": "call", "template": "", "to": [], "owner": "csm", "text": "Call Ana"} | changes)


def a_meeting(key: str = "acme/1/kickoff/1/meeting", starts: datetime = AT + timedelta(days=1), **changes: Any) -> Touch:
    told = {"template": "kickoff", "starts": starts, "ends": starts + timedelta(minutes=45)} | changes
    return a_touch(key, TouchKind.MEETING, **told)


def opened(home: Path, **settings: Any) -> Activities:
    """The activities over a fresh or standing home, with the test playbook published. Close them with `await`."""
    activities = build(Settings(home=home, **settings))
    activities.playbooks.publish(a_playbook(), TEMPLATES)
    return activities


async def perform(activities: Activities, touch: Touch) -> Receipt:
    """What the channel of the touch's kind makes of it."""
    return await activities.channels[touch.kind].perform(touch)


def after(ledger: Ledger, seconds: float) -> Ledger:
    """The same ledger, so much later: nobody sleeps for a lease to lapse."""
    return Ledger(ledger.engine, ledger.lease, clock=lambda: time.time() + seconds)


@contextmanager
def later(activities: Activities, seconds: float) -> Iterator[None]:
    """These activities, so much later."""
    now = activities.ledger.clock
    activities.ledger.clock = lambda: time.time() + seconds
    try:
        yield
    finally:
        activities.ledger.clock = now
