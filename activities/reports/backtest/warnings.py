"""Warnings, and how good they were.

A warning is given on the day on which what was watched falls low (a band or worse, a factor below a threshold), and is given anew after every
`horizon` days for which it stays there; one that falls low again within that time gives none of its own. So each warning stands for `horizon` days, no
two of a customer overlap, and each is right or wrong:

- right, if the customer was lost within `horizon` days;
- wrong, if it was not;
- open, and left out, where those days are not over and the customer is still there.

A loss was warned of if a right warning stood on its day. Its lead is the days from when what was watched fell low, in the stretch in which that warning
was given, to the loss: more than `horizon` where it stood there for long.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from activities.reports import numbers
from activities.reports.backtest.spells import Spell
from activities.reports.report import SMALL
from lifecycle.domain.model import Finite, Frozen, Whole


class Skill(Frozen):
    """How good warnings were. Shares are from 0 to 1 and None where there is nothing to take one of; each with the bounds that hold the true one
    nineteen times of twenty. `chance` is how often a warning would have been right that was given every `horizon` days, whatever was read. Leads are
    in days; nine of ten losses that were warned of had at most `lead_p90`.
    """

    warnings: Whole
    right: Whole
    open: Whole
    losses: Whole
    warned: Whole
    precision: Finite | None
    precision_low: Finite | None
    precision_high: Finite | None
    recall: Finite | None
    recall_low: Finite | None
    recall_high: Finite | None
    chance: Finite | None
    lead_median: Finite | None
    lead_p90: Finite | None

    @property
    def small(self) -> bool:
        """Whether there are too few warnings or losses to lean on."""
        return min(self.warnings, self.losses) < SMALL

    @property
    def harmony(self) -> float:
        """The harmonic mean of precision and recall (F1), by which thresholds are compared."""
        if not self.precision or not self.recall:
            return 0.0
        return 2 * self.precision * self.recall / (self.precision + self.recall)


@dataclass
class Tally:
    """Counts warnings, a spell at a time."""

    horizon: int
    right: int = 0
    wrong: int = 0
    open: int = 0
    losses: int = 0
    leads: list[int] = field(default_factory=list)

    def add(self, days: Sequence[int], low: Sequence[bool], until: int, *, lost: bool) -> None:
        """Count a spell: the ordinals of the days of its readings, whether each was low, and that of the day on which it ended."""
        self.losses += lost
        since, free = 0, 0
        for index, day in enumerate(days):
            if not low[index]:
                since = 0
                continue
            since = since or day
            at, behind = max(day, free), days[index + 1] if index + 1 < len(days) else until
            while at < behind:
                if until - at <= self.horizon and lost:
                    self.right += 1
                    self.leads.append(until - since)
                elif until - at < self.horizon:
                    self.open += 1
                else:
                    self.wrong += 1
                at = free = at + self.horizon

    def skill(self, chance: float | None) -> Skill:
        """What was counted."""
        given, warned = self.right + self.wrong, len(self.leads)
        precision, recall = numbers.share(self.right, given), numbers.share(warned, self.losses)
        return Skill(
            warnings=given,
            right=self.right,
            open=self.open,
            losses=self.losses,
            warned=warned,
            precision=precision.value,
            precision_low=precision.low,
            precision_high=precision.high,
            recall=recall.value,
            recall_low=recall.low,
            recall_high=recall.high,
            chance=chance,
            lead_median=numbers.median(self.leads).value,
            lead_p90=numbers.quantile(self.leads, 0.9).value,
        )


def skill_of(watched: Iterable[tuple[Spell, Sequence[float]]], thresholds: Sequence[float], horizon: int) -> list[Skill]:
    """How good the warnings were that each threshold gave, where a value is low that is below it.

    `watched` has each spell with one value a reading; NaN where nothing was known then, which is never low. Spells of which nothing was known at
    all are left out.
    """
    tallies, blind = [Tally(horizon) for _ in thresholds], Tally(horizon)
    for spell, values in watched:
        known = [value == value for value in values]
        if not any(known):
            continue
        days, until = [reading.day.toordinal() for reading in spell.readings], spell.until.toordinal()
        blind.add(days, known, until, lost=spell.lost)
        lowest = min(value for value in values if value == value)
        for threshold, tally in zip(thresholds, tallies, strict=True):
            if lowest < threshold:
                tally.add(days, [value < threshold for value in values], until, lost=spell.lost)
            else:
                tally.losses += spell.lost
    chance = numbers.share(blind.right, blind.right + blind.wrong).value
    return [tally.skill(chance) for tally in tallies]
