"""`webhook: {name: crm-lost}`."""

from typing import ClassVar

from lifecycle.domain.enums import TouchKind
from lifecycle.domain.fields import Id
from lifecycle.domain.model import Frozen
from lifecycle.steps.base import StepKind


class WebhookStep(Frozen, StepKind):
    """Calls a URL that the settings name, with what is known of the customer."""

    kind: ClassVar[str] = "webhook"
    touch: ClassVar[TouchKind | None] = TouchKind.WEBHOOK

    name: Id

    def default_id(self) -> str:
        return f"webhook-{self.name}"

    def touch_name(self, step_id: str) -> str:
        return self.name
