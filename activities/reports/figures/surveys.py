"""Surveys: what customers say, how it moves, and what was done about what they do not like (R38, R39)."""

from bisect import bisect_right
from collections import defaultdict
from datetime import date, datetime, timedelta
from math import sqrt

from activities.ledger.record.tables import FACTS
from activities.reports import numbers, periods
from activities.reports.material import Fact, Material, Window
from activities.reports.measures import Measure
from activities.reports.numbers import Measured
from activities.reports.report import Behind, Chart, ChartKind, Figure, Section, Series, Unit
from activities.reports.tables import table_of
from activities.reports.tasks import tasks
from activities.reports.touches import answered_asks
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.record import TaskState
from lifecycle.domain.time.zones import midnight
from lifecycle.facts.surveys import NPS

ANSWERED = "survey.answered"
TALKS = ("meeting.held", "note.added")

SOON = timedelta(days=14)
"""Within which something is to be done about an answer that is low."""

MONTHS = 12
"""Of a trend, with that in which the period ends."""

PROMOTER, DETRACTOR = 9, 6
LOW = 2
"""The highest low score of a survey from 1 to 5."""

RECOMMEND = Measure(
    "surveys.nps",
    "Net promoter score",
    "Of the last answer of each customer in the period to the survey nps, the share of 9 and 10 less the share of 0 to 6, times a hundred.",
    Unit.SCORE,
)
MEAN = Measure(
    "surveys.mean",
    "Mean score",
    "The mean of the last answer of each customer in the period to the survey, from 1 to 5.",
    Unit.SCORE,
    "survey",
)
RESPONSE = Measure(
    "surveys.response",
    "Answered",
    "Of the surveys that were sent in the period, the share that was answered by its end.",
    Unit.SHARE,
    "survey",
)
ACTED = Measure(
    "surveys.acted",
    "Something done about low answers",
    "Of the low answers in the period (nps 0 to 6, others 1 and 2), the share after which, within 14 days and by the period's end, a task asked for after "
    "it was done, a meeting was held, or a call, a visit or a mail was noted.",
    Unit.SHARE,
    "survey",
)
MEASURES = (RECOMMEND, MEAN, RESPONSE, ACTED)


def is_low(fact: Fact) -> bool:
    """Whether the answer is one that something is to be done about."""
    score = fact.number("score")
    return score is not None and score <= (DETRACTOR if fact.what == NPS else LOW)


def last_answers(answers: list[Fact]) -> list[Fact]:
    """The last answer of each customer to each survey."""
    last = {(fact.customer, fact.what): fact for fact in answers}
    return list(last.values())


def section(material: Material, window: Window) -> Section:
    """What was answered in the period, beside what was sent, and what was done about it."""
    answers = [fact for fact in material.facts(ANSWERED) if window.has(fact.at) and fact.number("score") is not None]
    last: dict[str, list[Fact]] = defaultdict(list)
    for fact in last_answers(answers):
        last[fact.what].append(fact)
    figures: list[Figure] = [RECOMMEND.made(nps(last[NPS]), _scores(material, last[NPS]))]
    figures += [MEAN.mean(_scores(material, last[survey]), survey) for survey in sorted(last) if survey != NPS]
    if not set(last) - {NPS}:
        figures.append(MEAN.not_told())
    figures += _responses(material, window)
    low = [(fact, _done_about(material, fact, window)) for fact in answers if is_low(fact)]
    rows = [(fact.what, _low(material, fact, done)) for fact, done in low]
    figures.append(ACTED.share([row for _, row in rows]))
    figures += [ACTED.share([row for its, row in rows if its == survey], survey) for survey in sorted({survey for survey, _ in rows})]
    table = table_of(
        id="surveys.low",
        title="Low answers, and what was done",
        definition="The low answers of the period by survey: after how many something was done within 14 days, and in how many days (the median).",
        columns={"Survey": None, "Low answers": Unit.COUNT, "Acted on": Unit.COUNT, "Days to it": Unit.DAYS},
        rows=(_acted(survey, low) for survey in sorted({fact.what for fact, _ in low})),
    )
    return Section(
        id="surveys",
        title="What customers say",
        figures=tuple(figures),
        tables=tuple(table),
        charts=_trends(material, window) if material.reports_on(window) else (),
    )


