"""A playbook made ready to run in one stage: steps as a graph, plays by trigger, every condition in reach.

Sugar ends here: a task's ladder becomes a wait with escalations, an offer's approval a task and a wait.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from lifecycle.domain.enums import Stage, Tier, TouchKind
from lifecycle.domain.model import Scalar
from lifecycle.playbook.playbook import EscalateStep, Names, Play, Playbook, StagePlan, Step, StopStep, TaskStep, WaitForStep, step_template


@dataclass(slots=True)
class Node:
    """One step in the graph: where the play goes after it, and after a wait's answer or timeout."""

    id: str
    step: Step
    next: str | None = None
    then: str | None = None
    otherwise: str | None = None

    @property
    def kind(self) -> str:
        """The step's kind."""
        return self.step.kind

    @property
    def template(self) -> str:
        """The template of its message; empty for a step without one."""
        return step_template(self.step)

    @property
    def touch_name(self) -> str:
        """What its touch is called: its survey, template, offer, webhook or id."""
        step = self.step
        named = (
            step.offer.offer if step.offer else step.webhook.name if step.webhook else step.survey.survey if step.survey else self.template
        )
        return named or self.id


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

    def concerns(self, type_name: str, fields: Mapping[str, Scalar], wait: WaitForStep) -> bool:
        """Whether an event may answer the wait: one without an `if` of its own hears only answers to what this play itself sent."""
        subject = type_name.partition(".")[0]
        return wait.if_ is not None or subject not in self.answers or str(fields.get(subject)) in self.answers[subject]


@dataclass
class Program:
    """What a run of one stage works by."""

    playbook: Playbook
    stage: Stage
    tier: Tier
    plan: StagePlan
    plays: "_Plays"
    here: list[PlayProgram]
    names: Names
    by_event: dict[str, list[PlayProgram]] = field(default_factory=dict)
    by_condition: list[PlayProgram] = field(default_factory=list)
    by_silence: list[PlayProgram] = field(default_factory=list)
    by_time: list[PlayProgram] = field(default_factory=list)
    by_milestone: dict[str, list[PlayProgram]] = field(default_factory=dict)

    @cached_property
    def names_here(self) -> frozenset[str]:
        """The names of the plays of this stage and tier."""
        return frozenset(one.id for one in self.here)


def check_play(name: str, play: Play) -> None:
    """Raises ValueError, in a sentence, where the play can't be made ready for some tier."""
    for tier in play.tiers:
        _play(name, play, tier)


class _Plays(dict[str, PlayProgram]):
    """Every play of the playbook, whatever its stage, made ready when it is first asked for."""

    def __init__(self, playbook: Playbook, tier: Tier) -> None:
        super().__init__()
        self._bodies = {name: play for plan in playbook.stages.values() for name, play in plan.plays.items()}
        self._playbook, self._tier = playbook, tier

    def __missing__(self, name: str) -> PlayProgram:
        body, tier = self._bodies[name], self._tier
        self[name] = made = self._playbook.ready(name, tier, lambda: _play(name, body, tier))
        return made

    def find(self, name: str) -> PlayProgram | None:
        """The play, or None where the playbook has no such play."""
        return self[name] if name in self._bodies else None


_NO_PLAN = StagePlan.model_validate({"goal": "", "owner": "csm", "exit": "true"})


def compile_playbook(playbook: Playbook, stage: Stage, tier: Tier) -> Program:
    """The playbook as one stage of a customer of that tier runs it; plays of other stages only run on."""
    plan = playbook.stages.get(stage, _NO_PLAN)
    plays = _Plays(playbook, tier)
    here = [plays[name] for name, play in plan.plays.items() if tier in play.tiers]
    program = Program(playbook, stage, tier, plan, plays, here, playbook.all_names())
    for one in here:
        match one.play.trigger:
            case "on":
                for type_name in one.play.on or []:
                    program.by_event.setdefault(type_name, []).append(one)
            case "when":
                program.by_condition.append(one)
            case "silent_for":
                program.by_silence.append(one)
            case "overdue":
                for milestone in one.play.overdue or []:
                    program.by_milestone.setdefault(milestone, []).append(one)
            case _:
                program.by_time.append(one)
    return program


def _play(name: str, play: Play, tier: Tier) -> PlayProgram:
    nodes: dict[str, Node] = {}
    answers: dict[str, set[str]] = {}
    first = _chain(list(_without_sugar(play.steps, nodes, tier)), None, nodes, tier)
    assert first is not None
    awaits: dict[str, list[Node]] = {}
    for node in nodes.values():
        step = node.step
        for event in (step.wait_for.event or []) if step.wait_for else []:
            awaits.setdefault(event, []).append(node)
        match step.kind:
            case "meeting":
                answers.setdefault("meeting", set()).add(step.meeting.template if step.meeting else "")
            case "survey":
                answers.setdefault("survey", set()).add(step.survey.survey if step.survey else "")
            case "offer":
                answers.setdefault("offer", set()).add(step.offer.offer if step.offer else "")
            case "task":
                answers.setdefault("task", set()).add(node.id)
            case _:
                pass
    key_field = play.key.removeprefix("event.") if play.key else ""
    frozen = {subject: frozenset(names) for subject, names in answers.items()}
    return PlayProgram(name, play, nodes, first, awaits, frozen, key_field)


