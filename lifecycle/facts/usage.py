"""Reported usage of the product, against the customer's own normal."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar, TypedDict

from pydantic import ConfigDict, Field

from lifecycle.domain.health import Measured
from lifecycle.domain.model import Instant
from lifecycle.domain.people.customer import Customer
from lifecycle.facts.events import Event, EventData, Text
from lifecycle.facts.subject import Given, PlaybookNames, Subject

REPORTS_KEPT = 12

LONGEST_WINDOW = 100
"""Characters of a window's name."""

_WINDOW = re.compile(
    r"(?P<year>[0-9]{4})-(?:W(?P<week>[0-9]{2})|(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})(?:T[0-9:.]+(?:Z|[+-][0-9:]+)?)?)?)"
    r"(?:/[0-9A-Za-z:.+-]+)?(?P<ours>/[0-9]+)?"
)


def window_fault(window: str, told: datetime, *, by_a_caller: bool = False) -> str | None:
    """Why a report that is told at that moment (UTC) can't be the sum of that window, in a sentence without a full stop; None if it can.

    A window is named by when it begins, in ISO 8601: a day, a week or a month, or a moment, and behind a stroke by its length or its
    end. The gateway's own have the days that a report speaks of behind another; no caller may name one of those.
    """
    said = f"and this says {window[:40]!r}"
    form = _WINDOW.fullmatch(window) if len(window) <= LONGEST_WINDOW else None
    begins = _begins(form) if form is not None else None
    if form is None or begins is None:
        return f"usage.reported: 'window' is a day, a week, a month or a stretch of time, such as 2026-03-02 or 2026-03-02T00:00:00Z/P1D, {said}"
    if by_a_caller and form["ours"]:
        return f"usage.reported: 'window' is one of the gateway's own, which sums reports that name none, {said}"
    if begins > told.date() + timedelta(days=1):
        return f"usage.reported: 'window' begins after the report was told, on {told:%Y-%m-%d}, {said}"
    return None


def _begins(form: re.Match[str]) -> date | None:
    try:
        if form["week"]:
            return date.fromisocalendar(int(form["year"]), int(form["week"]), 1)
        return date(int(form["year"]), int(form["month"]), int(form["day"] or 1))
    except ValueError:
        return None


class UsageReported(EventData):
    """How much the product was used over the last `days` days, 7 unless told, in the product's own unit.

    The gateway gathers reports into one sum a day and fills `window` and `partial` itself. A report that names its
    `window`, such as `2026-03-02` or `2026-03-02T00:00:00Z/P1D`, is that window's sum so far: a later, larger one takes
    its place. While it is `partial` the window still runs, so that it says that the product is used, and not yet how much.
    """

    event_type = "usage.reported"
    routine = True

    count: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    days: Annotated[int, Field(ge=1, le=366)] = 7
    window: Text = ""
    partial: bool = False

    @property
    def shows_life(self) -> bool:
        """Usage above nothing."""
        return self.count > 0

    @property
    def in_part(self) -> bool:
        """Whether its window still runs."""
        return self.partial


class UsageSeen(TypedDict):
    """`recent` and `baseline` are a day's usage; `ratio` is one by the other, 1.0 where the baseline is nothing."""

    known: bool
    recent: float
    baseline: float
    ratio: float


@dataclass(slots=True, kw_only=True)
class UsageReport:
    """Usage a day, as reported at that moment; `window` names the stretch it is the sum of, if it is one."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    at: Instant
    rate: float
    window: str = ""


@dataclass(slots=True, kw_only=True)
class Usage(Subject):
    """The last reports, oldest first."""

    events: ClassVar = (UsageReported,)
    sees: ClassVar = {"usage": UsageSeen}
    measures: ClassVar = ("usage",)

    reports: list[UsageReport] = field(default_factory=list)

    def take_in(self, event: Event, given: Given) -> bool:
        """Keep the report, unless a sum of its window is known that is as large."""
        data = event.fields()
        assert isinstance(data, UsageReported)
        report = UsageReport(at=event.fact_time, rate=data.count / data.days, window=data.window)
        if data.window:
            same = [known for known in self.reports if known.window == data.window]
            if any((known.rate, known.at) >= (report.rate, report.at) for known in same):
                return False
            self.reports = [known for known in self.reports if known not in same]
        in_order = not self.reports or (self.reports[-1].at, self.reports[-1].window) <= (report.at, report.window)
        self.reports.append(report)
        if not in_order:
            self.reports.sort(key=lambda report: (report.at, report.window))
        del self.reports[:-REPORTS_KEPT]
        return True

    def recent_and_baseline(self) -> tuple[float, float] | None:
        """Usage a day as last reported, and the customer's own baseline: the median of up to eight reports before it.

        None until there are two reports to compare it with.
        """
        if len(self.reports) < 3:
            return None
        earlier = sorted(report.rate for report in self.reports[-9:-1])
        middle = len(earlier) // 2
        baseline = earlier[middle] if len(earlier) % 2 else (earlier[middle - 1] + earlier[middle]) / 2
        return self.reports[-1].rate, baseline

    def seen(self, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """Usage against its baseline; nothing known until that can be said."""
        usage = self.recent_and_baseline()
        if usage is None:
            return {"usage": {"known": False, "recent": 0.0, "baseline": 0.0, "ratio": 0.0}}
        recent, baseline = usage
        return {"usage": {"known": True, "recent": recent, "baseline": baseline, "ratio": recent / baseline if baseline else 1.0}}

    def measure(self, name: str, given: Given, at: datetime) -> Measured | None:
        """Recent usage as a share of the baseline, at most whole."""
        usage = self.recent_and_baseline()
        if usage is None:
            return None
        recent, baseline = usage
        share = min(1.0, recent / baseline) if baseline else 1.0
        return Measured(share, f"{recent:.1f} a day against a baseline of {baseline:.1f}")
