"""Runs of plays: how one starts, goes from step to step, hears events and ends."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from lifecycle.domain.calendar import add
from lifecycle.domain.enums import Once, Outcome, TouchKind
from lifecycle.domain.model import Scalar
from lifecycle.domain.touch import Record, Touch
from lifecycle.engine.view import view_of
from lifecycle.facts.events import CATALOGUE, Event, TaskDone, TaskSnoozed
from lifecycle.playbook.graph import Node
from lifecycle.playbook.play import Play
from lifecycle.playbook.program import PlayProgram, Program, occurrence_of_key
from lifecycle.state.life import Doing, EntryKind, Lifecycle, PlayRun
from lifecycle.steps.base import Wait

INTERNAL_PATIENCE = timedelta(days=7)

MOST_AT_ONCE = 100
"""Runs of one play side by side: a life is carried from run to run whole, and each of them is part of it."""


def last_moment(life: Lifecycle, program: Program, play: Play, due: datetime) -> datetime:
    """Until when something due then may still go out."""
    return add(due, play.within or program.playbook.within, life.zone, life.customer.country)


def last_try(life: Lifecycle, program: Program, play: Play, run: PlayRun, kind: TouchKind) -> datetime:
    """Until when a touch is tried while its provider is down: a message inside its window, what is internal for a week at least."""
    last = last_moment(life, program, play, run.cursor)
    return last if kind.reaches_the_customer else max(last, run.cursor + INTERNAL_PATIENCE)


def stage_mark(life: Lifecycle) -> str:
    """This visit to this stage, for `once: stage`."""
    return f"{life.contract.term}/{life.stage.value}/{life.visits}"


def occurrence_key(life: Lifecycle, play: str, occurrence: str) -> str:
    """The key under which a whole occurrence of a play is written down when none of its touches was begun."""
    return f"{life.customer.id}/{life.contract.term}/{play}/{occurrence}/*"


def note_unsent(life: Lifecycle, key: str, play: str, name: str, kind: str, outcome: Outcome, at: datetime, why: str) -> None:
    """Write what did not go out into the timeline, and set it down for the ledger."""
    life.note(at, EntryKind.TOUCH, f"{kind} {name}", outcome=outcome, why=why, key=key)
    life.unrecorded.append(Record(key=key, customer=life.customer.id, play=play, name=name, kind=kind, outcome=outcome, at=at, why=why))


def used_up(life: Lifecycle, one: PlayProgram, apart_from: PlayRun | None = None) -> bool:
    """Whether the play's `once` is spent: by what went out, or by another run that is about to."""
    once = one.play.once
    if once is None:
        return False
    state = life.play(one.id)
    spent = {
        Once.STAGE: state.went_out_stage == stage_mark(life),
        Once.TERM: state.went_out_term == life.contract.term,
        Once.EVER: state.went_out_ever,
    }[once]
    return spent or any(run.play == one.id and run is not apart_from and run.doing is Doing.PERFORMING for run in life.runs.values())


