"""`wait: 3bd`."""

from typing import ClassVar

from pydantic import ConfigDict, RootModel

from lifecycle.domain.time.durations import Duration, Span
from lifecycle.steps.base import StepKind


class WaitStep(RootModel[Duration], StepKind):
    """Stands still for that long. In a playbook and in JSON it is the duration itself."""

    model_config = ConfigDict(frozen=True)

    kind: ClassVar[str] = "wait"

    def pause(self) -> Span | None:
        return self.root
