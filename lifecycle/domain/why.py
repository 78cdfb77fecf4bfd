"""Why something was done otherwise than planned, late, or not at all: a cause that programs read, with the words that people do.

Whatever keeps a play, a step or a touch from its plain course takes a `Why`, so nothing can be dropped without one.
"""

from enum import StrEnum
from typing import NamedTuple


class Cause(StrEnum):
    """Each cause that a line of the timeline may give. `tests/lifecycle/engine/lines` has a life for every one of them."""

    # a play's start
    STILL_RUNS = "still_runs"
    TOO_MANY_RUNS = "too_many_runs"
    ONCE = "once"
    COOLDOWN = "cooldown"
    UNTIL = "until"
    CONDITION = "condition"
    WINDOW = "window"
    LATER_ONE_DUE = "later_one_due"
    BEYOND_STAGE = "beyond_stage"
    BEFORE_ENROLMENT = "before_enrolment"
    PASSED = "passed"
    CEASED = "ceased"
    TIER = "tier"
    # a touch
    PAUSED = "paused"
    HELD = "held"
    HOURS = "hours"
    DAY_OFF = "day_off"
    HOLIDAY = "holiday"
    CAP = "cap"
    PRIORITY = "priority"
    OPTED_OUT = "opted_out"
    LEFT = "left"
    NOBODY = "nobody"
    NO_VALUE = "no_value"
    NO_ROOM = "no_room"
    MADE_BEFORE = "made_before"
    PROVIDER_DOWN = "provider_down"
    PROVIDER_REFUSED = "provider_refused"
    NOBODY_KNOWS = "nobody_knows"
    NOT_BEGUN = "not_begun"
    TOO_LATE = "too_late"
    # a run's end
    STOPPED = "stopped"
    BEGINS_AGAIN = "begins_again"
    REACHED = "reached"
    REMOVED = "removed"
    STAGE_ENDED = "stage_ended"
    CLOSED = "closed"
    OPERATOR = "operator"
    # a wait
    ANSWERED = "answered"
    TIMED_OUT = "timed_out"
    AT_ONCE = "at_once"
    SNOOZED = "snoozed"
    # dates, milestones, events, versions
    MOVED = "moved"
    OVERDUE = "overdue"
    REFUSED = "refused"
    REPEATED = "repeated"
    SUPERSEDED = "superseded"
    PAST = "past"
    VERSION = "version"


class Why(NamedTuple):
    """A cause, in words, and by whom where a person decided it."""

    cause: Cause
    words: str
    by: str = ""
