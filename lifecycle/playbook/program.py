"""A playbook made ready to run in one stage: steps as a graph, plays by trigger, every condition in reach."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import assert_never
from urllib.parse import quote

from lifecycle.conditions.cel_source import paths_of, tokens_of
from lifecycle.conditions.condition import Condition, condition
from lifecycle.conditions.values import ConditionValues, RunKey
from lifecycle.domain.bounds import short_key
from lifecycle.domain.enums import MilestoneKind, Stage, Tier
from lifecycle.domain.model import Scalar
from lifecycle.facts.subject import PlaybookNames
from lifecycle.playbook.graph import Node, graph_of
from lifecycle.playbook.health.program import HealthProgram, compile_health
from lifecycle.playbook.play import Play, Trigger
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.stages import StagePlan
from lifecycle.steps.base import Wait


@dataclass(slots=True)
class PlayProgram:
    """One play, ready to run."""

    id: str
    play: Play
    nodes: dict[str, Node]
    first: str
    awaits: dict[str, list[Node]]
    answers: dict[str, frozenset[str]]
    key_field: str
    when: Condition | None = field(init=False)
    until: Condition | None = field(init=False)
    reads_of_event: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.reads_of_event = frozenset(self._fields_read())
        self.when = condition(self.play.when) if self.play.when is not None else None
        self.until = condition(self.play.until) if self.play.until is not None else None

    def _fields_read(self) -> Iterator[str]:
        """The fields of its trigger, and of what a keyed run is about, that any of the play's conditions reads."""
        waits = [node.wait for node in self.nodes.values() if node.wait is not None]
        steps = [node.step.if_ for node in self.nodes.values()]
        for source in (self.play.if_, self.play.until, *steps, *(wait.if_ for wait in waits), *(wait.when for wait in waits)):
            for path in paths_of(tokens_of(source)) if source is not None else []:
                if path.root in ("event", self.key_field) and path.steps and path.steps[0] is not None:
                    yield path.steps[0]

    def about(self, key: str) -> RunKey | None:
        """What a run with that key is about, for conditions; None where the play has no key, or they have no name for it."""
        return ConditionValues.about(self.key_field, key)

    def concerns(self, type_name: str, fields: Mapping[str, Scalar], wait: Wait) -> bool:
        """Whether an event may answer the wait: one without an `if` of its own hears only answers to what this play itself sent."""
        subject = type_name.partition(".")[0]
        return wait.if_ is not None or subject not in self.answers or str(fields.get(subject)) in self.answers[subject]


@dataclass(slots=True)
class Program:
    """What a run of one stage works by. `measured` holds the condition that completes each functional milestone (R24).

    `watches_health` says whether anything that is watched, rather than asked at a moment of its own, reads health.
    """

    playbook: Playbook
    stage: Stage
    tier: Tier
    plan: StagePlan
    plays: "_Plays"
    here: list[PlayProgram]
    names: PlaybookNames
    measured: dict[str, Condition]
    names_here: tuple[str, ...]
    health: HealthProgram
    watches_health: bool = False
    by_event: dict[str, list[PlayProgram]] = field(default_factory=dict)
    by_condition: list[PlayProgram] = field(default_factory=list)
    by_silence: list[PlayProgram] = field(default_factory=list)
    by_time: list[PlayProgram] = field(default_factory=list)
    by_milestone: dict[str, list[PlayProgram]] = field(default_factory=dict)
    on_milestones: list[PlayProgram] = field(default_factory=list)


def check_play(name: str, play: Play) -> None:
    """Raises ValueError, in a sentence, where the play can't be made ready for some tier."""
    for tier in play.tiers:
        _ready(name, play, tier)


class _Plays(dict[str, PlayProgram]):
    """Every play of the playbook, whatever its stage, made ready when it is first asked for."""

    def __init__(self, playbook: Playbook, tier: Tier) -> None:
        super().__init__()
        self._bodies = {name: play for plan in playbook.stages.values() for name, play in plan.plays.items()}
        self._playbook, self._tier = playbook, tier

    def __missing__(self, name: str) -> PlayProgram:
        body, tier = self._bodies[name], self._tier
        self[name] = made = self._playbook.ready(("play", name, tier), lambda: _ready(name, body, tier))
        return made

    def find(self, name: str) -> PlayProgram | None:
        """The play, or None where the playbook has no such play."""
        return self[name] if name in self._bodies else None


_NO_PLAN = StagePlan.model_validate({"goal": "", "owner": "csm", "exit": "true"})


