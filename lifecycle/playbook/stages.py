"""What a stage is to reach: its goal, its milestones and the plays that work towards them."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from lifecycle.domain.enums import MilestoneKind
from lifecycle.domain.fields import Id, If, Words
from lifecycle.domain.model import Frozen
from lifecycle.domain.texts.languages import Translated
from lifecycle.domain.time.durations import Duration, Span
from lifecycle.playbook.play import Play


class Milestone(Frozen):
    """A point a customer is to reach, so many days after its stage's start."""

    name: Translated = ""
    kind: MilestoneKind
    due: Duration
    done_when: If | None = None
    first_value: bool = False

    @model_validator(mode="after")
    def _told_or_measured(self) -> "Milestone":
        if (self.kind is MilestoneKind.FUNCTIONAL) != (self.done_when is not None):
            raise ValueError("a functional milestone needs done_when; a customer milestone is told by milestone.reached and takes none")
        return self


class CatchUpRule(Frozen):
    """Whether somebody is told what a late start has missed in the stage; who (empty: the stage's owner), and how soon it is to be seen to."""

    on: bool = True
    owner: Id | None = None
    due: Duration = Span.parse("2bd")


def _catch_up(value: Any) -> Any:
    if isinstance(value, bool):
        return {"on": value}
    if not isinstance(value, dict | CatchUpRule):
        raise ValueError(
            f"'{value}' does not say whether and who is told of a late start: write true, false or {{owner: cs-manager, due: 1bd}}"
        )
    return value


def _as_usual(rule: CatchUpRule) -> bool:
    return rule == CatchUpRule()


class StagePlan(Frozen):
    """One stage: its goal, who owns it, when it has succeeded (R01), its milestones and plays.

    `catch_up` is `true`, `false`, or who is told of what a late start has missed, and by when: `{owner: cs-manager, due: 1bd}`.
    `days` is how long onboarding or renewal lasts at most; the others have the length that is left.
    """

    goal: Words
    days: Annotated[int, Field(ge=1, le=3650)] | None = None
    owner: Id
    exit: If
    catch_up: Annotated[CatchUpRule, BeforeValidator(_catch_up), Field(exclude_if=_as_usual)] = CatchUpRule()
    milestones: dict[Id, Milestone] = {}
    plays: dict[Id, Play] = {}

    @property
    def told_of_late_start(self) -> str:
        """The role that is told what a late start has missed; empty where nobody is."""
        return (self.catch_up.owner or self.owner) if self.catch_up.on else ""
