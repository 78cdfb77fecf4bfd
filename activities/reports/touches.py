"""The touch ledger as reports read it: what went out, what of it was answered, and what did not go out and why. Moments are UTC."""

from bisect import bisect_left
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from activities.ledger.database.touch_table import TOUCHES
from activities.reports.causes import cause_of
from activities.reports.material import Material, Window
from lifecycle.domain.enums import Outcome, TouchKind
from lifecycle.domain.touch import LIST

A_YEAR = timedelta(days=365)

A_WEEK = 7 * 24 * 3600
"""Seconds."""

ANSWERS = {
    "survey.answered": TouchKind.SURVEY,
    "meeting.accepted": TouchKind.MEETING,
    "meeting.declined": TouchKind.MEETING,
    "meeting.held": TouchKind.MEETING,
    "offer.accepted": TouchKind.OFFER,
    "offer.declined": TouchKind.OFFER,
}
"""The lines by which customers answer, and the kind of touch that each answers."""

TO_CUSTOMERS = tuple(kind for kind in TouchKind if kind.reaches_the_customer)


class Ask(NamedTuple):
    """A survey, a meeting or an offer that went out."""

    play: str
    kind: str
    name: str
    customer: str
    at: datetime

    @property
    def subject(self) -> tuple[str, str, str]:
        """What an answer to it names."""
        return self.kind, self.name, self.customer


class Unsent(NamedTuple):
    """A touch that did not go out, so far or at all; in the `later` of the two periods or in the one before."""

    play: str
    outcome: str
    customer: str
    later: bool
    cause: str


def asks(material: Material) -> list[Ask]:
    """What went out in the two periods that a customer can answer, in the order of time. `material.once` reads it once."""
    c = TOUCHES.c
    query = sa.select(c.play, c.kind, c.name, c.customer, c.at).where(c.outcome == Outcome.SENT, c.kind.in_(sorted(set(ANSWERS.values()))))
    query = query.where(c.at >= material.since, c.at < material.behind).order_by(c.at, c.key)
    return [Ask(*row) for row in material.rows(query)]


def answered_asks(material: Material, window: Window) -> list[tuple[Ask, bool]]:
    """What went out in the period, with whether it was answered by its end, and before the same was asked of the customer again.
    `material.once_in` reads it once a window.
    """
    moments: dict[tuple[str, str, str], list[datetime]] = defaultdict(list)
    for fact in material.facts(*ANSWERS):
        moments[ANSWERS[fact.kind].value, fact.what, fact.customer].append(fact.at)
    following: dict[tuple[str, str, str], datetime] = {}
    found = []
    for ask in reversed(material.once(asks)):
        if window.has(ask.at):
            came, until = moments.get(ask.subject, ()), min(window.until, following.get(ask.subject, window.until))
            index = bisect_left(came, ask.at)
            found.append((ask, index < len(came) and came[index] < until))
        following[ask.subject] = ask.at
    return found[::-1]


def unsent(material: Material) -> list[Unsent]:
    """What did not go out in the two periods. `material.once` reads it once."""
    c = TOUCHES.c
    later = sa.case((c.at >= material.window.first, 1), else_=0)
    query = sa.select(c.play, c.outcome, c.customer, later, c.reason).where(c.outcome.is_not(None), c.outcome != Outcome.SENT)
    query = query.where(c.at >= material.since, c.at < material.behind, ~c.customer.startswith(LIST))
    return [Unsent(row[0], row[1], row[2], bool(row[3]), cause_of(row[4])) for row in material.rows(query)]


def unsent_in(material: Material, window: Window) -> list[Unsent]:
    """What did not go out in the period."""
    later = material.reports_on(window)
    return [each for each in material.once(unsent) if each.later == later]


