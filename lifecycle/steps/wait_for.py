"""`wait_for: {event: meeting.accepted, timeout: 3bd, then: [...], otherwise: [...]}`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, PrivateAttr, model_validator

from lifecycle.domain.enums import Subject
from lifecycle.domain.fields import Events, If
from lifecycle.domain.model import Frozen
from lifecycle.domain.time.durations import Duration
from lifecycle.facts.events import CATALOGUE
from lifecycle.steps.base import Branches, StepKind, Wait
from lifecycle.steps.linting import Finding, StepContext, check_condition, check_event_types

if TYPE_CHECKING:
    from lifecycle.steps.step import Step


class WaitForStep(Frozen, StepKind):
    """Waits for an event, or for a condition on the state, up to a timeout."""

    kind: ClassVar[str] = "wait_for"

    event: Events | None = None
    if_: Annotated[If | None, Field(alias="if")] = None
    when: If | None = None
    timeout: Duration
    then: "list[Step]" = []
    otherwise: "list[Step]" = []
    _of_task: bool = PrivateAttr(default=False)
    _role: str = PrivateAttr(default="")

    @model_validator(mode="after")
    def _one_cause(self) -> "WaitForStep":
        if (self.event is None) == (self.when is None):
            raise ValueError("write exactly one of event and when")
        if self.if_ is not None and self.event is None:
            raise ValueError("'if' goes with event; put the whole condition into when")
        return self

    def wait(self) -> Wait | None:
        return Wait(self.timeout, self.event, self.if_, self.when, self._of_task, self._role)

    def until_due(self, role: str) -> "WaitForStep":
        """The same as a task implies it: it is over when the task is due, whose time counts from when that role was asked for it."""
        copied = self.model_copy()
        copied._of_task, copied._role = True, role
        return copied

    def branches(self) -> Branches | None:
        return Branches(self.then, self.otherwise)

    def lint(self, context: StepContext) -> Iterator[Finding]:
        yield from super().lint(context)
        yield from check_condition(("wait_for", "when"), self.when, context.names)
        yield from check_event_types(("wait_for", "event"), self.event)
        types = [name for name in self.event or [] if name in CATALOGUE]
        if types:
            yield from check_condition(("wait_for", "if"), self.if_, context.names.with_event(types).with_clock())
        if self.if_ is None:
            for subject in sorted({name.partition(".")[0] for name in types} & set(Subject) - context.sent):
                what = f"waits for an answer to a {subject} that this play never sends; say with 'if' which {subject} is meant"
                yield ("wait_for",), what
