"""Plays that come before a moment, and lives that they are in."""

from datetime import date, datetime

import pytest

from lifecycle.explain.simulator import Simulation
from lifecycle.state.log import EntryKind
from tests.lifecycle.building import (
    Raw,
    a_play,
    a_playbook,
    email,
    escalate,
    living,
    meeting,
    offer,
    survey,
    task,
    touched,
    webhook,
)
from tests.lifecycle.calls import pause, resume, state
from tests.lifecycle.engine.lines.reading import line_of
from tests.lifecycle.properties.worlds import Lived

END = date(2027, 3, 2)
"""A Tuesday: the term of `a_customer` ends with its first instant."""
PASSED = "it was to go before Tue 02 Mar 2027 00:00, which has passed"
BEFORE_END: Raw = {"before_end": "7d"}
ALL_DAY: Raw = {"opens": "00:00", "closes": "23:59", "business_days": False}
CAPPED: Raw = {"contact_policy": {"cap": {"emails": 1, "per": "10d"}, "hours": ALL_DAY, "jitter": "0s"}}
ANY_STEP = [
    pytest.param(email(), id="an email"),
    pytest.param(survey(), id="a survey"),
    pytest.param(meeting(), id="a meeting"),
    pytest.param(offer(), id="an offer"),
    pytest.param(task(), id="a task"),
    pytest.param(escalate(), id="an escalation"),
    pytest.param(webhook(), id="a webhook"),
]


def spans(life: Simulation | Lived) -> list[str]:
    """The lines of touches, plays and waits."""
    kinds = (EntryKind.TOUCH, EntryKind.PLAY, EntryKind.WAIT)
    return [line_of(entry, life.life.zone) for entry in state(life).timeline if entry.kind in kinds]


def days(life: Simulation) -> list[str]:
    return [line[:10] for line in touched(life)]


def a_life(*steps: Raw, at: Raw = BEFORE_END, within: str = "30d", rest: Raw | None = None, **fields: object) -> Simulation:
    """A renewal's play with a long window, so that only the end can bound it."""
    return living(a_playbook(renewal={"p": a_play(*steps, at=at, within=within, **fields)}, rest=rest))


def rests(life: Simulation, since: datetime, until: datetime) -> Simulation:
    """Paused from then until then."""
    life.advance(since)
    pause(life, life.now, "a test")
    life.look_again()
    life.advance(until)
    resume(life, life.now)
    life.look_again()
    return life
