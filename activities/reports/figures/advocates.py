"""Advocates: who would recommend us, who was asked to, and what they got for it (R44, R45, R46)."""

import sqlalchemy as sa

from activities.ledger.database.touch_table import TOUCHES
from activities.reports.figures.surveys import ANSWERED, PROMOTER, last_answers
from activities.reports.material import Material, Window
from activities.reports.measures import Measure
from activities.reports.report import Section, Unit
from activities.reports.tables import table_of
from lifecycle.domain.enums import Outcome
from lifecycle.facts.surveys import NPS

PLAYS = ("promoter", "case-study")
"""The plays that ask for a referral, a reference or a case study, in any playbook."""

PROMOTERS = Measure(
    "advocates.promoters",
    "Promoters",
    "Of the customers who answered the survey nps in the period, the share whose last answer was 9 or 10.",
    Unit.SHARE,
)
ASKED = Measure(
    "advocates.asked",
    "Asked to recommend us",
    f"Customers to whom something went out in the period of a play called {' or '.join(PLAYS)}.",
    Unit.COUNT,
)
BROUGHT = Measure("advocates.brought", "Brought by advocates", "Customers whom others brought. No event tells it yet.", Unit.COUNT)
REWARDS = Measure("advocates.rewards", "Rewards", "What advocates got for it. No event tells it yet.", Unit.MONEY)
MEASURES = (PROMOTERS, ASKED, BROUGHT, REWARDS)


def section(material: Material, window: Window) -> Section:
    """Promoters of the period, and who of all customers was asked."""
    answers = last_answers([fact for fact in material.facts(ANSWERED) if fact.what == NPS and window.has(fact.at)])
    promoters = [
        material.customer(fact.customer).behind(f"nps {fact.number('score') or 0:g}", counted=(fact.number("score") or 0) >= PROMOTER)
        for fact in answers
    ]
    asked = _asked(material, window)
    rows = [material.customer(customer).behind(play, float(number)) for customer, play, number in asked]
    return Section(
        id="advocates",
        title="Advocates",
        figures=(
            PROMOTERS.share(promoters),
            ASKED.number(rows, told=bool(material.customers)),
            BROUGHT.not_told(),
            REWARDS.not_told(),
        ),
        tables=tuple(
            table_of(
                "advocates.asked-by-play",
                "Asked, by play",
                "Customers to whom something of the play went out in the period.",
                {"Play": None, "Customers": Unit.COUNT},
                ((play, sum(its == play for _, its, _ in asked)) for play in PLAYS if any(its == play for _, its, _ in asked)),
            )
        ),
    )


def _asked(material: Material, window: Window) -> list[tuple[str, str, int]]:
    c = TOUCHES.c
    query = sa.select(c.customer, c.play, sa.func.count()).where(c.play.in_(PLAYS), c.outcome == Outcome.SENT)
    query = query.where(c.at >= window.first, c.at < window.behind).group_by(c.customer, c.play).order_by(c.customer, c.play)
    return [(row[0], row[1], row[2]) for row in material.rows(query)]
