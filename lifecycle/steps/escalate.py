"""`escalate: {to: cs-manager, reason: No kickoff held, level: 1}`."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from lifecycle.domain.enums import TouchKind
from lifecycle.domain.fields import Id, Words
from lifecycle.domain.model import Frozen
from lifecycle.steps.base import Request, StepKind


class EscalateStep(Frozen, StepKind):
    """Tells a role of ours that something needs it."""

    kind: ClassVar[str] = "escalate"
    touch: ClassVar[TouchKind | None] = TouchKind.ESCALATE

    to: Id
    reason: Words
    level: Annotated[int, Field(ge=1, le=4)] = 2

    def default_id(self) -> str:
        return f"escalate-{self.to}"

    def roles(self) -> Mapping[tuple[str | int, ...], str]:
        return {("escalate", "to"): self.to}

    def request(self) -> Request:
        return Request(owner=self.to, text=self.reason, level=self.level)
