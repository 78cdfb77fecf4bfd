"""`survey: {template: nps, survey: nps}`."""

from collections.abc import Mapping
from typing import ClassVar

from lifecycle.domain.enums import Category, Role, Subject, TouchKind
from lifecycle.domain.fields import Id, Roles
from lifecycle.domain.model import Frozen
from lifecycle.steps.base import Addressees, StepKind


class SurveyStep(Frozen, StepKind):
    """A survey from a template; its answer comes as `survey.answered`."""

    kind: ClassVar[str] = "survey"
    touch: ClassVar[TouchKind | None] = TouchKind.SURVEY
    subject: ClassVar[Subject | None] = Subject.SURVEY
    template_groups: ClassVar[tuple[str, ...]] = ("survey",)

    template: Id
    survey: Id
    to: Roles = [Role.CHAMPION, Role.SPONSOR]

    def default_id(self) -> str:
        return f"survey-{self.survey}"

    def touch_name(self, step_id: str) -> str:
        return self.survey

    @property
    def template_name(self) -> str:
        return self.template

    def addressees(self) -> Addressees | None:
        return Addressees(self.to, Category.SURVEY)

    def subject_name(self, step_id: str) -> str:
        return self.survey

    def names(self) -> Mapping[Subject, str]:
        return {Subject.SURVEY: self.survey}
