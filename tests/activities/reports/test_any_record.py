"""Whatever lines a record has, from whichever build, a report is made of them, and what it says can be."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from activities.ledger.database.database import open_database
from activities.reports.report import Figure, Unit
from lifecycle.domain.enums import ChurnKind, Outcome, Stage, TouchKind
from tests.activities.reports.a_record import Written, a_quarter

KINDS = (
    "enrolled", "stage", "term", "milestone", "milestone.overdue", "renewed", "lost", "usage", "contract.amended", "ticket.opened", "ticket.answered",
    "ticket.resolved", "survey.answered", "meeting.held", "meeting.declined", "offer.accepted", "note.added", "health", "intervention",
)  # fmt: skip
SAID: dict[str, tuple[Any, ...]] = {
    "amount": (0.0, 100.0, 2500), "annual_value": (0.0, 70.0), "currency": ("EUR", "USD"), "reason": ("price", "Price!", "?", "x" * 300),
    "kind": tuple(ChurnKind), "from": tuple(Stage), "days": (0, 30, 400), "met": (True, False), "late": (True, False), "past": (True,),
    "first_value": (True,), "score": (0, 5, 10), "hours": (0.0, 4.5), "fix": (1.0,), "response": (0.5, 80.0), "first_contact": (True, False),
    "level": (1, 4), "team": ("support",), "rate": (0.0, 3.5), "way": ("call", "note"), "offers": ("gift, loyalty accepted",), "start": ("2026-03-01",),
}  # fmt: skip
WHAT = ("", "1", "2", "nps", "support", "closed", "growth", "onboarding", "training", "first-value", "kickoff")
REASONS = ("", "held by kim", "cap of 2 emails in 7d reached", "its condition does not hold", "a word of one's own")


@pytest.fixture(params=range(6))
def figures(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Figure]]:
    """Every figure of a quarter of a record that was thrown together."""
    dice = random.Random(request.param)
    engine = open_database(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    write_anything(engine, dice)
    yield [figure for section in a_quarter(engine, dice.choice(("UTC", "Asia/Tokyo"))).sections for figure in section.every_figure]
    engine.dispose()


def write_anything(engine: sa.Engine, dice: random.Random) -> None:
    a, days = Written(engine), [f"{month:02}-{day:02}" for month in range(5, 13) for day in range(1, 31)]
    customers = [f"c{number}" for number in range(8)]
    for customer in customers[:6]:
        a.customer(
            customer, tier=dice.choice(("A", "C", None)), currency=dice.choice(("EUR", "USD", None)), annual_value=dice.choice((None, 9.0))
        )
    for _ in range(150):
        said = {name: dice.choice(values) for name, values in SAID.items() if dice.random() < 0.4}
        a.fact(dice.choice(customers), dice.choice(days), dice.choice(KINDS), dice.choice(WHAT), **said)
    for _ in range(60):
        play, name = dice.choice(("nps", "promoter", "kickoff", "loss-review")), dice.choice(("nps", "kickoff", "gift"))
        a.touch(
            dice.choice(customers),
            dice.choice(days),
            play,
            dice.choice(list(TouchKind)),
            name,
            dice.choice(list(Outcome)),
            dice.choice(REASONS),
        )
        asked, due, closed = sorted(dice.choices(days, k=3))
        columns: dict[str, Any] = {"due": due} if dice.random() < 0.7 else {}
        if dice.random() < 0.7:
            columns |= {
                "closed": closed,
                "closed_as": dice.choice(("done", "dropped")),
                "late_hours": dice.choice((None, 0.0, 3.0)),
                "note": "so",
            }
        a.task(dice.choice(customers), asked, play, dice.choice(("", "support", "Kim Lee")), **columns)


def test_what_a_report_says_can_be(figures: list[Figure]) -> None:
    assert len({figure.id for figure in figures}) == len(figures)
    for figure in figures:
        assert figure.count == len(figure.behind), figure.id
        if figure.value is None:
            continue
        if figure.unit is Unit.SHARE and not figure.id.startswith("retention.net"):
            assert 0 <= figure.value <= 1, figure.id
        if figure.low is not None and figure.high is not None:
            assert figure.low <= figure.value + 1e-9 and figure.value <= figure.high + 1e-9, figure.id
        assert figure.currency == "" or figure.id.endswith(f"-{figure.currency.lower()}"), figure.id
