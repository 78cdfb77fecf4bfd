"""Whatever is accepted, the engine goes on; whatever is refused changes nothing; and the state stays small."""

from datetime import UTC, date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lifecycle.domain.enums import Tier
from lifecycle.domain.model import Scalar
from lifecycle.domain.people.customer import Customer
from lifecycle.engine.session import Session
from lifecycle.facts.events import CATALOGUE, Event
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.life import Lifecycle
from tests.lifecycle import building as b
from tests.lifecycle.calls import apply
from tests.lifecycle.properties.playbooks import STAGES, playbooks, plays
from tests.lifecycle.properties.stories import Happening, customers, stories
from tests.lifecycle.properties.worlds import Lived, World

odd_text = st.one_of(
    st.text(max_size=30), st.sampled_from(["", " ", "\x1c", "\u200b", "x" * 400, "ana@acme.example", "champion", "A", "nps"])
)
odd_values: st.SearchStrategy[Scalar] = st.one_of(
    odd_text,
    st.integers(),
    st.sampled_from([2**63, 2**64, -1, 0]),
    st.floats(),
    st.booleans(),
    st.none(),
    st.dates().map(lambda day: day.isoformat()),
    st.dates(date(2026, 1, 1), date(2028, 1, 1)).map(lambda day: day.isoformat()),
)
moments = st.integers(0, 3 * 365 * 1440).map(lambda minutes: b.utc("2025-01-01") + timedelta(minutes=minutes))
all_moments = st.one_of(moments, st.datetimes(timezones=st.just(UTC)))


@st.composite
def any_event(draw: st.DrawFn) -> Event | None:
    """An event of any type with any fields, if it is one at all."""
    name = draw(st.sampled_from(sorted(CATALOGUE)))
    known: dict[str, Any] = {"email": "ana@acme.example", "kind": "choice", "reason": "r", "intent": "low", "score": 3, "ticket": "t1"}
    data = {
        field: known[field] if field in known and draw(st.booleans()) else draw(odd_values)
        for field, info in CATALOGUE[name].model_fields.items()
        if info.is_required() or draw(st.booleans())
    }
    try:
        return Event(id=draw(odd_text), type=name, at=draw(moments), happened=draw(st.none() | all_moments), data=data)
    except (ValidationError, OverflowError):
        return None


@given(playbooks, customers, st.lists(any_event(), max_size=12))
def test_whatever_event_is_accepted_the_life_goes_on(playbook: Playbook, customer: Customer, events: list[Event | None]) -> None:
    told = sorted((event for event in events if event is not None), key=lambda event: event.at)
    life = b.living(playbook, customer)
    for event in told:
        life.advance(max(life.now, event.at))
        life.tell(event)
        life.session = Session(Lifecycle.model_validate_json(life.life.model_dump_json()), life.program)
    life.advance(life.now + timedelta(days=30))


@given(playbooks, customers, stories, st.lists(any_event(), max_size=8))
def test_what_is_refused_changes_nothing(
    playbook: Playbook, customer: Customer, story: list[Happening], events: list[Event | None]
) -> None:
    lived = Lived(playbook, customer, story, 120)
    for event in events:
        before = lived.life.model_dump_json()
        if event is not None and not apply(lived, event, lived.now).taken:
            assert lived.life.model_dump_json() == before


@given(playbooks, customers, stories)
def test_a_trimmed_playbook_read_back_from_its_json_lives_the_same_life(
    playbook: Playbook, customer: Customer, story: list[Happening]
) -> None:
    assert Lived(playbook, customer, story, 260, World(trim=True)).outcome() == Lived(playbook, customer, story, 260).outcome()


@given(st.lists(plays, min_size=1, max_size=4), st.sampled_from(STAGES), st.sampled_from(Tier))
def test_every_playbook_that_is_valid_can_be_made_ready(bodies: list[dict[str, Any]], stage: str, tier: Tier) -> None:
    playbook = b.a_playbook(**{stage: {f"play-{number}": body for number, body in enumerate(bodies)}})
    b.living(playbook, b.a_customer(tier=tier)).advance(b.utc("2026-03-20"))


@pytest.mark.parametrize("spans", ["0d", "0h", "0bd"])
def test_waits_conditions_and_cooldowns_of_no_length_come_to_an_end(spans: str) -> None:
    steps = [b.wait(spans), b.wait_for("login", spans), b.webhook(), {"wait_for": {"when": "false", "timeout": spans}}]
    playbook = b.a_playbook(
        onboarding={
            "always": b.a_play(*steps, when="true", for_=spans, cooldown=spans),
            "silent": b.a_play(*steps, silent_for=spans, within=spans),
            "heard": b.a_play(*steps, on="login", cooldown=spans),
        }
    )
    life = b.living(playbook)
    life.tell(b.an_event("login", life.now))
    life.advance(b.utc("2026-04-01"))
    assert sorted(touch.key for touch in life.touches) == [
        "acme/1/always/1/webhook-crm",
        "acme/1/heard/1/webhook-crm",
        "acme/1/silent/1/webhook-crm",
    ]


def test_ten_busy_years_are_carried_on_in_less_than_half_a_megabyte() -> None:
    weekly = b.a_play(b.email(), b.wait_for("login", "3d"), b.survey(), every="1w", within="2d")
    playbook = b.a_playbook(onboarding={}, growth={"weekly": weekly, "ticket": b.a_play(b.task(), on="ticket.opened", key="event.ticket")})
    life = b.living(playbook)
    sizes = []
    for year in range(10):
        for week in range(52):
            life.advance(life.now + timedelta(days=7))
            told = [
                b.an_event("login", life.now),
                b.an_event("usage.reported", life.now, count=week),
                b.an_event("ticket.opened", life.now, ticket=f"t-{year}-{week}", subject="it does not work " * 20),
                b.an_event("ticket.resolved", life.now, ticket=f"t-{year}-{week}"),
                b.an_event("survey.answered", life.now, survey="nps", score=week % 11, comment="so so " * 50),
            ]
            if week == 45:
                told.append(b.renewed(life.now))
            assert all(answer.taken for answer in life.tell(*told))
        sizes.append(len(life.life.model_dump_json()))
    assert (life.life.contract.term, len(life.life.facts.contract.signed)) == (10, 1)
    assert max(sizes) < 500_000
    assert sizes[-1] < 1.05 * sizes[-2]
