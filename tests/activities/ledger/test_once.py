"""Reserve - act - confirm, with a transport that fails at each point in each way."""

import asyncio
from pathlib import Path

import pytest

from activities.ledger.database.database import open_database
from activities.ledger.database.touch_table import TouchState
from activities.ledger.failures import NotNow, Refused, UnderWay
from activities.ledger.ledger import Ledger
from activities.ledger.once import perform_once, withdraw_once
from activities.ledger.transport import Delivery, MarkActing, Verdict
from lifecycle.domain.touch import Answer, Receipt
from tests.activities.building import a_touch, after
from tests.activities.ledger.scripted import Scripted, failing, well

TOUCH = a_touch()
PAST_LEASE = 61.0


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(open_database(f"sqlite:///{tmp_path / 'ledger.sqlite'}"))


def state(ledger: Ledger) -> TouchState:
    row = ledger.row(TOUCH.key)
    assert row is not None
    return row.state


async def test_a_touch_is_done_and_confirmed_and_not_done_again(ledger: Ledger) -> None:
    transport = Scripted(Verdict.NOBODY_KNOWS, well)
    first = await perform_once(ledger, TOUCH, transport)
    assert first == Receipt(key=TOUCH.key, answer=Answer.DONE, reference="reference", subject="Welcome, Ana")
    assert await perform_once(ledger, TOUCH, transport) == first
    assert transport.acted == 1


@pytest.mark.parametrize("marked", [False, True])
async def test_a_failure_that_did_not_act_lets_the_next_quick_retry_act(ledger: Ledger, marked: bool) -> None:
    transport = Scripted(Verdict.NOBODY_KNOWS, failing(NotNow("the server is down"), marked), well)
    with pytest.raises(NotNow, match="the server is down"):
        await perform_once(ledger, TOUCH, transport)
    assert state(ledger) is TouchState.RELEASED
    assert (await perform_once(ledger, TOUCH, transport)).answer is Answer.DONE


async def test_a_refusal_is_an_answer_and_stays_one(ledger: Ledger) -> None:
    transport = Scripted(Verdict.NOBODY_KNOWS, failing(Refused("no such mailbox"), False))
    for _ in range(2):
        assert await perform_once(ledger, TOUCH, transport) == Receipt(key=TOUCH.key, answer=Answer.REFUSED, why="no such mailbox")


async def test_an_unforeseen_fault_before_the_mark_did_not_act_and_tells_no_address(ledger: Ledger) -> None:
    transport = Scripted(Verdict.NOBODY_KNOWS, failing(KeyError("ana@acme.example"), False), well)
    with pytest.raises(NotNow) as told:
        await perform_once(ledger, TOUCH, transport)
    assert told.value.message == "KeyError: '(address)'"
    assert told.value.__cause__ is None
    assert (await perform_once(ledger, TOUCH, transport)).answer is Answer.DONE


async def test_a_fault_after_the_mark_is_parked_where_nobody_can_tell(ledger: Ledger) -> None:
    transport = Scripted(Verdict.NOBODY_KNOWS, failing(ConnectionResetError(), True))
    for _ in range(2):
        receipt = await perform_once(ledger, TOUCH, transport)
        assert receipt.answer is Answer.UNKNOWN
        assert "nobody can tell whether it happened" in receipt.why


async def test_a_fault_after_the_mark_is_done_where_the_provider_says_so(ledger: Ledger) -> None:
    transport = Scripted(Verdict.DONE, failing(ConnectionResetError(), True))
    assert await perform_once(ledger, TOUCH, transport) == Receipt(
        key=TOUCH.key, answer=Answer.DONE, reference="traced", subject="Welcome, Ana"
    )


@pytest.mark.parametrize(("verdict", "left"), [(Verdict.NOT_DONE, TouchState.RELEASED), (Verdict.MAY_REPEAT, TouchState.ACTING)])
async def test_a_fault_after_the_mark_is_tried_again_at_once_where_that_is_harmless(
    ledger: Ledger, verdict: Verdict, left: TouchState
) -> None:
    transport = Scripted(verdict, failing(ConnectionResetError("reset"), True), well)
    with pytest.raises(NotNow, match="ConnectionResetError: reset"):
        await perform_once(ledger, TOUCH, transport)
    assert state(ledger) is left
    assert (await perform_once(ledger, TOUCH, transport)).reference == "reference"


