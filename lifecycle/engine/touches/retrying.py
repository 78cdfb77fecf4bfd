"""How long a provider that could not is left alone."""

from datetime import timedelta

FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=5), timedelta(hours=4)

MOST_DOUBLINGS = 10


def pause_after(tries: int) -> timedelta:
    """The pause before the next try, when so many came before the one that has just failed."""
    return min(FIRST_RETRY * (1 << min(tries, MOST_DOUBLINGS)), LONGEST_RETRY)
