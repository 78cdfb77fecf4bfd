"""What can go wrong between us and a Temporal server. Each message is a sentence: what, where, how to mend it."""

from temporalio.service import RPCError

from lifecycle.domain.errors import Failure, as_ours, one_line


class Unreachable(Failure):
    """No Temporal server, or not the one that was meant."""


class DevServerFailed(Failure):
    """The embedded server cannot be started."""


class SearchAttributesRefused(Failure):
    """The server did not take the search attributes."""


class TimeTravelFailed(Failure):
    """A workflow's clock cannot be moved."""


class TemporalFailed(Failure):
    """The server answered a request with an error that the caller expected nothing of."""


@as_ours.register
def _(error: RPCError) -> TemporalFailed:
    return TemporalFailed(f"The Temporal server did not do it ({one_line(error)}): try again, or look at its log.")
