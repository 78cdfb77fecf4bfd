"""Shares, middles and the intervals that hold their true values nineteen times of twenty.

- of a share: Wilson's score interval;
- of a mean: 1.96 standard errors to either side;
- of a median or another quantile: the values whose ranks lie 1.96 standard deviations of a binomial to either side of its own, which presumes nothing
  about how values are spread;
- of a difference of two means: 1.96 times the root of their squared standard errors' sum.

Where there are too few values for one, there is none.
"""

from collections.abc import Sequence
from math import ceil, floor, sqrt
from statistics import fmean, variance
from typing import NamedTuple

Z = 1.96
"""Standard deviations that hold nineteen of twenty."""


class Measured(NamedTuple):
    """A value and the bounds of its interval; None where there is none."""

    value: float | None
    low: float | None = None
    high: float | None = None


NOTHING = Measured(None)


def share(counted: int, of: int) -> Measured:
    """So many of so many, from 0 to 1."""
    if not of:
        return NOTHING
    part, spread = counted / of, Z * Z / of
    middle = (part + spread / 2) / (1 + spread)
    half = Z * sqrt(part * (1 - part) / of + spread / of / 4) / (1 + spread)
    return Measured(part, max(0.0, middle - half), min(1.0, middle + half))


def mean(values: Sequence[float]) -> Measured:
    """The mean of the values."""
    if not values:
        return NOTHING
    middle = fmean(values)
    if len(values) < 2:
        return Measured(middle)
    half = Z * sqrt(variance(values) / len(values))
    return Measured(middle, middle - half, middle + half)


def difference(some: Sequence[float], others: Sequence[float]) -> Measured:
    """By how much the mean of `some` is above that of `others`."""
    if not some or not others:
        return NOTHING
    middle = fmean(some) - fmean(others)
    if len(some) < 2 or len(others) < 2:
        return Measured(middle)
    half = Z * sqrt(variance(some) / len(some) + variance(others) / len(others))
    return Measured(middle, middle - half, middle + half)


def median(values: Sequence[float]) -> Measured:
    """The value in the middle, or halfway between the two there."""
    if not values:
        return NOTHING
    ordered, half = sorted(values), len(values) // 2
    middle = ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2
    return Measured(middle, *_around(ordered, 0.5))


def quantile(values: Sequence[float], part: float) -> Measured:
    """The smallest value that at least that part of all do not exceed."""
    if not values:
        return NOTHING
    ordered = sorted(values)
    return Measured(ordered[ceil(part * len(ordered)) - 1], *_around(ordered, part))


def _around(ordered: Sequence[float], part: float) -> tuple[float | None, float | None]:
    number = len(ordered)
    half = Z * sqrt(number * part * (1 - part))
    low, high = floor(number * part - half), ceil(number * part + half)
    # Counted from one; a rank that no value has leaves that side open, and so the interval away.
    return (ordered[low - 1], ordered[high - 1]) if low >= 1 and high <= number else (None, None)
