"""`task: {title: Call them, owner: csm, due: 2bd}`, and with a ladder a wait that escalates rung by rung."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from lifecycle.domain.enums import Subject, Tier, TouchKind
from lifecycle.domain.fields import Id, Words
from lifecycle.domain.model import Frozen
from lifecycle.domain.time.by_tier import ByTier, of_tier
from lifecycle.domain.time.durations import Duration, Span
from lifecycle.steps.base import Request, StepKind
from lifecycle.steps.escalate import EscalateStep
from lifecycle.steps.linting import Finding, StepContext, check_every_tier
from lifecycle.steps.wait_for import WaitForStep

if TYPE_CHECKING:
    from lifecycle.steps.step import Step


AT_ONCE = Span.parse("0d")
MOST_RUNGS = 20


class Rung(Frozen):
    """One rung of a task's ladder: so long after the task was due, tell that role."""

    after: Duration
    to: Id


class TaskStep(Frozen, StepKind):
    """Something a person of ours is to do by its SLA. With a ladder the play waits for `task.done` and escalates rung by rung.

    One of level 1 reaches whoever is to do it at any hour, every other one at work.
    """

    kind: ClassVar[str] = "task"
    touch: ClassVar[TouchKind | None] = TouchKind.TASK
    subject: ClassVar[Subject | None] = Subject.TASK

    title: Words
    owner: Id = "csm"
    due: ByTier
    level: Annotated[int, Field(ge=1, le=4)] | None = None
    ladder: list[Rung] = []

    def request(self) -> Request:
        return Request(owner=self.owner, text=self.title, level=self.level or 0)

    def due_in(self, tier: Tier) -> Span | None:
        return of_tier(self.due, tier)

    def roles(self) -> Mapping[tuple[str | int, ...], str]:
        return {("task", "owner"): self.owner} | {("task", "ladder", number, "to"): rung.to for number, rung in enumerate(self.ladder)}

    def subject_name(self, step_id: str) -> str:
        return step_id

    def behind(self, step: "Step", name: str, tier: Tier) -> "list[Step]":
        """Wait for the task until it is due, then climb rung by rung until somebody did it."""
        if not self.ladder:
            return []
        make = type(step)
        late = f"Task not done in time: {self.title}"[:500]
        rest: list[Step] = []
        for number, rung in reversed(list(enumerate(self.ladder, 1))):
            escalate = make(id=f"{name}.rung-{number}", escalate=EscalateStep(to=rung.to, reason=late))
            climb = self._until_done(name, rung.after, [escalate, *rest])
            rest = [make(id=f"{name}.late-{number}", if_=step.if_, wait_for=climb)]
        until_done = self._until_done(name, of_tier(self.due, tier) or AT_ONCE, rest)
        return [make(id=f"{name}.done", if_=step.if_, wait_for=until_done.until_due(self.owner))]

    def _until_done(self, name: str, timeout: Span, otherwise: "list[Step]") -> WaitForStep:
        return WaitForStep(event=["task.done"], if_=f'event.task == "{name}"', timeout=timeout, otherwise=otherwise)

    def lint(self, context: StepContext) -> Iterator[Finding]:
        yield from super().lint(context)
        yield from check_every_tier(("task", "due"), self.due, context.tiers)
        if len(self.ladder) > MOST_RUNGS:
            yield ("task", "ladder"), f"there are {len(self.ladder)} rungs, and a ladder has at most {MOST_RUNGS}"
        if not self.ladder:
            return
        if context.id is None:
            yield (), "a task with a ladder waits for task.done, which names it by its id; give it an 'id' beside 'task'"
        elif context.id in context.awaited:
            first = context.awaited[context.id]
            yield ("id",), f"the task on line {first} has the id '{context.id}' too, and task.done would end both; give it another"
        else:
            context.awaited[context.id] = context.line
