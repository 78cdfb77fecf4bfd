"""`meeting: {template: kickoff, with: [champion, sponsor], within: 5bd, length: 60m}`."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from datetime import time as time_of_day
from typing import Annotated, ClassVar

from pydantic import Field

from lifecycle.domain.enums import Category, Role, Subject, TouchKind
from lifecycle.domain.fields import Clock, Id, Roles
from lifecycle.domain.model import Frozen
from lifecycle.domain.time.calendar import add, next_business_day, shift
from lifecycle.domain.time.durations import CLOCKED, Duration, Span
from lifecycle.domain.time.zones import at_local, local
from lifecycle.steps.base import Addressees, Appointment, StepKind
from lifecycle.steps.linting import Finding, StepContext


class MeetingStep(Frozen, StepKind):
    """An invitation from a template, to everybody who holds one of the roles, to be held within that time."""

    kind: ClassVar[str] = "meeting"
    touch: ClassVar[TouchKind | None] = TouchKind.MEETING
    subject: ClassVar[Subject | None] = Subject.MEETING
    template_groups: ClassVar[tuple[str, ...]] = ("meeting",)

    template: Id
    with_: Annotated[Roles, Field(alias="with")] = [Role.CHAMPION]
    within: Duration = Span.parse("5bd")
    length: Duration = Span.parse("45m")
    time: Clock = time_of_day(10)

    def default_id(self) -> str:
        return f"meeting-{self.template}"

    def touch_name(self, step_id: str) -> str:
        return self.template

    @property
    def template_name(self) -> str:
        return self.template

    def addressees(self) -> Addressees | None:
        return Addressees(self.with_, Category.OPERATIONAL, everybody=True)

    def subject_name(self, step_id: str) -> str:
        return self.template

    def names(self) -> Mapping[Subject, str]:
        return {Subject.MEETING: self.template}

    def appointment(self, at: datetime, zone: str, country: str) -> Appointment | None:
        """About half-way through the time it is to be held within, on a business day, at the meeting's own local time."""
        today = local(at, zone).date()
        half = Span(max(1, (self.within.amount + 1) // 2), self.within.unit)
        day = next_business_day(today + timedelta(days=1), country) if half.unit in CLOCKED else shift(today, half, country)
        starts = at_local(next_business_day(day, country), self.time, zone)
        return Appointment(starts, add(starts, self.length, zone, country))

    def lint(self, context: StepContext) -> Iterator[Finding]:
        yield from super().lint(context)
        if not self.length.amount:
            yield ("meeting", "length"), f"a meeting of {self.length} is none; write how long it is, such as 45m"
