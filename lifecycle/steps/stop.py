"""`stop: {reason: heard from again}`."""

from typing import ClassVar

from lifecycle.domain.fields import Words
from lifecycle.domain.model import Frozen
from lifecycle.steps.base import StepKind


class StopStep(Frozen, StepKind):
    """Ends the play here, for a reason that the timeline shows."""

    kind: ClassVar[str] = "stop"

    reason: Words

    def stops(self) -> str | None:
        return self.reason