def start(
    life: Lifecycle,
    program: Program,
    one: PlayProgram,
    occurrence: str,
    due: datetime,
    moment: datetime,
    now: datetime,
    event: Event | None = None,
    key: str = "",
) -> bool:
    """Start a run that is due, unless a guard forbids it; whether it started.

    What was planned and does not start is written down with its reason; a trigger that merely found its guard shut is not news.
    """
    play = one.play
    planned = play.trigger in ("at", "every", "overdue", "silent_for")
    touch_key = occurrence_key(life, one.id, occurrence)

    def unsent(outcome: Outcome, why: str) -> bool:
        if planned or outcome is Outcome.MISSED:
            note_unsent(life, touch_key, one.id, one.id, "play", outcome, moment, why)
        return False

    running = [run for run in life.runs.values() if run.play == one.id]
    if any(run.key == key for run in running):
        return unsent(Outcome.SKIPPED, "the play still runs")
    if len(running) >= MOST_AT_ONCE:
        note_unsent(life, touch_key, one.id, one.id, "play", Outcome.SKIPPED, moment, f"{MOST_AT_ONCE} of its runs go on already")
        return False
    state = life.play(one.id)
    if used_up(life, one):
        return (
            unsent(Outcome.SKIPPED, f"goes out once a {play.once.value}" if play.once is not Once.EVER else "goes out once ever")
            if play.once
            else False
        )
    if play.cooldown is not None and state.last_started is not None:
        cool = add(state.last_started, play.cooldown, life.zone, life.customer.country)
        if moment < cool:
            return unsent(Outcome.SKIPPED, f"cools down for {play.cooldown} after its last run")
    view = view_of(life, program)
    fields = event.plain() if event is not None else None
    if play.until is not None and view.holds(play.until):
        return unsent(Outcome.SKIPPED, "what it works towards is already so")
    if play.if_ is not None and not view.holds_at(life, moment, play.if_, fields):
        return unsent(Outcome.SKIPPED, "its condition does not hold")
    if now > last_moment(life, program, play, due):
        return unsent(Outcome.MISSED, f"was due {due:%Y-%m-%d %H:%M} UTC, its window of {play.within or program.playbook.within} is over")
    run = PlayRun(
        play=one.id,
        occurrence=occurrence,
        term=life.contract.term,
        mark=stage_mark(life),
        key=key,
        started=moment,
        cursor=due,
        step=one.first,
        kind="",
        name="",
        doing=Doing.MOVING,
        until=None,
        why="",
        tries=0,
        went_out=False,
        fell=None,
        snoozed=None,
        invites=0,
        meets=None,
        event=fields or {},
        seen={},
    )
    state.last_started = moment
    life.runs[run.id] = run
    return True


def start_by_event(life: Lifecycle, program: Program, event: Event, moment: datetime, now: datetime) -> None:
    """Start the plays that this event triggers."""
    for one in program.by_event.get(event.type, []):
        state = life.play(one.id)
        key = str(event.plain().get(one.key_field, "")) if one.key_field else ""
        count = state.count + 1
        occurrence = occurrence_of_key(key, count) if one.key_field else str(count)
        if start(life, program, one, occurrence, moment, moment, now, event, key):
            state.count = count


def move(life: Lifecycle, program: Program, run: PlayRun, moment: datetime) -> None:
    """Take the run as far as it goes without doing anything in the world."""
    one = program.plays.find(run.play)
    if one is None or run.step not in one.nodes:
        end(life, run, moment, "an edit of the playbook removed it")
        return
    view = view_of(life, program)
    while True:
        node = one.nodes[run.step]
        if node.step.if_ is not None and not view.holds_at(life, moment, node.step.if_, run.event):
            following = node.next
        elif node.step.body.touch is not None:
            run.doing, run.until, run.why = Doing.READY, None, ""
            run.kind, run.name = node.kind, node.touch_name
            return
        elif (reason := node.step.body.stops()) is not None:
            end(life, run, run.cursor, reason)
            return
        else:
            following, waits = _wait(life, program, one, run, node, moment)
            if waits:
                return
        if following is None:
            life.runs.pop(run.id, None)
            return
        run.step, run.snoozed = following, None


def _wait(life: Lifecycle, program: Program, one: PlayProgram, run: PlayRun, node: Node, moment: datetime) -> tuple[str | None, bool]:
    """Where the run goes from a wait, and whether it has to stay there."""
    zone, country = life.zone, life.customer.country
    pause = node.step.body.pause()
    if pause is not None:
        over = add(run.cursor, pause, zone, country)
        if over > moment:
            run.doing, run.until, run.why = Doing.WAITING, over, f"waits {pause}"
            return None, True
        run.cursor = over
        return node.next, False
    wait = node.wait
    assert wait is not None
    if node.id in run.seen:
        run.cursor = max(run.cursor, run.seen[node.id])
        return node.then, False
    if wait.when is not None and view_of(life, program).holds(wait.when):
        run.cursor = max(run.cursor, moment)
        return node.then, False
    over = add(run.cursor, wait.timeout, zone, country)
    if run.snoozed is not None and run.snoozed > over:
        over = run.snoozed
    if over > moment:
        run.doing, run.until, run.why = Doing.WAITING, over, _why(wait, snoozed=over == run.snoozed)
        return None, True
    run.cursor = over
    return node.otherwise, False


def _why(wait: Wait, *, snoozed: bool) -> str:
    what = f"waits for {' or '.join(wait.event)}" if wait.event else f"waits until {wait.when}"
    return f"{what}, {'snoozed' if snoozed else f'at most {wait.timeout}'}"


