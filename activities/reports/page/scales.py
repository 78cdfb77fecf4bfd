"""The axis of a chart: which values it spans, and where it is marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from activities.reports.report import Unit

MOST_STEPS = 5
"""Steps between the marks of an axis, at most."""
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_NOTHING = 1e-9
"""What is smaller beside the values is no difference that anybody sees."""
_ALL = 1.0
"""The whole, of a share."""


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high`, which are its first and its last mark."""

    low: float
    high: float
    marks: tuple[float, ...]

    def part(self, value: float) -> float:
        """How far along the axis the value lies, from 0 to 1."""
        return (value - self.low) / (self.high - self.low)


def scale_of(values: Sequence[float], unit: Unit, *, from_zero: bool) -> Scale:
    """An axis on which all values have a place; from zero on where that is asked for, or where they come near it."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    if from_zero or low < high / 2 or high > low / 2 > high:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= _NOTHING * max(1.0, abs(low), abs(high)):
        low, high = _around(low, unit)
    step = _step(high - low, whole=unit is Unit.COUNT)
    first, last = floor(low / step + _NOTHING), ceil(high / step - _NOTHING)
    marks = tuple(number * step for number in range(first, max(last, first + 1) + 1))
    if unit is Unit.SHARE and marks[-1] > _ALL >= high:  # no share is more than all
        marks = (*(mark for mark in marks if mark < _ALL), _ALL)
    return Scale(marks[0], marks[-1], marks)


def _around(value: float, unit: Unit) -> tuple[float, float]:
    if abs(value) <= _NOTHING:
        return 0.0, 1.0
    if unit is Unit.SHARE:
        return (0.0, max(_ALL, value)) if value > 0 else (value, 0.0)
    return min(value, 0.0), max(value, 0.0)


def _step(span: float, *, whole: bool) -> float:
    rough = span / MOST_STEPS
    power = 10.0 ** floor(log10(rough))
    steps = (power * nice for nice in _NICE if power * nice >= rough * (1 - _NOTHING))
    return next(step for step in steps if step >= 1 and step == int(step)) if whole and rough > 1 else max(next(steps), float(whole))
