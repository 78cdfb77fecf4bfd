"""What a stage is to reach: its goal, its milestones and the plays that work towards them."""

from typing import Annotated

from pydantic import Field, model_validator

from lifecycle.domain.enums import MilestoneKind
from lifecycle.domain.fields import Id, If, Words
from lifecycle.domain.model import Frozen
from lifecycle.domain.texts.languages import Translated
from lifecycle.domain.time.durations import Duration
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


class StagePlan(Frozen):
    """One stage: its goal, who owns it, when it has succeeded (R01), its milestones and plays.

    `days` is how long onboarding or renewal lasts at most; the others have the length that is left.
    """

    goal: Words
    days: Annotated[int, Field(ge=1, le=3650)] | None = None
    owner: Id
    exit: If
    milestones: dict[Id, Milestone] = {}
    plays: dict[Id, Play] = {}
