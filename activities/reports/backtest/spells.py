"""What was known of customers before they left, or did not: the material of a back-test. Days are those of UTC."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from lifecycle.domain.enums import Band
from lifecycle.playbook.health.rules import USUAL

NO_FACTORS: Mapping[str, float] = {}


class Reading(NamedTuple):
    """How a customer stood from that day on: the band of its score, and each factor that was known, from 0 to 100."""

    day: date
    band: Band = Band.UNKNOWN
    factors: Mapping[str, float] = NO_FACTORS


class Spell(NamedTuple):
    """A time in which a customer was with us. `until` is the day on which it was lost (it left by choice, or said that it would), or up to which it
    is known that it was not. `readings` are in the order of their days, all before `until`.
    """

    customer: str
    readings: tuple[Reading, ...]
    until: date
    lost: bool

    @classmethod
    def of(cls, customer: str, readings: Iterable[Reading], until: date, *, lost: bool) -> "Spell":
        """The spell; of several readings of one day the last stands, and what was read when it was over is left out."""
        of_day = {reading.day: reading for reading in readings if reading.day < until}
        return cls(customer, tuple(of_day[day] for day in sorted(of_day)), until, lost)


def band_of(score: float) -> Band:
    """The band of a score where nobody says which: as the engine draws them."""
    return USUAL.bands.of(score)
