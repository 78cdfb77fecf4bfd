"""What becomes of each customer of a base, decided before any of them lives: when it renews, whether, when and why it leaves, when its usage falls.

The same seed draws the same numbers whatever is planted, so that two bases differ in their truths alone.
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bench.portfolio.truths import BAD_MONTH, FALLS_BEFORE, FIRST_DAY, GROWING_REASON, LAST_DAY, Truths
from lifecycle.domain.enums import ChurnKind

OTHER_REASONS = ("price", "no budget", "another product", "nobody uses it")

LEAVES, LEAVES_AFTER_PLAY, LEAVES_WITHOUT = 0.22, 0.09, 0.35
"""How likely a customer leaves at its term's end: with no truth in the play, and with one after it and without it."""

LEAVES_IN_BAD_MONTH = 0.14
CEASES = 0.02
"""How likely it ceases to exist in the two years."""

FALL_IS_SEEN, FALLS_ANYWAY = 0.9, 0.05
"""How likely usage falls before a loss at a term's end, and in the life of a customer who stays."""

FALLS_AT_RANDOM = 0.3
"""How likely it falls at some time in a life where it says nothing."""


@dataclass(frozen=True)
class Fall:
    """From which day usage falls, and until when."""

    first: date
    behind: date


@dataclass(frozen=True)
class Fate:
    """One customer's: its contract's first day, the days on which it says that it renews, and how it leaves, if it does. `chosen` for the play."""

    number: int
    start: date
    chosen: bool
    renews: tuple[date, ...] = ()
    lost: date | None = None
    kind: ChurnKind = ChurnKind.CHOICE
    reason: str = ""
    falls: tuple[Fall, ...] = field(default=())

    @property
    def enrolled(self) -> date:
        """The day on which it comes into the base."""
        return max(self.start, FIRST_DAY)

    @property
    def last(self) -> date:
        """Its last day with us in the two years."""
        return self.lost or LAST_DAY


def fates(lives: int, truths: Truths, seed: int) -> list[Fate]:
    """Those of so many customers; reasons are given in the order of the losses, so that each quarter has its share of them."""
    drawn = [_fate(number, lives, truths, random.Random(f"{seed}/{number}")) for number in range(lives)]
    reasons = _reasons(drawn, truths, random.Random(f"{seed}/reasons"))
    return [replace(fate, reason=reasons.get(fate.number, "")) for fate in drawn]


def _fate(number: int, lives: int, truths: Truths, chance: random.Random) -> Fate:
    # Three of four are customers when the two years begin, and their terms end on days spread over the first of them; the others come later.
    place = number / lives
    newcomer = number % 4 == 3
    start = FIRST_DAY + timedelta(days=round(place * 480)) if newcomer else FIRST_DAY - timedelta(days=330 - round(place * 330))
    chosen = chance.random() < 0.5
    leaves = (LEAVES_AFTER_PLAY if chosen else LEAVES_WITHOUT) if truths.play else LEAVES
    renews: list[date] = []
    lost, at_term_end = None, False
    term = 1
    while (end := years_after(start, term)) <= LAST_DAY:
        decides, unsure, before = end - timedelta(days=chance.randint(4, 28)), chance.random(), timedelta(days=chance.randint(3, 25))
        if unsure < leaves:
            lost, at_term_end = end - before, True
            break
        renews.append(decides)
        term += 1
    kind = ChurnKind.CHOICE
    sudden, day = chance.random(), BAD_MONTH + timedelta(days=chance.randrange(31))
    if truths.bad_month and sudden < LEAVES_IN_BAD_MONTH and start < day and (lost is None or lost > day):
        lost, at_term_end = day, False
    ceases, day = chance.random(), FIRST_DAY + timedelta(days=chance.randrange(60, 700))
    if ceases < CEASES and start < day and (lost is None or lost > day):
        lost, at_term_end, kind = day, False, ChurnKind.NATURAL
    fate = Fate(number, start, chosen, tuple(day for day in renews if lost is None or day < lost), lost, kind)
    return replace(fate, falls=_falls(fate, truths, random.Random(chance.random()), at_term_end=at_term_end))


def _falls(fate: Fate, truths: Truths, chance: random.Random, *, at_term_end: bool) -> tuple[Fall, ...]:
    likely, before = chance.random(), timedelta(days=chance.randint(*FALLS_BEFORE))
    days = max(1, (fate.last - fate.enrolled).days - 120)
    somewhen = fate.enrolled + timedelta(days=90 + chance.randrange(days))
    anyhow = Fall(somewhen, somewhen + timedelta(days=75))
    if not truths.factor:
        return (anyhow,) if likely < FALLS_AT_RANDOM else ()
    if at_term_end and fate.lost is not None:
        return (Fall(fate.lost - before, fate.lost),) if likely < FALL_IS_SEEN else ()
    return (anyhow,) if likely < FALLS_ANYWAY else ()


def _reasons(drawn: Sequence[Fate], truths: Truths, chance: random.Random) -> dict[int, str]:
    given: dict[int, str] = {}
    owed: dict[int, float] = defaultdict(float)
    for fate in sorted((fate for fate in drawn if fate.lost is not None), key=lambda fate: (fate.lost, fate.number)):
        assert fate.lost is not None
        quarter, other = _quarters_since(fate.lost), chance.choice(OTHER_REASONS)
        if fate.kind is ChurnKind.NATURAL:
            given[fate.number] = "closed down"
            continue
        owed[quarter if truths.growing_reason else 0] += 0.04 + 0.075 * quarter if truths.growing_reason else 0.2
        grown = owed[quarter if truths.growing_reason else 0] >= 1
        given[fate.number] = GROWING_REASON if grown else other
        owed[quarter if truths.growing_reason else 0] -= grown
    return given


def _quarters_since(day: date) -> int:
    return (day.year - FIRST_DAY.year) * 4 + (day.month - 1) // 3


def years_after(day: date, years: int) -> date:
    """The same day so many years later; the 28th for a leap day."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