class Reached(NamedTuple):
    """How many touches of a play went out to a customer in the period, and when the first did since a year before it began, as the database has it."""

    play: str
    customer: str
    number: int
    kept_first: datetime | str

    @property
    def first(self) -> datetime:
        """When the first went out (UTC); SQLite keeps no offset."""
        kept = self.kept_first
        return datetime.fromisoformat(kept).replace(tzinfo=UTC) if isinstance(kept, str) else kept


def reached(material: Material, window: Window) -> list[Reached]:
    """Whom each play reached in the period, or in the year before, by play and customer."""
    later, earlier = material.once(_reached)
    return later if material.reports_on(window) else earlier


def _reached(material: Material) -> tuple[list[Reached], list[Reached]]:
    """Whom each play reached in the later period, and whom in the earlier one, read at once."""
    c = TOUCHES.c
    counted: list[sa.ColumnElement[Any]] = []
    for each in (material.window, material.before):
        counted.append(sa.func.sum(sa.case((c.at >= each.first, sa.case((c.at < each.behind, 1), else_=0)), else_=0)))
        known = sa.case((c.at >= each.first - A_YEAR, sa.case((c.at < each.behind, c.at))))
        # As the database has it: of all these moments only some are looked at, and to make each of them one takes as long as to read it.
        counted.append(sa.func.min(known, type_=sa.types.NullType()))
    query = sa.select(c.play, c.customer, *counted).where(c.outcome == Outcome.SENT, ~c.customer.startswith(LIST))
    query = query.where(c.at >= material.since - A_YEAR, c.at < material.behind).group_by(c.play, c.customer).order_by(c.play, c.customer)
    later, earlier = list[Reached](), list[Reached]()
    for play, customer, number, first, number_before, first_before in material.rows(query):
        if first is not None:
            later.append(Reached(play, customer, int(number), first))
        if first_before is not None:
            earlier.append(Reached(play, customer, int(number_before), first_before))
    return later, earlier


class Contacts(NamedTuple):
    """The messages to one customer in a period: how many, and how many in its busiest week."""

    customer: str
    number: int
    most: int


def contacts(material: Material, window: Window) -> list[Contacts]:
    """The messages (emails, invitations, surveys) to each customer in the period; weeks are counted from its first moment, seven times 24 hours each."""
    c = TOUCHES.c
    weekly = (
        sa.select(c.customer.label("customer"), _week(material, window).label("week"), sa.func.count().label("number"))
        .where(*_messages(window))
        .group_by(c.customer, sa.text("2"))
        .subquery()
    )
    query = sa.select(weekly.c.customer, sa.func.sum(weekly.c.number), sa.func.max(weekly.c.number)).group_by(weekly.c.customer)
    return [Contacts(row[0], int(row[1]), int(row[2])) for row in material.rows(query.order_by(weekly.c.customer))]


def messages_by_week(material: Material, window: Window) -> dict[str, Counter[int]]:
    """How many messages of each kind went out in each week of the period, counted as in `contacts`, the first being 0."""
    c = TOUCHES.c
    query = sa.select(c.kind, _week(material, window), sa.func.count()).where(*_messages(window)).group_by(c.kind, sa.text("2"))
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for kind, week, number in material.rows(query):
        found[kind][week] = number
    return found


def _messages(window: Window) -> list[sa.ColumnElement[bool]]:
    c = TOUCHES.c
    sent = c.outcome == Outcome.SENT
    return [sent, c.kind.in_(TO_CUSTOMERS), c.at >= window.first, c.at < window.behind, ~c.customer.startswith(LIST)]


def _week(material: Material, window: Window) -> sa.ColumnElement[int]:
    """In which week of the period a touch lies, the first being 0."""
    c, began = TOUCHES.c, window.first.timestamp()
    if material.connection.dialect.name == "postgresql":
        return sa.cast(sa.func.floor((sa.func.extract("epoch", c.at) - began) / A_WEEK), sa.Integer)
    # Not every SQLite has floor(); the sum is of whole numbers, and so is its part.
    return sa.cast(sa.func.strftime("%s", c.at), sa.Integer).op("-")(int(began)).op("/")(A_WEEK)
