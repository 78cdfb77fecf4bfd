"""Local time, by the zone rules of the pinned `tzdata` package and no host's.

Hosts differ in their rules; a replay on another host must compute the same instant.
"""

from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every zone that the pinned rules know."""
    return frozenset((files("tzdata") / "zones").read_text().split())


@lru_cache(maxsize=600)
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


@lru_cache(maxsize=8192)
def at_local(day: date, clock: time, zone_name: str) -> datetime:
    """That wall-clock time on that day in that zone, as UTC.

    A time that does not exist becomes the first instant after the gap (02:30 -> 03:00);
    one that comes twice is the first of the two.
    """
    there = zone(zone_name)
    local = datetime.combine(day, clock, there)
    utc = local.astimezone(UTC)
    if utc.astimezone(there).replace(tzinfo=None) == local.replace(tzinfo=None):
        return utc
    # In a gap: fold=0 reads the clock by the offset from before it, fold=1 by the one from after.
    before, after = local.utcoffset(), local.replace(fold=1).utcoffset()
    assert before is not None and after is not None
    low, high = utc - (after - before), utc
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(there).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


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
