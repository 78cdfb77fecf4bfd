"""Why a customer waits and what comes next, in words: what `status`, the Temporal UI and the simulator show."""

from datetime import date, datetime, timedelta

from lifecycle.domain.enums import Band, Renews, Stage, Tier
from lifecycle.domain.health import Contribution, Health
from lifecycle.domain.model import Instant, Model
from lifecycle.domain.people.customer import Contract
from lifecycle.domain.texts.text import inline_markdown
from lifecycle.domain.time.zones import in_words, local
from lifecycle.engine.session import Session
from lifecycle.engine.touches.message_values import A_MOMENT
from lifecycle.engine.wakes import Wake, next_wake, wake_at
from lifecycle.explain.lookahead import Foreseen, foresee, foresee_next
from lifecycle.explain.timeline import about, reason
from lifecycle.rules.contract.clock import stage_end, stage_start
from lifecycle.rules.health import health_of
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import Entry
from lifecycle.state.plays import RunStatus

SHOWN = 5

_COMES_AFTER = {
    Stage.ONBOARDING: (Stage.TRIAL,),
    Stage.GROWTH: (Stage.TRIAL, Stage.ONBOARDING),
    Stage.RENEWAL: (Stage.TRIAL, Stage.ONBOARDING, Stage.GROWTH),
}
"""Of each stage in which a customer may be enrolled, those that lie before it."""

RECENT = timedelta(days=30)
"""For how long what was refused stands in the status; the timeline has it longer."""


class Waiting(Model):
    """One thing that is waited for: until when at the latest, and why."""

    until: Instant | None
    what: str
    why: str


class Planned(Model):
    """A play that starts before its stage ends, if nothing is told in between, and when something of it first goes out."""

    at: Instant
    play: str
    about: str


class Missed(Model):
    """A play of this stage that was not started in time and has not gone out since: when it was due."""

    at: Instant
    play: str
    about: str


class AnnouncedEnd(Model):
    """The end that is announced, and why; `late` where the notice was missed for the end that was meant."""

    end: date
    reason: str
    late: bool


class Status(Model):
    """Where a customer stands. Instants are UTC; `timezone` says where the customer reads its clock.

    `unknown` are the keys of touches of which nobody knows whether they were sent, and `refused` what was told or asked of late and not
    taken in, the latest last.
    """

    customer: str
    name: str
    tier: Tier
    stage: Stage
    day: int
    days: int | None
    timezone: str
    goal: str
    desired_outcome: str
    health_score: int
    health: Band
    health_parts: list[Contribution]
    health_confidence: float = 1.0
    health_limited: str = ""
    health_change: int | None = None
    scores: dict[str, int] = {}
    owner: str
    playbook: str
    term: int
    contract_start: str
    contract_end: str
    annual_value: float
    paused: bool
    paused_why: str
    paused_by: str = ""
    closed: str
    wakes_at: Instant | None
    wakes_because: str
    waiting: list[Waiting]
    planned: list[Planned]
    next_touch_at: Instant | None = None
    last_touches: list[Entry]
    missed: list[Missed] = []
    unknown: list[str] = []
    refused: list[Entry] = []
    counts: dict[str, int]
    milestones: dict[str, str]
    churn_reason: str
    renewals: list[str]
    signed: list[Contract] = []
    renews: Renews = Renews.BY_DECISION
    cancelled: AnnouncedEnd | None = None


def planned_plays(session: Session, now: datetime | None = None) -> list[Planned]:
    """The plays that start before the stage ends and do something, soonest first; as of that moment (UTC), or that of the last decision."""
    return _planned(session, foresee(session, now or session.life.progress.decided_until, SHOWN))


def next_touch_at(session: Session, now: datetime | None = None) -> datetime | None:
    """When something is next done to or for the customer in this stage if nothing is told before, as of that moment or the last decision."""
    following = foresee_next(session, now or session.life.progress.decided_until)
    return following.at if following is not None else None


def _planned(session: Session, ahead: list[Foreseen]) -> list[Planned]:
    firsts: dict[str, datetime] = {}
    for touch in ahead:
        if touch.starts:
            firsts.setdefault(touch.play, touch.at)
    return [Planned(at=at, play=play, about=session.program.plays[play].play.about) for play, at in firsts.items()]


