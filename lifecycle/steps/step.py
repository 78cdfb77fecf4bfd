"""A step of a play: one of the kinds listed here. A new kind is entered here and has a file of its own beside this one.

If it makes a touch of a new kind, that is entered in `TouchKind`, and a channel does it (`activities/channels/`);
`tests/lifecycle/steps/test_every_kind.py` names whatever is still missing.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Annotated, cast, get_args

from pydantic import Field, model_validator

from lifecycle.domain.fields import Id, If
from lifecycle.domain.model import Frozen
from lifecycle.steps.base import StepKind
from lifecycle.steps.email import EmailStep
from lifecycle.steps.escalate import EscalateStep
from lifecycle.steps.meeting import MeetingStep
from lifecycle.steps.offer import OfferStep
from lifecycle.steps.stop import StopStep
from lifecycle.steps.survey import SurveyStep
from lifecycle.steps.task import TaskStep
from lifecycle.steps.wait import WaitStep
from lifecycle.steps.wait_for import WaitForStep
from lifecycle.steps.webhook import WebhookStep


class Step(Frozen):
    """One step of a play: exactly one kind, an optional `if`, and an `id` that stays when wording changes."""

    id: Id | None = None
    if_: Annotated[If | None, Field(alias="if")] = None
    email: EmailStep | None = None
    meeting: MeetingStep | None = None
    survey: SurveyStep | None = None
    task: TaskStep | None = None
    escalate: EscalateStep | None = None
    offer: OfferStep | None = None
    webhook: WebhookStep | None = None
    wait: WaitStep | None = None
    wait_for: WaitForStep | None = None
    stop: StopStep | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> "Step":
        kinds = [kind for kind in STEP_KINDS if getattr(self, kind) is not None]
        if len(kinds) != 1:
            raise ValueError(
                f"a step is exactly one of {', '.join(STEP_KINDS)}" + (f", and this is {' and '.join(kinds)}" if kinds else "")
            )
        return self

    @cached_property
    def body(self) -> StepKind:
        """The one kind that it is, with its fields."""
        return cast(StepKind, next(body for kind in STEP_KINDS if (body := getattr(self, kind)) is not None))

    @property
    def kind(self) -> str:
        """Which of STEP_KINDS it is."""
        return self.body.kind


WaitForStep.model_rebuild()
Step.model_rebuild()

STEP_KINDS: dict[str, type[StepKind]] = {
    name: kind
    for name, field in Step.model_fields.items()
    for kind in get_args(field.annotation)
    if isinstance(kind, type) and issubclass(kind, StepKind)
}
"""Every kind's class by its key, in the order in which a fault tells them."""


def every_step(steps: Iterable[Step]) -> Iterator[Step]:
    """Those steps and all inside them, in the order of the document."""
    for step in steps:
        yield step
        branches = step.body.branches()
        if branches is not None:
            yield from every_step(branches.then)
            yield from every_step(branches.otherwise)
