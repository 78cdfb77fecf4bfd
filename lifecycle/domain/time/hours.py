"""Hours: when people may be reached, and the same hours on somebody's own clock and calendar."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from lifecycle.domain.fields import Clock, listed
from lifecycle.domain.model import Frozen
from lifecycle.domain.time.business_days import add_business_days, holiday_name, is_business_day
from lifecycle.domain.time.zones import FIRST_DAY, LAST_DAY, at_local, local, repeats_until, shown
from lifecycle.domain.why import Cause, Why

MIDNIGHT = time()
A_DAY = timedelta(days=1)
LONGEST_CLOSED = 400
"""Days within which every business opens."""
DAYS_FOLLOWED = 14
"""Hours round the clock are said to close after so many days at the latest."""
DAYS_KEPT = 400


class Weekday(StrEnum):
    """The days of the week, from Monday."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


_NUMBERS = {weekday: number for number, weekday in enumerate(Weekday)}


def _midnight_at_the_end(value: Any) -> Any:
    # 24:00 is the next day's 00:00; YAML 1.1 reads it, unquoted, as the number 1440.
    return MIDNIGHT if value in ("24:00", "24:00:00", 1440) else value


def _closing(value: time) -> str:
    return "24:00" if value == MIDNIGHT else value.isoformat()