def nps(answers: list[Fact]) -> Measured:
    """The net promoter score of these answers, from -100 to 100; its interval is that of a mean of 1, 0 and -1."""
    if not answers:
        return numbers.NOTHING
    scores = [fact.number("score") or 0.0 for fact in answers]
    promoters = sum(score >= PROMOTER for score in scores) / len(scores)
    detractors = sum(score <= DETRACTOR for score in scores) / len(scores)
    net = promoters - detractors
    half = numbers.Z * sqrt(max(0.0, promoters + detractors - net * net) / len(scores))
    return Measured(100 * net, 100 * max(-1.0, net - half), 100 * min(1.0, net + half))


def _scores(material: Material, answers: list[Fact]) -> list[Behind]:
    return [material.customer(fact.customer).behind(fact.text("comment"), fact.number("score")) for fact in answers]


def _responses(material: Material, window: Window) -> list[Figure]:
    rows: dict[str, list[Behind]] = defaultdict(list)
    for ask, came in material.once_in(answered_asks, window):
        if ask.kind == TouchKind.SURVEY:
            rows[ask.name].append(material.customer(ask.customer).behind(ask.name, counted=came))
    everything = [row for survey in sorted(rows) for row in rows[survey]]
    return [RESPONSE.share(everything), *(RESPONSE.share(its, survey) for survey, its in sorted(rows.items()))]


def _deeds(material: Material) -> dict[str, list[datetime]]:
    """When one of ours talked to each customer, or did what was asked for: the moments, in order, with those of tasks as they were asked for."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for fact in material.facts(*TALKS):
        if fact.kind != "note.added" or fact.text("way") in ("call", "visit", "mail"):
            found[fact.customer].append(fact.at)
    return found


def _done_tasks(material: Material) -> dict[str, list[tuple[datetime, datetime]]]:
    found: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for task in material.once(tasks):
        if task.closed_at is not None and task.closed_as == TaskState.DONE:
            found[task.customer].append((task.asked_at, task.closed_at))
    return found


def _done_about(material: Material, fact: Fact, window: Window) -> datetime | None:
    """When something was first done about an answer, in time; None where nothing was."""
    until = min(fact.at + SOON, window.until)
    deeds = [moment for moment in material.once(_deeds).get(fact.customer, ()) if fact.at <= moment < until]
    deeds += [done for asked, done in material.once(_done_tasks).get(fact.customer, ()) if fact.at <= asked and done < until]
    return min(deeds, default=None)


def _low(material: Material, fact: Fact, done: datetime | None) -> Behind:
    comment = f", {fact.text('comment')}" if fact.text("comment") else ""
    return material.customer(fact.customer).behind(f"{fact.what} {fact.number('score'):g}{comment}", counted=done is not None)


def _acted(survey: str, low: list[tuple[Fact, datetime | None]]) -> tuple[str, int, int, float | None]:
    of_survey = [(fact, done) for fact, done in low if fact.what == survey]
    waits = [(done - fact.at) / timedelta(days=1) for fact, done in of_survey if done is not None]
    return survey, len(of_survey), len(waits), numbers.median(waits).value


def _trends(material: Material, window: Window) -> tuple[Chart, ...]:
    """The score of each survey, month by month, of the year in whose last month the period ends."""
    months = [periods.month(window.period.last.year, window.period.last.month)]
    while len(months) < MONTHS:
        months.insert(0, periods.period_before(months[0]))
    starts = [midnight(month.first, window.zone) for month in months]
    answers = material.read_facts(FACTS.c.kind == ANSWERED, FACTS.c.at >= starts[0])
    of: dict[str, list[list[Fact]]] = defaultdict(lambda: [[] for _ in months])
    for fact in answers:
        if fact.number("score") is not None:
            of[fact.what][bisect_right(starts, fact.at) - 1].append(fact)
    labels = tuple(_label(month.first) for month in months)
    return tuple(
        Chart(
            id=f"surveys.{survey}-by-month",
            title="Net promoter score by month" if survey == NPS else f"Mean score of {survey} by month",
            kind=ChartKind.LINES,
            unit=Unit.SCORE,
            labels=labels,
            series=(Series(name=survey, values=tuple(_score(survey, last_answers(monthly)) for monthly in of[survey])),),
        )
        for survey in sorted(of)
    )


def _label(first: date) -> str:
    return f"{first:%Y-%m}"


def _score(survey: str, answers: list[Fact]) -> float | None:
    return nps(answers).value if survey == NPS else numbers.mean([fact.number("score") or 0.0 for fact in answers]).value