def waiting_for(life: Lifecycle) -> list[Waiting]:
    """What each run of a play is at, soonest first."""
    doing = {RunStatus.PERFORMING: "is being done", RunStatus.READY: "is due", RunStatus.MOVING: "goes on"}
    rows = [
        Waiting(until=run.until, what=f"{run.play}, step {run.step}", why=run.why or doing.get(run.status, ""))
        for run in life.plays.runs.values()
    ]
    return sorted(rows, key=lambda row: (row.until is None, row.until or life.progress.decided_until, row.what))


def status_of(session: Session, now: datetime) -> Status:
    """Everything a person asks of a customer, at that moment."""
    life, program = session.life, session.program
    customer, health = life.customer, health_now(session, now)
    start, end = stage_start(life, program.playbook.lengths), stage_end(life, program.playbook)
    ahead = foresee(session, now, SHOWN)
    wake = wake_at(session, None) if life.stage is Stage.CLOSED else next_wake(session)
    if now < life.progress.enrolled:
        wake = Wake(life.progress.enrolled, "the customer is enrolled then")
    return Status(
        customer=customer.id,
        name=customer.name,
        tier=customer.tier,
        stage=life.stage,
        day=max(0, (local(now, life.zone).date() - start).days),
        days=(end - start).days if end is not None else None,
        timezone=life.zone,
        goal=program.plan.goal,
        desired_outcome=customer.goal,
        health_score=health.score,
        health=health.band,
        health_parts=health.parts,
        health_confidence=health.confidence,
        health_limited=health.limited,
        health_change=health_change(life, health, now),
        scores=health.scores,
        owner=customer.owner.name,
        playbook=life.playbook,
        term=life.contract.term,
        contract_start=life.contract.start.isoformat(),
        contract_end=life.contract.end.isoformat(),
        annual_value=life.contract.annual_value,
        paused=life.plays.paused,
        paused_why=life.plays.paused_why,
        paused_by=life.plays.paused_by,
        closed=life.progress.closed,
        wakes_at=wake.at if wake else None,
        wakes_because=wake.why if wake else "",
        waiting=waiting_for(life),
        planned=_planned(session, ahead)[:SHOWN],
        next_touch_at=ahead[0].at if ahead else None,
        last_touches=list(life.log.touches())[-SHOWN:],
        missed=_missed(session),
        unknown=list(life.plays.unknown),
        refused=[entry for entry in life.log.refused() if (entry.last or entry.at) > now - RECENT][-SHOWN:],
        counts=dict(life.log.counts),
        milestones={name: _milestone(session, name) for name in program.playbook.milestones},
        churn_reason=life.facts.churn.reason,
        renewals=list(life.facts.contract.renewals),
        signed=list(life.facts.contract.signed),
        renews=life.contract.renews,
        cancelled=_announced(life),
    )


def _missed(session: Session) -> list[Missed]:
    plays, here = session.program.plays, session.program.names_here
    rows = sorted(session.life.plays.missed, key=lambda each: (each.due, each.play))
    return [Missed(at=row.due, play=row.play, about=plays[row.play].play.about) for row in rows if row.play in here]


def _announced(life: Lifecycle) -> AnnouncedEnd | None:
    cancelled = life.facts.contract.cancelled
    return None if cancelled is None else AnnouncedEnd(end=cancelled.end, reason=cancelled.reason, late=cancelled.late)


def _milestone(session: Session, name: str) -> str:
    life, stages = session.life, session.program.playbook.stages
    state = life.facts.milestones.states.get(name)
    if state is not None and state.done is not None:
        return f"reached on {local(state.done, life.zone):%Y-%m-%d}"
    if state is not None and state.overdue:
        return "overdue"
    if state is not None and state.due is not None:
        return f"due by {local(state.due - A_MOMENT, life.zone):%Y-%m-%d}"
    before = {each for stage in _COMES_AFTER.get(life.stage, ()) if stage in stages for each in stages[stage].milestones}
    nobody_looked = name in (before if state is None else session.program.plan.milestones)
    return "unknown" if nobody_looked else "not yet due"


