"""A call that changes the deployment is made again while the server is busy, and once where it refuses for good."""

import pytest
from temporalio.service import RPCError, RPCStatusCode

from runtime.temporal.deployment.repeating import patiently


class Refusing:
    """A call that the server refuses with those statuses, one after the other, and then takes."""

    def __init__(self, *statuses: RPCStatusCode) -> None:
        self.statuses = list(statuses)
        self.calls = 0

    async def __call__(self) -> None:
        self.calls += 1
        if self.statuses:
            raise RPCError("no", self.statuses.pop(0), b"")


@pytest.mark.parametrize("status", [RPCStatusCode.RESOURCE_EXHAUSTED, RPCStatusCode.UNAVAILABLE, RPCStatusCode.ABORTED])
async def test_a_call_that_a_busy_server_refuses_is_made_until_it_is_taken(status: RPCStatusCode) -> None:
    call = Refusing(status)
    await patiently(call)
    assert call.calls == 2


async def test_a_call_that_is_wrong_is_made_once() -> None:
    call = Refusing(RPCStatusCode.NOT_FOUND)
    with pytest.raises(RPCError, match=r"^no$"):
        await patiently(call)
    assert call.calls == 1
