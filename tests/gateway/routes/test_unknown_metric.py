"""How many touches are unknown, among the gateway's metrics."""

import pytest
from sqlalchemy.exc import OperationalError

from activities.ledger.ledger import Claim, Ledger
from activities.ledger.reports import LedgerReports
from activities.ledger.resolutions import Resolutions, ResolveTouch
from lifecycle.domain.enums import Resolution, TouchKind
from lifecycle.domain.touch import Answer, Receipt
from tests.activities.building import a_touch
from tests.gateway.gateway_harness import GatewayHarness

pytestmark = pytest.mark.server


async def test_metrics_count_the_unknown_touches_of_the_ledger_by_kind_as_of_now(harness: GatewayHarness) -> None:
    ledger = Ledger(harness.activities.engine)

    async def shown() -> list[str]:
        lines = (await harness.metrics()).text.splitlines()
        return [line for line in lines if line.startswith("evergreen_touches_unknown{") and not line.endswith(" 0.0")]

    assert await shown() == []
    for number in range(3):
        touch = a_touch(f"acme/1/welcome/{number}/email")
        claim = ledger.reserve(touch)
        assert isinstance(claim, Claim)
        ledger.settle(claim, Receipt(key=touch.key, answer=Answer.UNKNOWN))
    assert await shown() == ['evergreen_touches_unknown{kind="email"} 3.0']
    Resolutions(ledger.engine).resolve(ResolveTouch(key="acme/1/welcome/1/email", resolution=Resolution.SENT, by="Kim"))
    assert await shown() == ['evergreen_touches_unknown{kind="email"} 2.0']


async def test_metrics_are_answered_without_the_unknown_touches_where_the_database_does_not_answer(
    harness: GatewayHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: LedgerReports) -> dict[TouchKind, int]:
        raise OperationalError("SELECT", {}, Exception("the server is gone"))

    monkeypatch.setattr(LedgerReports, "unknown", fail)
    answer = await harness.metrics()
    assert answer.status_code == 200
    assert "evergreen_gateway_request_seconds" in answer.text
    assert "evergreen_touches_unknown{" not in answer.text
