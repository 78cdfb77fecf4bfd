"""When something that was planned counts as done."""

from datetime import datetime, timedelta

PROMPT = timedelta(minutes=1)
"""What is done within a minute of its moment counts as done at that moment: a worker is never quite on time."""


def effective_time(moment: datetime, now: datetime) -> datetime:
    """When something planned for that moment counts as done: then, if now is hardly later, else now."""
    return moment if now - moment < PROMPT else now
