"""What a back-test found, in sentences."""

from collections.abc import Iterator

from activities.reports.backtest.backtest import LEAST_LIFT, Backtest, FactorSkill
from activities.reports.backtest.warnings import Skill

SAME_DATA = "Each factor's threshold was found on these same data, and what is found on them flatters: try it on another year, or on customers to come."
CAUSES = "A factor that fell before losses need not be why they left."


def in_words(found: Backtest) -> list[str]:
    """A sentence or two on the material, on each band and on the factors."""
    if found.first is None:
        return ["Nothing is known of any customer's health in that time, so there is nothing to test."]
    return [
        _material(found),
        *(f"{band.name[0].upper()}{band.name[1:]}: {_skill(band.skill, found.horizon)}" for band in found.bands),
        *_factors(found),
    ]


def _material(found: Backtest) -> str:
    unread = f" Of {_number(found.unread, 'loss', 'losses')} nothing had been read before: they are left out." if found.unread else ""
    days = f"from {found.first} to {found.last}"
    return f"{_number(found.customers, 'customer')} {days}, of whom {found.losses:,} left by choice or said that they would.{unread}"


def _skill(skill: Skill, horizon: int) -> str:
    if not skill.warnings:
        return f"no warning was given whose {horizon} days are over{_still_open(skill)}."
    right = f"{_number(skill.warnings, 'warning')}, of which {skill.right:,} came true within {horizon} days ({_share(skill.precision)}"
    right += f"; by chance {_share(skill.chance)})" if skill.chance is not None else ")"
    return f"{right}{_still_open(skill)}. {_recall(skill)}{_too_few(skill)}"


def _still_open(skill: Skill) -> str:
    return f", and {skill.open:,} still open" if skill.open else ""


def _recall(skill: Skill) -> str:
    if not skill.losses:
        return "Nobody was lost."
    told = f"Warned of: {skill.warned:,} of {_number(skill.losses, 'loss', 'losses')} ({_share(skill.recall)})"
    if skill.lead_median is None or skill.lead_p90 is None:
        return f"{told}."
    return f"{told}, half of them {skill.lead_median:.0f} days before or earlier; nine of ten at most {skill.lead_p90:.0f} days before."


def _too_few(skill: Skill) -> str:
    return " These are too few to lean on." if skill.small else ""


def _factors(found: Backtest) -> Iterator[str]:
    if not found.factors:
        return
    warned = [factor for factor in found.factors if factor.would_have_warned]
    for factor in warned:
        yield f"{factor.name} would have warned. Below {factor.below}: {_skill(factor.skill, found.horizon)}"
    if not warned:
        few = " Some have too few warnings or losses to tell." if any(factor.skill.small for factor in found.factors) else ""
        yield f"No factor would have warned: none tells of a third of the losses and is right {LEAST_LIFT:g} times as often as chance.{few}"
    yield SAME_DATA
    yield CAUSES


def verdict(factor: FactorSkill) -> str:
    """Of a factor, in two words."""
    return "would have warned" if factor.would_have_warned else "too few to tell" if factor.skill.small else "no"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def _number(count: int, one: str, several: str = "") -> str:
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"