def hear(life: Lifecycle, program: Program, event: Event, moment: datetime, runs: Iterable[PlayRun] | None = None) -> None:
    """Let every run that waits, now or further on, remember that the event came; all runs, or those."""
    fields = event.plain()
    view = view_of(life, program)
    for run in life.runs.values() if runs is None else runs:
        one = program.plays.find(run.play)
        if one is None or event.type not in one.awaits:
            continue
        if fields.get("play", "") not in ("", run.play) or fields.get("run", "") not in ("", run.id):
            continue
        if one.key_field and one.key_field in CATALOGUE[event.type].model_fields and str(fields[one.key_field]) != run.key:
            continue
        for node in one.awaits[event.type]:
            wait = node.wait
            assert wait is not None
            if node.id in run.seen or not one.concerns(event.type, fields, wait):
                continue
            if wait.if_ is None or view.holds(wait.if_, fields):
                run.seen[node.id] = moment
                if run.step == node.id and run.doing is Doing.WAITING:
                    run.doing, run.until = Doing.MOVING, moment


def snooze(life: Lifecycle, program: Program, event: Event) -> None:
    """Give whoever has the task more time: what waits for it, and stands there now, waits until then at least."""
    data = event.fields()
    assert isinstance(data, TaskSnoozed)
    done: dict[str, Scalar] = {**TaskDone(task=data.task, play=data.play).plain(), "type": "task.done"}
    until = event.at + timedelta(hours=data.hours)
    for run in life.runs.values():
        one = program.plays.find(run.play)
        node = one.nodes.get(run.step) if one is not None else None
        wait = node.wait if node is not None else None
        if one is None or wait is None or run.doing is not Doing.WAITING:
            continue
        if data.play not in ("", run.play) or data.run not in ("", run.id):
            continue
        if "task.done" not in (wait.event or []) or not one.concerns("task.done", done, wait):
            continue
        if run.until is not None and run.until < until and (wait.if_ is None or view_of(life, program).holds(wait.if_, done)):
            run.snoozed = run.until = until
            run.why = _why(wait, snoozed=True)


def look_again(life: Lifecycle, program: Program, moment: datetime) -> None:
    """After the state has changed: end the plays whose `until` is met, and let go those that wait for a condition."""
    view = view_of(life, program)
    for run in list(life.runs.values()):
        one = program.plays.find(run.play)
        if one is None:
            continue
        if one.play.until is not None and view.holds(one.play.until):
            end(life, run, moment, "what it works towards is so")
        elif one.play.trigger == "overdue" and _reached(life, run.key):
            end(life, run, moment, f"milestone {run.key} is reached")
        elif run.doing is Doing.WAITING:
            wait = one.nodes[run.step].wait if run.step in one.nodes else None
            if wait is not None and wait.when is not None and view.holds(wait.when):
                run.doing, run.until = Doing.MOVING, moment


def _reached(life: Lifecycle, milestone: str) -> bool:
    state = life.milestones.get(milestone)
    return state is not None and state.done is not None


def call_back(life: Lifecycle, run: PlayRun, touch: Touch, outcome: Outcome, why: str) -> None:
    """Call off a touch that may have acted: the ledger knows, and if it has not, this is what has become of it."""
    life.in_flight[touch.key] = touch
    if touch.key not in life.withdrawn:
        life.withdrawn.append(touch.key)
    run.doing, run.until, run.fell, run.why = Doing.PERFORMING, None, outcome, why


def end(life: Lifecycle, run: PlayRun, moment: datetime, why: str) -> None:
    """End the run now: what it holds or has in flight is called off, and that is written down."""
    life.runs.pop(run.id, None)
    key = run.key_of(life.customer.id, run.step)
    if key in life.tried:
        call_back(life, run, life.tried.pop(key), Outcome.CANCELLED, why)
    elif run.doing is Doing.PERFORMING and key in life.in_flight:
        if key not in life.withdrawn:
            life.withdrawn.append(key)
    elif run.doing in (Doing.HELD, Doing.READY):
        note_unsent(life, key, run.play, run.name, run.kind, Outcome.CANCELLED, moment, why)
        return
    life.note(moment, EntryKind.PLAY, run.play, why=f"ended: {why}")
