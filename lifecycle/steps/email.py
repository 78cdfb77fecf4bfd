"""`email: {template: welcome, to: [champion, sponsor], category: success}`."""

from typing import ClassVar

from lifecycle.domain.enums import Category, Role, TouchKind
from lifecycle.domain.fields import Id, Roles
from lifecycle.domain.model import Frozen
from lifecycle.steps.base import Addressees, StepKind


class EmailStep(Frozen, StepKind):
    """A message from a template, to the first role that somebody holds."""

    kind: ClassVar[str] = "email"
    touch: ClassVar[TouchKind | None] = TouchKind.EMAIL

    template: Id
    to: Roles = [Role.CHAMPION, Role.SPONSOR]
    category: Category = Category.SUCCESS

    def default_id(self) -> str:
        return f"email-{self.template}"

    def touch_name(self, step_id: str) -> str:
        return self.template

    @property
    def template_name(self) -> str:
        return self.template

    def addressees(self) -> Addressees | None:
        return Addressees(self.to, self.category)