class Hours(Frozen):
    """When people may be reached, by their own clock. Hours that close before they open do so on the next day, and belong to the day on
    which they open; `24:00` is the day's end.

    They are open on business days, or on the named `weekdays` but for public holidays; with `business_days: false` on all days, or all of those.
    """

    opens: Clock = time(9)
    closes: Annotated[Clock, BeforeValidator(_midnight_at_the_end), PlainSerializer(_closing, return_type=str)] = time(18)
    business_days: bool = True
    weekdays: Annotated[list[Weekday], BeforeValidator(listed), Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _some_time(self) -> "Hours":
        if self.closes == self.opens != MIDNIGHT:
            raise ValueError(f"the hours close at {self.closes:%H:%M}, when they open; for whole days write opens: 00:00 and closes: 24:00")
        return self

    @cached_property
    def days(self) -> frozenset[int] | None:
        """The numbers of the named weekdays, Monday's being 0; None where none is named."""
        return None if self.weekdays is None else frozenset(_NUMBERS[weekday] for weekday in self.weekdays)

    def on(self, zone: str, country: str) -> "Timetable":
        """The same on the clock of that zone, by the calendar of that country."""
        return _timetable(zone, country, self.opens, self.closes, self.business_days, self.days)


Piece = tuple[datetime, datetime]
"""From when up to when hours are open without a break, in UTC."""


class Timetable:
    """Hours on the clock of a zone, by the calendar of a country. All moments are UTC."""

    __slots__ = ("_business_days", "_closes", "_opens", "_pieces", "_weekdays", "country", "words", "zone")

    def __init__(self, zone: str, country: str, opens: time, closes: time, business_days: bool, weekdays: frozenset[int] | None) -> None:
        self.zone, self.country = zone, country
        self.words = f"{opens:%H:%M}-{_closing(closes)[:5]}"
        self._opens, self._business_days, self._weekdays = opens, business_days, weekdays
        self._closes = (
            datetime.combine(date.min, closes) - datetime.combine(date.min, MIDNIGHT) + (A_DAY if closes <= opens else timedelta())
        )
        self._pieces: dict[date, tuple[Piece, ...]] = {}

    def opens_on(self, day: date) -> bool:
        """Whether hours begin on that day of the zone."""
        if self._weekdays is not None:
            return day.weekday() in self._weekdays and not self._holiday_on(day)
        return not self._business_days or is_business_day(day, self.country)

    def closed_because(self, moment: datetime) -> Why:
        """Why they are closed at that moment: the day it is, if they do not open on it, else the hour; and the holidays before they open."""
        day, clock = local(moment, self.zone).date(), local(moment, self.zone).time()
        behind = (day + A_DAY * number for number in range(1, (local(self.opening(moment), self.zone).date() - day).days))
        holidays = [f"{each:%A %d %B} is {name}" for each in behind if (name := self._holiday_on(each))]
        if self.opens_on(day):
            cause, words = Cause.HOURS, f"{clock:%H:%M} is outside {self.words} in {self.zone}"
        elif name := self._holiday_on(day):
            cause, words = Cause.HOLIDAY, f"{day:%A %d %B} is {name}, no business day in {self.country}"
        elif self._weekdays is not None:
            named = ", ".join(weekday for weekday, number in _NUMBERS.items() if number in self._weekdays)
            cause, words = Cause.DAY_OFF, f"{day:%A %d %B} is none of {named}"
        else:
            cause, words = Cause.DAY_OFF, f"{day:%A %d %B} is no business day in {self.country}"
        return Why(cause, ", ".join([words, *holidays]))

    def _holiday_on(self, day: date) -> str:
        """The holiday that keeps them closed on that day; empty where none does."""
        if not self._business_days or (self._weekdays is not None and day.weekday() not in self._weekdays):
            return ""
        return holiday_name(day, self.country)

    def opening(self, moment: datetime) -> datetime:
        """The moment itself if it lies in the hours, else the first instant after it that does."""
        first = next(self._from(moment), None)
        return moment if first is None else max(moment, first[0])

    def closing(self, moment: datetime) -> datetime:
        """When the hours that are open at that moment close; the moment itself where none are."""
        closes = moment
        for number, (begins, ends) in enumerate(self._from(moment)):
            if begins > closes or number > DAYS_FOLLOWED:
                break
            closes = ends
        return closes

    def add_hours(self, moment: datetime, count: int) -> datetime:
        """When so many hours of these have passed from that moment."""
        left = timedelta(hours=count)
        if not left:
            return moment
        end = moment
        for begins, end in self._from(moment):
            began = max(begins, moment)
            if end - began >= left:
                return began + left
            left -= end - began
        return end

    def hours_between(self, begin: datetime, end: datetime) -> float:
        """How many hours of these pass from one moment to the other, to a hundredth; 0 where that is no later."""
        passed = timedelta()
        for opens, closes in self._from(begin):
            if opens >= end:
                break
            passed += min(closes, end) - max(opens, begin)
        return round(passed / timedelta(hours=1), 2)

    def subtract_hours(self, moment: datetime, count: int) -> datetime:
        """The latest moment from which so many hours of these pass until that one."""
        left = timedelta(hours=count)
        if not left:
            return moment
        begin = moment
        for begin, ends in self._up_to(moment):
            ended = min(ends, moment)
            if ended - begin >= left:
                return ended - left
            left -= ended - begin
        return begin

    def add_business_days(self, moment: datetime, count: int) -> datetime:
        """The same time of day, so many business days of the country later. What begins outside the hours counts from when they last closed,
        so that what begins later never ends earlier; and nothing ends outside them.
        """
        if not count:
            return moment
        there = local(moment, self.zone)
        day = there.date()
        while not self._has_begun(day, moment) and day > FIRST_DAY:
            day -= A_DAY
        target = add_business_days(day, count, self.country)
        while not self._on(target) and target < LAST_DAY:  # a clock change has left the hours out
            target = add_business_days(target, 1, self.country)
        hours, aim = self._on(day), self._on(target)
        if not hours or moment >= hours[-1][1]:
            ends = aim[-1][1]
        else:
            clock = repeats_until(moment, self.zone) if there.fold else there.replace(tzinfo=None)
            clock += target - day
            ends = min(max(at_local(clock.date(), clock.time(), self.zone), aim[0][0]), aim[-1][1])
        return ends if self.opens_on(target) else self.opening(ends)

    def _has_begun(self, day: date, moment: datetime) -> bool:
        """Whether it is a business day whose hours have begun by then."""
        return is_business_day(day, self.country) and bool(hours := self._on(day)) and hours[0][0] <= moment

    def _from(self, moment: datetime) -> Iterator[Piece]:
        """The hours that have not closed by then, and all after them, in the order of time."""
        day, closed = local(moment, self.zone).date() - A_DAY, 0
        while closed < LONGEST_CLOSED and day <= LAST_DAY:
            closed += 1
            if self.opens_on(day):
                for piece in self._on(day):
                    if piece[1] > moment:
                        yield piece
                        closed = 0
            day += A_DAY

    def _up_to(self, moment: datetime) -> Iterator[Piece]:
        """The hours that have opened before then, the latest first."""
        day, closed = local(moment, self.zone).date(), 0
        while closed < LONGEST_CLOSED and day >= FIRST_DAY:
            closed += 1
            if self.opens_on(day):
                for piece in reversed(self._on(day)):
                    if piece[0] < moment:
                        yield piece
                        closed = 0
            day -= A_DAY

    def _on(self, day: date) -> tuple[Piece, ...]:
        """The hours that begin on that day, whether or not they are open then: one piece, unless the clock is changed within them."""
        pieces = self._pieces.get(day)
        if pieces is None:
            if len(self._pieces) >= DAYS_KEPT:
                self._pieces.clear()
            begins, ends = datetime.combine(day, self._opens), datetime.combine(day, MIDNIGHT) + self._closes
            pieces = self._pieces[day] = shown(begins, ends, self.zone)
        return pieces


@lru_cache(maxsize=4096)
def _timetable(zone: str, country: str, opens: time, closes: time, business_days: bool, weekdays: frozenset[int] | None) -> Timetable:
    return Timetable(zone, country, opens, closes, business_days, weekdays)
