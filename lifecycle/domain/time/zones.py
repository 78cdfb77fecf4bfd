"""Local time, by the zone rules of the pinned `tzdata` package and no host's.

Hosts differ in their rules; a replay on another host must compute the same instant.
"""

from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from lifecycle.domain.model import FIRST, LAST

FIRST_DAY, LAST_DAY = FIRST + timedelta(days=366), LAST - timedelta(days=366)
"""A day beyond these counts as the nearer of them, so that no sum of durations, however long, leaves the calendar."""
_FIRST_MOMENT, _LAST_MOMENT = datetime.combine(FIRST_DAY, time(), UTC), datetime.combine(LAST_DAY, time(), UTC)
_DAY = timedelta(days=1)


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every zone that the pinned rules know."""
    return frozenset((files("tzdata") / "zones").read_text().split())


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name. Raises ValueError, with a near name if there is one."""
    check_zone(name)
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


def check_zone(name: str) -> str:
    """The name itself, if the pinned rules know it; otherwise ValueError with a near name."""
    if name not in zone_names():
        near = get_close_matches(name, zone_names(), 1)
        raise ValueError(f"'{name}' is no time zone; {f'did you mean {near[0]}?' if near else 'write an IANA name such as Europe/Berlin'}")
    return name


def within_calendar(moment: datetime) -> datetime:
    """The moment itself (UTC), or the nearer end of the calendar where it lies beyond."""
    return min(max(moment, _FIRST_MOMENT), _LAST_MOMENT)


def day_from(day: date, days: int) -> date:
    """So many days after the day, or before it if negative; the nearer end of the calendar where that lies beyond."""
    return date.fromordinal(min(max(day.toordinal() + days, FIRST_DAY.toordinal()), LAST_DAY.toordinal()))


@lru_cache(maxsize=8192)
def at_local(day: date, clock: time, zone_name: str) -> datetime:
    """That wall-clock time on that day in that zone, as UTC.

    A time that does not exist becomes the first instant after the gap (02:30 -> 03:00);
    one that comes twice is the first of the two.
    """
    there = zone(zone_name)
    local = datetime.combine(min(max(day, FIRST_DAY), LAST_DAY), clock, there)
    utc = local.astimezone(UTC)
    if utc.astimezone(there).replace(tzinfo=None) == local.replace(tzinfo=None):
        return utc
    # In a gap: fold=0 reads the clock by the offset from before it, fold=1 by the one from after.
    before, after = local.utcoffset(), local.replace(fold=1).utcoffset()
    assert before is not None and after is not None
    return _turn(utc - (after - before), utc, there)


def midnight(day: date, zone_name: str) -> datetime:
    """The first instant of that day in that zone, as UTC."""
    return at_local(day, time(), zone_name)


@lru_cache(maxsize=2048)
def local(instant: datetime, zone_name: str) -> datetime:
    """The instant as the customer's clock shows it."""
    return instant.astimezone(zone(zone_name))


def in_words(instant: datetime, zone_name: str) -> str:
    """The instant as lines and tables show it, by the customer's clock: Tue 26 May 2026 09:00."""
    return f"{local(instant, zone_name):%a %d %b %Y %H:%M}"


def shown(begins: datetime, ends: datetime, zone_name: str) -> tuple[tuple[datetime, datetime], ...]:
    """When the clock of that zone shows a time from `begins` up to `ends` (both without a zone), as UTC.

    Once, as a rule; where it is put back over one of them, perhaps twice; where it is put forward over both, never.
    """
    there = zone(zone_name)
    low, high = (begins - _DAY).replace(tzinfo=UTC), (ends + _DAY).replace(tzinfo=UTC)
    before, after = _offset(low, there), _offset(high, there)
    first, last = begins.replace(tzinfo=UTC), ends.replace(tzinfo=UTC)
    if before == after:
        return ((first - before, last - before),)
    turn = _turn(low, high, there)
    old, new = (first - before, min(last - before, turn)), (max(first - after, turn), last - after)
    if old[0] < old[1] == new[0] < new[1]:
        return ((old[0], new[1]),)
    return tuple(piece for piece in (old, new) if piece[0] < piece[1])


def repeats_until(instant: datetime, zone_name: str) -> datetime:
    """What the clock shows when it is through with times that it shows twice, without a zone, for an instant of their second showing."""
    there = zone(zone_name)
    wall = instant.astimezone(there)
    put_back = _offset(instant - _DAY, there) - _offset(instant, there) if wall.fold else timedelta()
    if put_back <= timedelta():
        return wall.replace(tzinfo=None)
    turn = _turn(instant - _DAY, instant, there)
    return (turn + put_back).astimezone(there).replace(tzinfo=None)


def _offset(instant: datetime, there: ZoneInfo) -> timedelta:
    offset = instant.astimezone(there).utcoffset()
    assert offset is not None
    return offset


def _turn(low: datetime, high: datetime, there: ZoneInfo) -> datetime:
    """The instant between those at which the offset from UTC changes, which it does once."""
    before = _offset(low, there)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if _offset(middle, there) == before else (low, middle)
    return high.replace(microsecond=0)
