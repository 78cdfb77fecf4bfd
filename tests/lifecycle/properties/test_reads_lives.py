"""What reads, lives: no playbook that lint accepts, under any events and tiers, raises or stands still.

200 playbooks in the suite; `EVERGREEN_PLAYBOOKS=5000` tries so many others each time.
"""

import os
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from lifecycle.domain.enums import Resolution, Tier
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.time.durations import A_DAY
from lifecycle.domain.touch import Answer
from lifecycle.engine.session import Session
from lifecycle.explain.status import in_markdown, next_touch_at, status_of
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.life import Lifecycle
from tests.lifecycle import building as b
from tests.lifecycle.properties.conftest import LENIENT, PHASES
from tests.lifecycle.properties.hostile import documents, read_or_none
from tests.lifecycle.properties.stories import Happening, customers, stories
from tests.lifecycle.properties.worlds import Lived, World, by_chance

TRIED = int(os.environ.get("EVERGREEN_PLAYBOOKS", "0"))
YEARS = 3 * 365 if TRIED else 500
MOST_BEATS = 400 if TRIED else 150
"""Of one rhythm in one life: those of hours are lived for weeks, not for years."""

_odd_zones = st.sampled_from(
    ["America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "America/Havana", "Africa/Casablanca", "Asia/Kathmandu", "Antarctica/Troll"]
)
_odd_days = st.sampled_from(
    [date(1970, 1, 1), date(1999, 12, 31), date(2024, 2, 29), date(2026, 3, 2), date(2190, 6, 1), date(2200, 12, 29)]
)


def _odd_customer(start: date, days: int, zone: str, tier: Tier, trial: bool) -> Customer:
    end = min(start + timedelta(days=days), date(2200, 12, 31))
    return b.a_customer(start=start, end=end, timezone=zone, country="US", tier=tier, term=0 if trial else 1)


odd_customers = st.builds(
    _odd_customer, _odd_days, st.sampled_from([1, 2, 29, 366, 3652, 80_000]), _odd_zones, st.sampled_from(Tier), st.booleans()
)


@pytest.mark.slow
@given(
    documents,
    st.one_of(customers, customers, odd_customers),
    stories,
    st.sampled_from([0, 0, 40, 400, 20_000]),
    st.integers(0, 2**16),
    st.booleans(),
)
@settings(max_examples=TRIED or 200, derandomize=not TRIED, deadline=None, database=None, phases=PHASES, suppress_health_check=LENIENT)
def test_no_playbook_that_lint_accepts_raises_or_stands_still(
    document: Any, customer: Customer, story: list[Happening], enrolled_after: int, seed: int, cut: bool
) -> None:
    playbook = read_or_none(document)
    event("reads" if playbook is not None else "refused")
    assume(playbook is not None)
    assert playbook is not None
    world = World(
        answers=lambda touch, attempt: by_chance(
            seed, touch.key, attempt, Answer.DONE, Answer.DONE, Answer.RETRY, Answer.REFUSED, Answer.UNKNOWN
        ),
        found=lambda touch, attempt: by_chance(seed + 2, touch.key, attempt, *Answer),
        words=lambda key, number: (by_chance(seed + 3, key, number, *Resolution, None), timedelta(days=seed % 40)),
        settling=lambda touch, attempt: by_chance(seed + 1, touch.key, attempt, timedelta(), timedelta(), timedelta(days=2)),
        lateness=timedelta(hours=seed % 3),
        cut=cut,
        most=100,
        watch=_look,
    )
    enrolled_after = min(enrolled_after, customer.contract.days - 1)
    days = enrolled_after + _days(playbook)
    lived = Lived(playbook, customer, _named(story, playbook, customer, enrolled_after), days, world, enrolled_after=enrolled_after)
    _look(lived)
    lived.session = Session(Lifecycle.model_validate_json(lived.life.model_dump_json()), lived.session.program)
    _look(lived)


def _look(lived: Lived) -> None:
    """Ask what people ask of a customer, now and then, and whenever it has just turned to another stage or tier."""
    if lived.decisions % 50 == 1 or not lived.session.fits:
        in_markdown(status_of(lived.session, lived.now))
        next_touch_at(lived.session)


def _days(playbook: Playbook) -> int:
    """How long a life is lived: years, or as long as its fastest rhythm has so many beats."""
    rhythms = [play.every.each for plan in playbook.stages.values() for play in plan.plays.values() if play.every is not None]
    spans = [span for each in rhythms for span in each.values() if span.unit in A_DAY]
    return min([YEARS, *(1 + MOST_BEATS * span.amount // A_DAY[span.unit] for span in spans)])


def _named(story: list[Happening], playbook: Playbook, customer: Customer, after: int) -> list[Happening]:
    """The story after the enrolment, its operators acting on plays that the playbook has."""
    names = [name for plan in playbook.stages.values() for name in plan.plays] or ["none"]
    told = []
    for number, one in enumerate(story):
        data = dict(one.data)
        if "play" in data:
            data["play"] = names[number * 7 % len(names)]
        one = replace(one, days=one.days + after, data=tuple(sorted(data.items())))
        with suppress(ValidationError):  # days beyond any that may be told
            if "." in one.name:
                one.event(customer, number)
            told.append(one)
    return told
