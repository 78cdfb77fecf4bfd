"""The back-test: how well each band, and each factor at its best threshold, told who would leave."""

from collections.abc import Sequence
from datetime import date
from math import nan

from activities.reports.backtest.spells import Spell
from activities.reports.backtest.warnings import Skill, skill_of
from lifecycle.domain.enums import Band
from lifecycle.domain.model import Frozen, Whole

THRESHOLDS = range(10, 100, 10)
"""Below which values a factor is tried."""

LEAST_RECALL = 1 / 3
LEAST_LIFT = 2.0
"""A factor would have warned if it tells of a third of the losses, and is right twice as often as chance; and if that is no chance itself."""

_RANK = {Band.RED: 0.0, Band.YELLOW: 1.0, Band.GREEN: 2.0, Band.UNKNOWN: nan}
_BANDS = ((Band.RED, "red"), (Band.YELLOW, "yellow or red"))


class BandSkill(Frozen):
    """How well that band told who would leave: it warns of whoever is in it, or in a worse one."""

    band: Band
    name: str
    skill: Skill


class FactorSkill(Frozen):
    """How well a factor did at the threshold that is the best on these very data, which flatters it."""

    name: str
    below: Whole
    skill: Skill
    would_have_warned: bool


class Backtest(Frozen):
    """What bands and factors said before customers left. `first` and `last` are the days of the material; losses count that somebody chose.

    `unread` are losses before which nothing was read.
    """

    horizon: Whole
    first: date | None
    last: date | None
    customers: Whole
    losses: Whole
    unread: Whole
    bands: tuple[BandSkill, ...]
    factors: tuple[FactorSkill, ...]


def backtest_of(spells: Sequence[Spell], horizon: int) -> Backtest:
    """The back-test of these spells; a warning stands for so many days. Factors that would have warned come first, then those that did best."""
    read = [spell for spell in spells if spell.readings]
    bands = [(spell, [_RANK[reading.band] for reading in spell.readings]) for spell in read]
    by_band = skill_of(bands, [_RANK[band] + 1 for band, _ in _BANDS], horizon)
    names = sorted({name for spell in read for reading in spell.readings for name in reading.factors})
    factors = [_factor(read, name, horizon) for name in names]
    return Backtest(
        horizon=horizon,
        first=min((spell.readings[0].day for spell in read), default=None),
        last=max((spell.until for spell in spells), default=None),
        customers=len({spell.customer for spell in spells}),
        losses=sum(spell.lost for spell in spells),
        unread=sum(spell.lost and not spell.readings for spell in spells),
        bands=tuple(BandSkill(band=band, name=name, skill=skill) for (band, name), skill in zip(_BANDS, by_band, strict=True)),
        factors=tuple(sorted(factors, key=lambda factor: (not factor.would_have_warned, -factor.skill.harmony, factor.name))),
    )


def _factor(spells: Sequence[Spell], name: str, horizon: int) -> FactorSkill:
    watched = [(spell, [reading.factors.get(name, nan) for reading in spell.readings]) for spell in spells]
    skills = skill_of(watched, THRESHOLDS, horizon)
    # Of two alike the lower threshold: it warns less.
    below, best = max(zip(THRESHOLDS, skills, strict=True), key=lambda each: (each[1].harmony, -each[0]))
    return FactorSkill(name=name, below=below, skill=best, would_have_warned=would_have_warned(best))


def would_have_warned(skill: Skill) -> bool:
    """Whether somebody who looked would have been told of many losses, and seldom of none."""
    if skill.small or skill.precision is None or skill.precision_low is None or skill.recall is None or not skill.chance:
        return False
    return skill.recall >= LEAST_RECALL and skill.precision >= LEAST_LIFT * skill.chance and skill.precision_low > skill.chance
