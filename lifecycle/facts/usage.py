"""Reported usage of the product, against the customer's own normal."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, TypedDict

from pydantic import ConfigDict, Field

from lifecycle.domain.customer import Customer
from lifecycle.domain.health import Contribution
from lifecycle.domain.model import Instant
from lifecycle.facts.events import Event, EventData, Text
from lifecycle.facts.subject import Given, PlaybookNames, Subject

REPORTS_KEPT = 12
WEIGHT = 50.0


class UsageReported(EventData):
    """How much the product was used over the last `days` days, 7 unless told, in the product's own unit.

    The gateway gathers reports into one sum a day and fills `window` and `partial` itself. A report that names its
    `window` is that window's sum so far: a later, larger one takes its place. While it is `partial` the window still
    runs, so that it says that the product is used, and not yet how much.
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

    def contribution(self) -> Contribution | None:
        """Recent usage as a share of the baseline, at most whole."""
        usage = self.recent_and_baseline()
        if usage is None:
            return None
        recent, baseline = usage
        share = min(1.0, recent / baseline) if baseline else 1.0
        return Contribution.of("usage", share, WEIGHT, f"{recent:.1f} a day against a baseline of {baseline:.1f}")