async def test_what_may_have_acted_stays_so_when_the_provider_is_down_at_the_next_attempt(ledger: Ledger) -> None:
    transport = Scripted(Verdict.MAY_REPEAT, failing(ConnectionResetError(), True), failing(NotNow("down"), False))
    for _ in range(2):
        with pytest.raises(NotNow):
            await perform_once(ledger, TOUCH, transport)
    assert (await withdraw_once(ledger, TOUCH, transport)).answer is Answer.UNKNOWN


async def test_an_act_that_hangs_is_over_within_half_a_lease(tmp_path: Path) -> None:
    async def hang(mark: MarkActing) -> Delivery:
        await mark()
        await asyncio.Event().wait()
        raise AssertionError

    ledger = Ledger(open_database(f"sqlite:///{tmp_path / 'ledger.sqlite'}"), lease=0.4)
    transport = Scripted(Verdict.MAY_REPEAT, hang, well)
    with pytest.raises(NotNow, match="TimeoutError"):
        await perform_once(ledger, TOUCH, transport)
    assert (await perform_once(ledger, TOUCH, transport)).answer is Answer.DONE


@pytest.mark.parametrize(("marked", "left"), [(False, TouchState.RELEASED), (True, TouchState.ACTING)])
async def test_a_worker_that_stops_gives_its_touch_back_as_far_as_it_came(ledger: Ledger, marked: bool, left: TouchState) -> None:
    there = asyncio.Event()

    async def stuck(mark: MarkActing) -> Delivery:
        if marked:
            await mark()
        there.set()
        await asyncio.Event().wait()
        raise AssertionError

    transport = Scripted(Verdict.NOT_DONE, stuck, well)
    attempt = asyncio.create_task(perform_once(ledger, TOUCH, transport))
    await there.wait()
    attempt.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attempt
    assert state(ledger) is left
    assert (await perform_once(ledger, TOUCH, transport)).answer is Answer.DONE


async def test_a_touch_withdrawn_before_its_act_does_not_act(ledger: Ledger) -> None:
    async def overtaken(mark: MarkActing) -> Delivery:
        ledger.withdraw(TOUCH)
        await mark()
        raise AssertionError("acted after the withdrawal")

    transport = Scripted(Verdict.NOBODY_KNOWS, overtaken)
    receipt = await perform_once(ledger, TOUCH, transport)
    assert (receipt.answer, transport.acted) == (Answer.WITHDRAWN, 0)
    assert await perform_once(ledger, TOUCH, transport) == receipt


async def test_an_attempt_that_was_taken_over_does_not_act(ledger: Ledger) -> None:
    async def overtaken(mark: MarkActing) -> Delivery:
        assert not isinstance(after(ledger, PAST_LEASE).reserve(TOUCH), Receipt)
        await mark()
        raise AssertionError("acted after it was taken over")

    with pytest.raises(UnderWay):
        await perform_once(ledger, TOUCH, Scripted(Verdict.NOBODY_KNOWS, overtaken))


@pytest.mark.parametrize(
    ("verdict", "answer"),
    [
        (Verdict.DONE, Answer.DONE),
        (Verdict.NOT_DONE, Answer.WITHDRAWN),
        (Verdict.MAY_REPEAT, Answer.UNKNOWN),
        (Verdict.NOBODY_KNOWS, Answer.UNKNOWN),
    ],
)
async def test_a_withdrawal_after_a_crash_says_what_the_provider_knows(ledger: Ledger, verdict: Verdict, answer: Answer) -> None:
    claim = ledger.reserve(TOUCH)
    assert not isinstance(claim, Receipt)
    ledger.mark_acting(claim)
    transport = Scripted(verdict)
    with pytest.raises(UnderWay):
        await withdraw_once(ledger, TOUCH, transport)
    late = after(ledger, PAST_LEASE)
    assert (await withdraw_once(late, TOUCH, transport)).answer is answer
    assert (await perform_once(late, TOUCH, transport)).answer is answer


async def test_a_withdrawal_of_what_was_done_says_that_it_was_done(ledger: Ledger) -> None:
    transport = Scripted(Verdict.NOBODY_KNOWS, well)
    receipt = await perform_once(ledger, TOUCH, transport)
    assert await withdraw_once(ledger, TOUCH, transport) == receipt