def compile_playbook(playbook: Playbook, stage: Stage, tier: Tier) -> Program:
    """The playbook as one stage of a customer of that tier runs it; plays of other stages only run on. Made once for each Playbook object."""
    return playbook.ready(("stage", stage, tier), lambda: _compiled(playbook, stage, tier))


def _compiled(playbook: Playbook, stage: Stage, tier: Tier) -> Program:
    plan = playbook.stages.get(stage, _NO_PLAN)
    plays = _Plays(playbook, tier)
    here = [plays[name] for name, play in plan.plays.items() if play.serves(tier)]
    program = Program(
        playbook=playbook,
        stage=stage,
        tier=tier,
        plan=plan,
        plays=plays,
        here=here,
        names=_names(playbook),
        measured={
            name: condition(milestone.done_when) for name, milestone in playbook.milestones.items() if milestone.done_when is not None
        },
        names_here=tuple(play.id for play in here),
        health=playbook.ready(("health",), lambda: compile_health(playbook.health_rules)),
    )
    for play in here:
        _file(program, play)
    program.watches_health = any(not each.names.isdisjoint(_OF_HEALTH) for each in _watched(program))
    return program


_OF_HEALTH = ("health", "scores")


def _watched(program: Program) -> Iterator[Condition]:
    """The conditions of the stage that are looked at whenever something changes."""
    yield condition(program.plan.exit)
    yield from program.measured.values()
    for play in program.here:
        yield from (each for each in (play.when, play.until) if each is not None)
        yield from (condition(node.wait.when) for node in play.nodes.values() if node.wait is not None and node.wait.when is not None)


def _names(playbook: Playbook) -> PlaybookNames:
    """The playbook's own ids, for conditions."""
    milestones, names = playbook.milestones, playbook.all_names()
    return PlaybookNames(
        milestones=tuple(milestones),
        functional=tuple(name for name, milestone in milestones.items() if milestone.kind is MilestoneKind.FUNCTIONAL),
        first_value=tuple(name for name, milestone in milestones.items() if milestone.first_value),
        surveys=tuple(names.surveys),
        meetings=tuple(names.meetings),
        offers=tuple(names.offers),
        scores=tuple(playbook.health_rules.scores),
    )


def _file(program: Program, play: PlayProgram) -> None:
    """Enter the play where its trigger is looked for."""
    match play.play.trigger:
        case Trigger.ON:
            for type_name in play.play.on or []:
                program.by_event.setdefault(type_name, []).append(play)
        case Trigger.WHEN:
            program.by_condition.append(play)
        case Trigger.SILENT_FOR:
            program.by_silence.append(play)
        case Trigger.OVERDUE:
            for milestone in play.play.overdue or []:
                program.by_milestone.setdefault(milestone, []).append(play)
        case Trigger.AT | Trigger.EVERY:
            program.by_time.append(play)
            if play.play.at is not None and (play.play.at.of or "").startswith("milestone:"):
                program.on_milestones.append(play)
        case trigger:
            assert_never(trigger)


def _ready(name: str, play: Play, tier: Tier) -> PlayProgram:
    first, nodes = graph_of(play.steps, tier)
    awaits: dict[str, list[Node]] = {}
    answers: dict[str, set[str]] = {}
    for node in nodes.values():
        for event in (node.wait.event or []) if node.wait is not None else []:
            awaits.setdefault(event, []).append(node)
        body = node.step.body
        if body.subject is not None:
            answers.setdefault(body.subject, set()).add(body.subject_name(node.id))
    key_field = play.key.removeprefix("event.") if play.key else ""
    frozen = {subject: frozenset(names) for subject, names in answers.items()}
    return PlayProgram(name, play, nodes, first, awaits, frozen, key_field)


LONGEST_OCCURRENCE = 100
"""Characters of a key within a touch key; ids have 64 at most."""


def name_of_key(key: str) -> str:
    """What stands for a keyed run's key in touch keys, and where something is counted for it: itself made safe, or a hash of a long one."""
    return short_key(quote(key, safe=""), LONGEST_OCCURRENCE)


def name_of_occurrence(occurrence: str) -> str:
    """What stands for the key of a keyed run, of its occurrence."""
    return short_key(occurrence.rpartition(".")[0], LONGEST_OCCURRENCE)


def occurrence_of_key(key: str, count: int) -> str:
    """The occurrence of a keyed run: what stands for its key, and which run of the play it is."""
    return f"{name_of_key(key)}.{count}"
