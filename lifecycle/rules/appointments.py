"""When a meeting is held: at its own time, or where another meeting of the customer is then, at the next hour that is free."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from lifecycle.domain.time.calendar import next_business_day
from lifecycle.domain.time.hours import Timetable
from lifecycle.domain.time.zones import at_local, local
from lifecycle.steps.base import Appointment

MOST_DAYS = 60
"""Days that are looked through for a free hour."""

AN_HOUR = timedelta(hours=1)


def overlaps(one: Appointment, other: Appointment) -> bool:
    """Whether somebody who is at the one would miss some of the other."""
    return one.starts < other.ends and other.starts < one.ends


def first_free(wanted: Appointment, taken: Sequence[Appointment], hours: Timetable) -> Appointment:
    """The wanted appointment, or where it overlaps one that is taken, the first that does not: an hour later and so on while the hours are
    open, then from the meeting's own time on the next business day. The wanted one where no day has room.
    """
    length = wanted.ends - wanted.starts
    clock, day = local(wanted.starts, hours.zone).time(), local(wanted.starts, hours.zone).date()
    found = wanted
    for _ in range(MOST_DAYS):
        closes = hours.closing(found.starts)
        while True:
            if not any(overlaps(found, other) for other in taken):
                return found
            found = Appointment(found.starts + AN_HOUR, found.starts + AN_HOUR + length)
            if found.ends > closes:
                break
        day = next_business_day(day + timedelta(days=1), hours.country)
        starts = at_local(day, clock, hours.zone)
        found = Appointment(starts, starts + length)
    return wanted


def civil_moment(moment: datetime, before: datetime, hours: Timetable) -> datetime:
    """The first moment within the hours from that one on, if it is an hour before the other at least; the moment itself, if it is not."""
    opens = hours.opening(moment)
    return opens if opens + AN_HOUR <= before else moment
