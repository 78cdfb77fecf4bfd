"""Invariant 10: everything has a line. From the lines alone it can be told what became of every occurrence, step by step."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from unittest.mock import patch

from hypothesis import example, given

from lifecycle.domain.enums import Outcome
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.touch import TAKEN_BACK_STEP
from lifecycle.domain.why import Cause
from lifecycle.engine.session import Session
from lifecycle.playbook.play import Trigger
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.program import PlayProgram
from lifecycle.state import log
from lifecycle.state.log import Entry, EntryKind
from lifecycle.state.plays import PlayRun
from tests.lifecycle import building as b
from tests.lifecycle.properties.playbooks import playbooks
from tests.lifecycle.properties.stories import Happening, customers, stories
from tests.lifecycle.properties.test_no_bursts import away
from tests.lifecycle.properties.worlds import Lived, World

DAYS = 200
ANSWERS = (Cause.ANSWERED, Cause.AT_ONCE, Cause.TIMED_OUT, Cause.CONDITION)


@dataclass
class Seen:
    """Every run that started, and every planned occurrence: the key of its lines, and when it was last seen planned."""

    runs: dict[str, PlayRun] = field(default_factory=dict)
    planned: set[str] = field(default_factory=set)

    def look(self, lived: Lived) -> None:
        life, session = lived.life, lived.session
        for play in session.program.here if session.can_go_on else []:
            state = life.plays.states.get(play.id)
            if state is not None and state.due is not None and play.play.trigger is Trigger.AT:
                self.planned.add(session.occurrence_key(play.id, state.occurrence))
            if state is not None and play.play.trigger is Trigger.EVERY:
                self.planned |= {session.occurrence_key(play.id, str(number)) for number in range(1, state.count + 1)}


@contextmanager
def watched(seen: Seen) -> Iterator[None]:
    """Lines are neither folded nor dropped, and no run starts unseen."""
    add_run = Session.add_run

    def add(session: Session, run: PlayRun) -> None:
        seen.runs[run.id] = run
        add_run(session, run)

    with patch.object(log, "TIMELINE_KEPT", 10**6), patch.object(log.Log, "_fold", lambda *_: False), patch.object(Session, "add_run", add):
        yield


def lived_through(
    playbook: Playbook, customer: Customer, story: list[Happening], world: World, enrolled_after: int = 0
) -> tuple[Lived, Seen]:
    seen = Seen()
    world.watch = seen.look
    # Another tier has other branches, so that the way of a run cannot be followed by one graph.
    same_tier = [one for one in story if "tier" not in dict(one.data)]
    with watched(seen):
        return Lived(playbook, customer, same_tier, DAYS, world, enrolled_after), seen


class Way:
    """The way of one run as its lines tell it."""

    def __init__(self, lived: Lived, play: PlayProgram, run: PlayRun) -> None:
        self.play, self.run = play, run
        self.runs_on = run.id in lived.life.plays.runs
        self.stands_at = lived.life.plays.runs[run.id].step if self.runs_on else ""
        begins = f"{lived.customer.id}/{run.id}/"
        self.lines: dict[str, list[Entry]] = {}
        for line in lived.life.log.timeline:
            if line.key.startswith(begins) and not TAKEN_BACK_STEP.search(line.key):
                self.lines.setdefault(line.key.removeprefix(begins), []).append(line)

    def faults(self) -> Iterator[str]:
        """Each place where the lines do not say how it went on, or say it twice."""
        step: str | None = self.play.first
        passed: set[str] = set()
        while step is not None and step not in passed:
            passed.add(step)
            node, lines = self.play.nodes[step], self.lines.get(step, [])
            ended = [line for line in lines if line.kind is EntryKind.PLAY]
            finals = [line for line in lines if line.kind is EntryKind.TOUCH and line.outcome is not Outcome.DELAYED]
            answers = [line for line in lines if line.kind is EntryKind.WAIT and line.cause in ANSWERS]
            given_up = any(line.outcome is Outcome.CANCELLED or line.cause in (Cause.LATER_ONE_DUE, Cause.PASSED) for line in finals)
            if self.stands_at == step or ended or given_up:
                if len(finals) + len(ended) + len(answers) + self.runs_on != 1:
                    yield f"{self.run.id} ends at {step} with {lines}"
                break
            if node.step.body.touch is not None:
                if len(finals) != 1:
                    yield f"{self.run.id} did {step} with {lines}"
                step = node.next
            elif node.wait is not None:
                if len(answers) != 1:
                    yield f"{self.run.id} waited at {step} with {lines}"
                    return
                [answer] = answers
                over = answer.cause is Cause.TIMED_OUT
                step = node.next if answer.cause is Cause.CONDITION else node.otherwise if over else node.then
            else:
                step = node.next
        else:
            if self.runs_on:
                yield f"{self.run.id} is at its end by its lines, and stands at {self.stands_at}"
        for stray in self.lines.keys() - passed - {"*"}:
            yield f"{self.run.id} never came to {stray}, of which there is {self.lines[stray]}"


def faults(lived: Lived, seen: Seen) -> list[str]:
    """What the lines do not tell of runs, and of occurrences that did not start."""
    found = []
    for run in seen.runs.values():
        play = lived.session.program.plays.find(run.play)
        assert play is not None
        found += list(Way(lived, play, run).faults())
    whole = [line for line in lived.life.log.timeline if line.kind is EntryKind.TOUCH and line.key.endswith("/*")]
    fallen = Counter(line.key for line in whole if line.cause is not Cause.BEYOND_STAGE)
    # An extension may bring a stage again that has ended, and with it what lay beyond its end.
    beyond = {line.key for line in whole if line.cause is Cause.BEYOND_STAGE}
    planned_still = {
        lived.session.occurrence_key(name, state.occurrence) for name, state in lived.life.plays.states.items() if state.due is not None
    }
    moved = {line.cause for line in lived.life.log.timeline} & {Cause.MOVED}
    for key in sorted(seen.planned):
        started = key.partition("/")[2].removesuffix("/*") in seen.runs
        if started + fallen[key] != 1 and not (started + fallen[key] == 0 and (key in beyond | planned_still or moved)):
            found.append(f"{key}: started {started}, {fallen[key]} lines")
    return found


NEVER = 'tier == "C"'
EVERYTHING = b.a_playbook(
    milestones={"data-imported": {"kind": "customer", "due": "5d"}, "first-value": {"kind": "customer", "due": "200d"}},
    onboarding={
        "beyond": b.a_play(b.task(), at={"day": 60}),
        "never": b.a_play(b.task(), at={"day": 3}, if_=NEVER),
        "short": b.a_play(b.email(), b.task(), at={"day": 5}, within="0d"),
        "beats": b.a_play(b.task(), every="2d", within="1d"),
        "held": b.a_play(b.email(), every="1d", within="2d"),
        "steps": b.a_play(
            {"if": NEVER, **b.task()},
            {"if": NEVER, **b.wait_for("login", "2d")},
            b.wait_for(None, "2d", when='tier == "A"'),
            b.wait_for("login", "3d", then=[b.webhook()], otherwise=[b.escalate()]),
            b.wait_for("ticket.opened", "3d", then=[b.webhook("yes")], otherwise=[{"stop": {"reason": "silent"}}]),
            at={"day": 1},
        ),
        "until": b.a_play(b.wait("30d"), b.task(), at={"day": 2}, until="tickets.open > 0"),
        "chase": b.a_play(b.wait("1d"), b.task(), overdue=["data-imported"]),
        "ends": b.a_play(b.wait("200d"), b.task(), at={"day": 4}),
    },
    growth={
        "calm": b.a_play(b.task(), at={"day": 2}),
        "rhythm": b.a_play(b.task(), every="2d"),
        "quiet": b.a_play(b.task(), silent_for="5d"),
    },
    rest={"contact_policy": b.STRICT_POLICY},
)
"""A play for each way in which an occurrence or a step may come to nothing."""

CUSTOMER = b.a_customer(end=b.START + timedelta(days=90))
STORY = [
    Happening(3, 600, "login"),
    Happening(9, 600, "ticket.opened", (("ticket", "t1"),)),
    Happening(11, 600, "pause"),
    Happening(16, 600, "resume"),
    Happening(31, 600, "skip", (("play", "calm"),)),
]


@given(playbooks, customers, stories)
@example(EVERYTHING, CUSTOMER, STORY)
def test_the_lines_tell_what_became_of_every_occurrence_and_step(playbook: Playbook, customer: Customer, story: list[Happening]) -> None:
    assert faults(*lived_through(playbook, customer, story, World())) == []


@given(playbooks, customers, stories)
@example(EVERYTHING, CUSTOMER, STORY)
def test_they_do_for_who_is_enrolled_late_and_after_an_outage(playbook: Playbook, customer: Customer, story: list[Happening]) -> None:
    assert faults(*lived_through(playbook, customer, story, World(), enrolled_after=35)) == []
    assert faults(*lived_through(playbook, customer, story, away(customer, 20, 40))) == []
