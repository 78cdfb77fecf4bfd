"""What is planted in a base for somebody to find, and a base in which nothing is."""

from dataclasses import dataclass
from datetime import date

FIRST_DAY, LAST_DAY = date(2025, 1, 1), date(2026, 12, 31)
"""The two years of every base."""

BAD_MONTH = date(2026, 3, 1)
"""The first day of the month in which many more leave than in any other."""

LATE_TEAM = "support"
"""The role whose tasks are mostly done late."""

OTHER_TEAM = "csm"

GROWING_REASON = "missing integration"
"""Why more and more of those who leave do so, from quarter to quarter."""

PLAY = "executive-review"
"""The play after which customers stay. Half of all customers get it, whatever they are like."""

FACTOR = "usage"
"""The factor of health that falls before a customer leaves."""

FALLS_BEFORE = (45, 110)
"""Between how many days before a loss it begins to fall. It is told every 30 days, so it is seen up to 30 days later."""


@dataclass(frozen=True)
class Truths:
    """Which of these are so in a base. Where one is not, what it is about happens as often, but to anybody."""

    bad_month: bool = True
    late_team: bool = True
    growing_reason: bool = True
    play: bool = True
    factor: bool = True


PLANTED = Truths()
NOTHING = Truths(bad_month=False, late_team=False, growing_reason=False, play=False, factor=False)
