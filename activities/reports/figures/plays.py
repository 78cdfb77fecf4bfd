"""Play by play: what went out, what was answered, what kept the rest, and how the terms went that were decided after it."""

from collections import Counter, defaultdict

from activities.reports import numbers
from activities.reports.causes import cause_of
from activities.reports.figures.renewals import Decision, decisions
from activities.reports.material import Material, Window
from activities.reports.measures import Measure
from activities.reports.numbers import Measured
from activities.reports.report import Behind, Section, Table, Unit
from activities.reports.tables import table_of
from activities.reports.tasks import tasks
from activities.reports.touches import Reached, answered_asks, reached, unsent_in
from lifecycle.domain.record import TaskState

SENT = Measure(
    "plays.sent",
    "Went out",
    "Touches of any kind that went out in the period, to customers or for them.",
    Unit.COUNT,
)
REACHED = Measure(
    "plays.reached",
    "Customers reached",
    "Customers for whom something of the play went out in the period.",
    Unit.COUNT,
    "play",
)
ANSWERED = Measure(
    "plays.answered",
    "Answered",
    "Of the surveys, invitations, offers and tasks that went out in the period, the share that was answered by its end: the survey scored, the meeting "
    "accepted, declined or held, the offer accepted or declined, the task done. Who answers an email tells no event.",
    Unit.SHARE,
    "play",
)
RENEWED = Measure(
    "plays.renewed",
    "Renewed after it",
    "Of the terms decided in the period (renewed, or left by choice or for want of a decision) of customers for whom something of the play had gone out "
    "before the decision, and no earlier than a year before the period, the share that renewed. Plays "
    "choose their customers: a difference to the others need not come from the play.",
    Unit.SHARE,
    "play",
)
MEASURES = (SENT, REACHED, ANSWERED, RENEWED)


def section(material: Material, window: Window) -> Section:
    """Every play of which something went out in the period, or did not."""
    touched = reached(material, window)
    sent: dict[str, list[Behind]] = defaultdict(list)
    of_customer: Counter[str] = Counter()
    for each in touched:
        if each.number:
            sent[each.play].append(material.customer(each.customer).behind("touches", float(each.number)))
            of_customer[each.customer] += each.number
    everybody = [material.customer(customer).behind("touches", float(number)) for customer, number in sorted(of_customer.items())]
    total = SENT.made(numbers.Measured(float(sum(of_customer.values())) if material.customers else None), everybody)
    answers = _answers(material, window)
    outcomes = _outcomes(material, window, touched)
    figures = (
        total,
        REACHED.number(everybody, told=bool(material.customers)),
        ANSWERED.share([row for _, rows in sorted(answers.items()) for row in rows]),
    )
    details = (
        *(REACHED.number(rows, play, told=True) for play, rows in sorted(sent.items())),
        *(ANSWERED.share(rows, play) for play, rows in sorted(answers.items())),
        *(RENEWED.share(rows, play) for play, (rows, _) in sorted(outcomes.items())),
    )
    kept = Counter((each.play, each.cause) for each in unsent_in(material, window))
    return Section(
        id="plays",
        title="Play by play",
        figures=figures,
        tables=(*_each(sent, answers, kept, outcomes), *_ended(material, window, kept)),
        details=details,
    )


def _answers(material: Material, window: Window) -> dict[str, list[Behind]]:
    found: dict[str, list[Behind]] = defaultdict(list)
    for ask, came in material.once_in(answered_asks, window):
        found[ask.play].append(material.customer(ask.customer).behind(f"{ask.kind} {ask.name}", counted=came))
    for task in material.once(tasks):
        if window.has(task.asked_at):
            row = material.customer(task.customer).behind(f"task {task.title or task.name}", counted=task.done_by(window.until))
            found[task.play].append(row)
    return found


def _outcomes(material: Material, window: Window, touched: list[Reached]) -> dict[str, tuple[list[Behind], Measured]]:
    """Of each play the decisions of the customers whom it had reached, and what share of the others renewed."""
    decided: dict[str, list[tuple[Decision, Behind]]] = defaultdict(list)
    for each in material.once_in(decisions, window):
        if each.by_choice:
            row = material.customer(each.fact.customer).behind(f"{each.outcome}: {each.reason}", counted=each.renewed)
            decided[each.fact.customer].append((each, row))
    every = [row for rows in decided.values() for _, row in rows]
    renewed = sum(row.counted for row in every)
    found: dict[str, list[Behind]] = defaultdict(list)
    for touch in touched:
        if touch.customer in decided:
            first = touch.first
            found[touch.play] += [row for decision, row in decided[touch.customer] if first < decision.fact.at]
    others = {play: numbers.share(renewed - sum(row.counted for row in rows), len(every) - len(rows)) for play, rows in found.items()}
    return {play: (rows, others[play]) for play, rows in found.items() if rows}


def _each(
    sent: dict[str, list[Behind]],
    answers: dict[str, list[Behind]],
    kept: Counter[tuple[str, str]],
    outcomes: dict[str, tuple[list[Behind], Measured]],
) -> list[Table]:
    not_sent: Counter[str] = Counter()
    for (play, _), number in kept.items():
        not_sent[play] += number
    rows = []
    for play in sorted({*sent, *not_sent, *outcomes}):
        asked, (after, others) = answers.get(play, []), outcomes.get(play, ([], numbers.NOTHING))
        rows.append(
            (
                play,
                round(sum(row.value or 0.0 for row in sent.get(play, []))),
                len(sent.get(play, [])),
                not_sent[play],
                numbers.share(sum(row.counted for row in asked), len(asked)).value,
                len(after),
                numbers.share(sum(row.counted for row in after), len(after)).value,
                others.value,
            )
        )
    return table_of(
        "plays.each",
        "Each play",
        "What went out of the play in the period and for how many customers, what did not, the share of its surveys, invitations, offers and tasks that was "
        "answered, and of the terms decided in the period the share that renewed, of the customers it had reached "
        "before, from a year before the period on, and of the others.",
        {
            "Play": None,
            "Went out": Unit.COUNT,
            "Customers": Unit.COUNT,
            "Did not": Unit.COUNT,
            "Answered": Unit.SHARE,
            "Decided after it": Unit.COUNT,
            "Renewed": Unit.SHARE,
            "Others": Unit.SHARE,
        },
        rows,
    )


def _ended(material: Material, window: Window, kept: Counter[tuple[str, str]]) -> list[Table]:
    """By what plays came to nothing."""
    ended = Counter(kept)
    for task in material.once(tasks):
        if task.closed_as == TaskState.DROPPED and window.has(task.closed_at):
            ended[task.play, cause_of(task.note)] += 1
    most = sorted(ended.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
    return table_of(
        "plays.ended",
        "What kept or ended them",
        "Of each play, why touches of it did not go out in the period, or not so far, and why tasks that it had asked for became pointless.",
        {"Play": None, "Why": None, "Times": Unit.COUNT},
        ((play, cause, number) for (play, cause), number in most),
    )
