"""The contract clock: when each stage of a term begins and ends, in local midnights of the customer's zone."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from lifecycle.domain.enums import Renews, Stage
from lifecycle.domain.people.customer import Contract
from lifecycle.domain.time.calendar import shift
from lifecycle.domain.time.zones import midnight
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.policy import USUAL_LENGTHS, StageLengths
from lifecycle.rules.contract.going_on import ends_here, renews_by_itself
from lifecycle.state.life import Lifecycle

PAYING = (Stage.ONBOARDING, Stage.GROWTH, Stage.RENEWAL)
"""The stages of a customer that has paid and is with us."""

WITH_US = (*PAYING, Stage.LAPSED)
"""The same, and of whom nobody has heard whether it stays."""


class Clock(NamedTuple):
    """The days on which a term's stages turn: onboarding up to `growth`, growth up to `renewal`, renewal up to `end`."""

    start: date
    growth: date
    renewal: date
    end: date


def clock_of(contract: Contract, lengths: StageLengths = USUAL_LENGTHS) -> Clock:
    """Onboarding and renewal take as long as the playbook says, a third of the term at most; a trial has neither, a rolling contract no renewal."""
    return _clock(contract.start, contract.end, contract.term == 0, contract.onboards, contract.renews is Renews.ROLLING, lengths)


@lru_cache(maxsize=4096)
def _clock(start: date, end: date, trial: bool, onboards: bool, rolling: bool, lengths: StageLengths) -> Clock:
    if trial:
        return Clock(start, end, end, end)
    third = (end - start).days // 3
    growth = start + timedelta(days=min(lengths.onboarding, third)) if onboards else start
    if rolling:
        return Clock(start, growth, end, end)
    return Clock(start, growth, end - timedelta(days=min(lengths.renewal, third)), end)


def stage_on(contract: Contract, day: date, lengths: StageLengths = USUAL_LENGTHS, *, renewed: bool = False) -> Stage:
    """The stage in which that local day lies; days before the contract count as its first stage, days after its end as renewal.

    A contract that is renewed already, or is rolling, needs no renewal stage: growth goes on until the next term begins.
    """
    if contract.term == 0:
        return Stage.TRIAL
    clock = clock_of(contract, lengths)
    if day < clock.growth:
        return Stage.ONBOARDING
    return Stage.GROWTH if renewed or contract.renews is Renews.ROLLING or day < clock.renewal else Stage.RENEWAL


def stage_start(life: Lifecycle, lengths: StageLengths) -> date:
    """The local day from which the plays of the present stage count."""
    clock = clock_of(life.contract, lengths)
    match life.stage:
        case Stage.TRIAL | Stage.ONBOARDING:
            return clock.start
        case Stage.GROWTH:
            return clock.growth
        case Stage.RENEWAL:
            return clock.renewal
        case _:
            return life.progress.stage_day


def over(life: Lifecycle, playbook: Playbook) -> date:
    """The local day on which the grace after the term's end is over, and with it the time for a decision."""
    return shift(life.contract.end, playbook.contract.grace.in_days(), life.customer.country)


def stage_end(life: Lifecycle, playbook: Playbook) -> date | None:
    """The local day on which the present stage ends if nothing happens; None where only an event or its last play ends it."""
    clock = clock_of(life.contract, playbook.lengths)
    rules, country = playbook.contract, life.customer.country
    match life.stage:
        case Stage.TRIAL | Stage.RENEWAL if ends_here(life) or (life.stage is Stage.RENEWAL and renews_by_itself(life)):
            return clock.end
        case Stage.TRIAL | Stage.RENEWAL:
            return over(life, playbook)
        case Stage.LAPSED if rules.lapsed is not None:
            return shift(life.progress.stage_day, rules.lapsed.in_days(), country)
        case Stage.ONBOARDING:
            return clock.growth
        case Stage.GROWTH:
            return clock.end if life.facts.contract.signed and not ends_here(life) else clock.renewal
        case Stage.WIN_BACK:
            return shift(life.progress.stage_day, rules.win_back.in_days(), country)
        case _:
            return None


def stage_ends_at(life: Lifecycle, playbook: Playbook) -> datetime | None:
    """`stage_end` as an instant."""
    day = stage_end(life, playbook)
    return None if day is None else midnight(day, life.zone)