def _name(step: Step, taken: dict[str, Node]) -> str:
    """The step's id, or one from what it is; a second of the same name is numbered."""
    if step.id is not None:
        if step.id in taken:
            raise ValueError(f"two steps of the play have the id '{step.id}'; give one of them another")
        return step.id
    match step.kind:
        case "email":
            base = f"email-{step.email.template}" if step.email else ""
        case "meeting":
            base = f"meeting-{step.meeting.template}" if step.meeting else ""
        case "survey":
            base = f"survey-{step.survey.survey}" if step.survey else ""
        case "escalate":
            base = f"escalate-{step.escalate.to}" if step.escalate else ""
        case "offer":
            base = f"offer-{step.offer.offer}" if step.offer else ""
        case "webhook":
            base = f"webhook-{step.webhook.name}" if step.webhook else ""
        case kind:
            base = kind
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    return name


def _without_sugar(steps: list[Step], nodes: dict[str, Node], tier: Tier) -> Iterator[tuple[Node, list[Step], list[Step]]]:
    """Each step as a node with its branches, in the document's order, ladders and approvals spelled out."""
    for step in steps:
        if step.offer is not None and step.offer.approval is not None:
            yield from _without_sugar(_approval(step, _name(step, nodes)), nodes, tier)
        name = _name(step, nodes)
        node = nodes[name] = Node(name, step)
        wait = step.wait_for
        yield node, wait.then if wait else [], wait.otherwise if wait else []
        if step.task is not None and step.task.ladder:
            yield from _without_sugar([_ladder(name, step, step.task, tier)], nodes, tier)


def _chain(parts: list[tuple[Node, list[Step], list[Step]]], after: str | None, nodes: dict[str, Node], tier: Tier) -> str | None:
    """Link the nodes one behind the other, `after` behind the last; the first one's id, or `after` where there is none."""
    following = after
    for node, then, otherwise in reversed(parts):
        node.next = following
        if node.step.wait_for is not None:
            node.then = _chain(list(_without_sugar(then, nodes, tier)), following, nodes, tier)
            node.otherwise = _chain(list(_without_sugar(otherwise, nodes, tier)), following, nodes, tier)
        following = node.id
    return following


def _ladder(task_id: str, step: Step, task: TaskStep, tier: Tier) -> Step:
    """Wait for the task until it is due, then climb rung by rung until somebody did it."""
    rest: list[Step] = []
    done = f'event.task == "{task_id}"'
    for number, rung in reversed(list(enumerate(task.ladder, 1))):
        late = f"Task not done in time: {task.title}"
        escalate = Step(id=f"{task_id}.rung-{number}", escalate=EscalateStep(to=rung.to, reason=late[:500]))
        rest = [
            Step(
                id=f"{task_id}.late-{number}",
                if_=step.if_,
                wait_for=WaitForStep(event=["task.done"], if_=done, timeout=rung.after, otherwise=[escalate, *rest]),
            )
        ]
    return Step(
        id=f"{task_id}.done", if_=step.if_, wait_for=WaitForStep(event=["task.done"], if_=done, timeout=task.due[tier], otherwise=rest)
    )


def _approval(step: Step, name: str) -> list[Step]:
    """Ask a role of ours for leave, and go on only if it is given in time."""
    offer = step.offer
    assert offer is not None and offer.approval is not None
    asked = TaskStep(
        title=f"Approve the offer {offer.offer}: {offer.terms}"[:500], owner=offer.approval, due=dict.fromkeys(Tier, offer.approve_within)
    )
    refused = Step(id=f"{name}.refused", stop=StopStep(reason=f"offer {offer.offer} was not approved"))
    answer = f'event.offer == "{offer.offer}"'
    given = WaitForStep(
        event=["offer.approved", "offer.refused"],
        if_=answer,
        timeout=offer.approve_within,
        then=[
            Step(
                id=f"{name}.no",
                if_=f'offers["{offer.offer}"].answer == "refused"',
                stop=StopStep(reason=f"offer {offer.offer} was refused"),
            )
        ],
        otherwise=[refused],
    )
    return [Step(id=f"{name}.approval", if_=step.if_, task=asked), Step(id=f"{name}.approved", if_=step.if_, wait_for=given)]


def occurrence_of_key(key: str, count: int) -> str:
    """The occurrence of a keyed run: the key made safe for a touch key, and which run of the play it is."""
    return f"{quote(key, safe='')}.{count}"


TOUCHES = frozenset(kind.value for kind in TouchKind)
"""The step kinds that do something in the world."""