def in_markdown(status: Status) -> str:
    """The status as the Temporal UI shows it, in the customer's local time. What comes from outside is text in it, never markup."""
    lines = [f"**{inline_markdown(status.name)}**, tier {status.tier.value}: {_where(status)}"]
    if status.paused:
        by = f" by {inline_markdown(status.paused_by)}" if status.paused_by else ""
        why = inline_markdown(status.paused_why) or "no reason given"
        lines.append(f"**Paused**{by}: {why}. Nothing goes out until it is resumed; events are taken in.")
    if status.wakes_at is not None:
        lines.append(f"Sleeps until **{_clock(status, status.wakes_at)}**, because {inline_markdown(status.wakes_because)}.")
    lines.append(_health(status))
    lines += _table(
        "Refused lately",
        ["when", "what", "why"],
        [[_clock(status, row.last or row.at), row.what, reason(row, status.timezone)] for row in reversed(status.refused)],
    )
    lines += _table(
        "Waits for", ["until", "what", "why"], [[_clock(status, row.until), row.what, row.why] for row in status.waiting[:SHOWN]]
    )
    lines += _table("Comes next", ["when", "play", "why"], [[_clock(status, row.at), row.play, row.about] for row in status.planned])
    lines += _table("Missed", ["was due", "play", "why"], [[_clock(status, row.at), row.play, row.about] for row in status.missed])
    lines += _table(
        "Last touches",
        ["when", "touch", "outcome"],
        [[_clock(status, row.at), about(row), _outcome(status, row)] for row in reversed(status.last_touches)],
    )
    if status.unknown:
        lines += _table(
            f"Nobody knows whether these were sent ({len(status.unknown)})", ["touch"], [[key] for key in status.unknown[-SHOWN:]]
        )
        lines.append("`starter.py resolve` takes a person's word on each.")
    return "\n\n".join(lines)


def health_now(session: Session, now: datetime) -> Health:
    """The health at that moment (UTC): as it was judged last, or anew where it has turned by itself since."""
    life = session.life
    turned = life.health.until is not None and life.health.until <= now
    return health_of(life, session.program.health, session.values, now) if turned else life.health


def health_change(life: Lifecycle, health: Health, now: datetime) -> int | None:
    """By how much the score differs from that of thirty days before; None where one of both is not known."""
    before = life.record.score_a_month_before(now) if health.is_known else None
    return None if before is None else health.score - before


def _health(status: Status) -> str:
    if status.stage.has_left:
        return "Health: none, for the customer has left"
    if status.health is Band.UNKNOWN:
        return f"Health **{status.health.value}**, nothing is known yet"
    parts = "; ".join(f"{part.name} {part.points:g} of {part.weight:g} ({inline_markdown(part.why)})" for part in status.health_parts)
    said = [
        f"{abs(status.health_change)} {'more' if status.health_change > 0 else 'less'} than a month ago" if status.health_change else "",
        inline_markdown(status.health_limited),
        f"of what counts {status.health_confidence:.0%} is known" if status.health_confidence < 1 and not status.health_limited else "",
    ]
    score = ", ".join(each for each in (f"{status.health_score} of 100", *said) if each)
    further = ", ".join(f"{name} {score}" for name, score in status.scores.items())
    return f"Health **{status.health.value}** ({score})" + (f": {parts}" if parts else "") + (f". Besides: {further}" if further else "")


def _where(status: Status) -> str:
    if status.closed:
        return f"closed, {inline_markdown(status.closed)}"
    return (
        f"{status.stage.value}, day {status.day}"
        + (f" of {status.days}" if status.days is not None else "")
        + _term(status)
        + (f", renewed, next term from {status.signed[0].start}" if status.signed else "")
        + (f", cancelled, ends on {status.cancelled.end}: {inline_markdown(status.cancelled.reason)}" if status.cancelled else "")
    )


def _term(status: Status) -> str:
    if status.stage is Stage.LAPSED:
        return f", its term ended on {status.contract_end} without a word"
    if status.renews is Renews.ROLLING and status.term:
        return f", rolling, contract year {status.term} to {status.contract_end}"
    by_itself = " and on by itself" if status.renews is Renews.AUTOMATIC and status.term and not status.cancelled else ""
    return f", term {status.term} to {status.contract_end}{by_itself}"


def _clock(status: Status, moment: datetime | None) -> str:
    return in_words(moment, status.timezone) if moment is not None else "-"


def _outcome(status: Status, entry: Entry) -> str:
    why = reason(entry, status.timezone)
    return (entry.outcome.value if entry.outcome else "") + (f": {why}" if why else "")


def _table(title: str, heads: list[str], rows: list[list[str]]) -> list[str]:
    if not rows:
        return []
    plain = [[inline_markdown(cell.replace("|", "/")) for cell in row] for row in rows]
    table = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"] + [f"| {' | '.join(row)} |" for row in plain]
    return [f"**{title}**", "\n".join(table)]
