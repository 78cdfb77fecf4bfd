"""One key, one body: from the first attempt that may have acted on, what was asked is what is asked again, or nothing is."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from activities.ledger.database.touch_table import TOUCHES, TouchState
from activities.ledger.failures import NotNow
from activities.ledger.ledger import Claim, Ledger
from activities.ledger.once import perform_once, withdraw_once
from activities.ledger.transport import Request, Verdict
from lifecycle.domain.touch import Answer, Recipient, Touch
from tests.activities.building import AT, a_touch, after
from tests.activities.ledger.claims import PAST_LEASE
from tests.activities.ledger.scripted import Act, Scripted, away, cut_short, failing, refusing, well

TOUCH = a_touch()
LATER = replace(TOUCH, at=AT + timedelta(hours=4), values={"contact": {"first_name": "Ben"}}, playbook="standard@v2")
OTHER_PEOPLE = replace(TOUCH, to=[Recipient(name="Ben Ito", email="ben@acme.example")])


def kept(ledger: Ledger) -> str | None:
    """What the ledger keeps of what was asked."""
    with ledger.engine.connect() as connection:
        request: str | None = connection.execute(sa.select(TOUCHES.c.request).where(TOUCHES.c.key == TOUCH.key)).scalar_one()
    return request


async def try_(ledger: Ledger, transport: Scripted, touch: Touch = TOUCH) -> Answer:
    """The answer; RETRY where the attempt is to be made again."""
    try:
        return (await perform_once(ledger, touch, transport)).answer
    except NotNow:
        return Answer.RETRY


async def test_what_may_have_acted_is_asked_again_to_the_byte_however_often_and_whatever_the_touch_says_by_then(ledger: Ledger) -> None:
    transport = Scripted(Verdict.MAY_REPEAT, cut_short(), away(), cut_short(), well)
    answers = [await try_(ledger, transport, touch) for touch in (TOUCH, LATER, TOUCH, LATER)]
    assert answers == [Answer.RETRY, Answer.RETRY, Answer.RETRY, Answer.DONE]
    assert transport.asked == [await transport.prepare(TOUCH)] * 4
    assert kept(ledger) is None


async def test_the_next_process_asks_what_the_killed_one_has_asked(ledger: Ledger) -> None:
    transport = Scripted(Verdict.MAY_REPEAT, well)
    request = await transport.prepare(TOUCH)
    claim = ledger.reserve(TOUCH)
    assert isinstance(claim, Claim)
    ledger.mark_acting(claim, request)
    assert await try_(after(ledger, PAST_LEASE), transport, LATER) is Answer.DONE
    assert transport.asked == [request]


@pytest.mark.parametrize("first", [away(), failing(NotNow("full"), False), failing(OSError("no disk"), False)])
async def test_what_certainly_did_not_act_is_looked_at_anew(ledger: Ledger, first: Act) -> None:
    transport = Scripted(Verdict.MAY_REPEAT, first, well)
    assert [await try_(ledger, transport, touch) for touch in (TOUCH, LATER)] == [Answer.RETRY, Answer.DONE]
    assert transport.asked == [await transport.prepare(TOUCH), await transport.prepare(LATER)]


async def test_nothing_of_what_certainly_did_not_act_is_kept(ledger: Ledger) -> None:
    await try_(ledger, Scripted(Verdict.MAY_REPEAT, away()))
    assert kept(ledger) is None


@pytest.mark.parametrize("why", ["answers 409", "answers 422", "answers 404", "answers 302"])
async def test_a_refusal_after_an_attempt_that_may_have_acted_is_unknown_and_never_failed(ledger: Ledger, why: str) -> None:
    transport = Scripted(Verdict.MAY_REPEAT, cut_short(), refusing(why))
    assert [await try_(ledger, transport) for _ in range(3)] == [Answer.RETRY, Answer.UNKNOWN, Answer.UNKNOWN]
    receipt = await perform_once(ledger, TOUCH, transport)
    assert receipt.why == f"{why}; nobody can tell whether it happened: read the provider's log, or ask the recipient"
    assert receipt.subject == "Welcome, Ana"
    assert kept(ledger) is None


async def test_a_refusal_where_none_may_have_acted_is_a_failure(ledger: Ledger) -> None:
    transport = Scripted(Verdict.MAY_REPEAT, away(), refusing("answers 422"))
    assert [await try_(ledger, transport) for _ in range(2)] == [Answer.RETRY, Answer.REFUSED]


async def test_what_may_have_gone_to_somebody_does_not_go_to_others(ledger: Ledger) -> None:
    transport = Scripted(Verdict.MAY_REPEAT, cut_short())
    assert [await try_(ledger, transport, touch) for touch in (TOUCH, OTHER_PEOPLE)] == [Answer.RETRY, Answer.UNKNOWN]
    assert len(transport.asked) == 1


async def test_what_is_found_not_done_goes_to_those_whom_the_touch_names_now(ledger: Ledger) -> None:
    transport = Scripted(Verdict.NOT_DONE, well, well)
    ledger.mark_acting(claim_of(ledger), await transport.prepare(TOUCH))
    assert await try_(after(ledger, PAST_LEASE), transport, OTHER_PEOPLE) is Answer.DONE
    assert transport.asked == [await transport.prepare(OTHER_PEOPLE)]


async def test_what_is_found_not_done_goes_out_as_it_was_to_the_same_people(ledger: Ledger) -> None:
    transport = Scripted(Verdict.NOT_DONE, well)
    ledger.mark_acting(claim_of(ledger), await transport.prepare(TOUCH))
    assert await try_(after(ledger, PAST_LEASE), transport, LATER) is Answer.DONE
    assert transport.asked == [await transport.prepare(TOUCH)]


@pytest.mark.parametrize("verdict", [Verdict.MAY_REPEAT, Verdict.NOT_DONE, Verdict.DONE])
async def test_another_system_is_not_asked_what_became_of_what_went_to_the_first(ledger: Ledger, verdict: Verdict) -> None:
    await try_(ledger, Scripted(Verdict.MAY_REPEAT, cut_short()))
    elsewhere = Scripted(verdict, to="another")
    assert await try_(ledger, elsewhere) is Answer.UNKNOWN
    assert elsewhere.asked == []


async def test_a_withdrawal_of_what_may_have_acted_says_how_it_had_failed(ledger: Ledger) -> None:
    transport = Scripted(Verdict.MAY_REPEAT, cut_short("the line broke"))
    await try_(ledger, transport)
    receipt = await withdraw_once(ledger, TOUCH, transport)
    assert (receipt.answer, receipt.subject) == (Answer.UNKNOWN, "Welcome, Ana")
    assert receipt.why.startswith("ConnectionResetError: the line broke; nobody can tell")
    assert kept(ledger) is None


def claim_of(ledger: Ledger) -> Claim:
    claim = ledger.reserve(TOUCH)
    assert isinstance(claim, Claim)
    return claim


# ---- a ledger that fails when the act is over


class Failing(Ledger):
    """A ledger of which the named methods fail so many times."""

    def __init__(self, ledger: Ledger, times: int, *names: str, lease: float = 60.0) -> None:
        super().__init__(ledger.engine, lease)
        self.times = times
        for name in names:
            setattr(self, name, self._failing(getattr(self, name)))

    def _failing(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            if self.times:
                self.times -= 1
                raise OperationalError("UPDATE touches", {}, Exception("database is locked"))
            return method(*args)

        return call


@pytest.mark.parametrize("times", [1, 3])
async def test_what_is_known_to_be_sent_is_written_down_though_the_ledger_fails_at_first(ledger: Ledger, times: int) -> None:
    transport = Scripted(Verdict.NOBODY_KNOWS, well)
    assert await try_(Failing(ledger, times, "settle"), transport) is Answer.DONE
    row = ledger.row(TOUCH.key)
    assert row is not None
    assert (row.state, row.acted) == (TouchState.CONFIRMED, 1)


@pytest.mark.parametrize(
    ("act", "answer", "state"),
    [(refusing("no such mailbox"), Answer.REFUSED, TouchState.REFUSED), (away(), Answer.RETRY, TouchState.RELEASED)],
    ids=["refused for good", "certainly not done"],
)
async def test_whatever_is_known_after_the_mark_is_written_down_so(ledger: Ledger, act: Act, answer: Answer, state: TouchState) -> None:
    assert await try_(Failing(ledger, 2, "settle", "release"), Scripted(Verdict.NOBODY_KNOWS, act)) is answer
    row = ledger.row(TOUCH.key)
    assert row is not None
    assert row.state is state


async def test_a_ledger_that_fails_for_the_whole_lease_is_told_no_more(ledger: Ledger) -> None:
    began = time.monotonic()
    with pytest.raises(OperationalError):
        await perform_once(Failing(ledger, 10_000, "settle", lease=0.5), TOUCH, Scripted(Verdict.NOBODY_KNOWS, well))
    assert time.monotonic() - began < 5
    assert await try_(after(ledger, PAST_LEASE), Scripted(Verdict.NOBODY_KNOWS)) is Answer.UNKNOWN


async def test_a_worker_that_stops_while_the_ledger_fails_still_writes_it_down(ledger: Ledger) -> None:
    failing_ledger = Failing(ledger, 3, "settle")
    attempt = asyncio.create_task(perform_once(failing_ledger, TOUCH, Scripted(Verdict.NOBODY_KNOWS, well)))
    while failing_ledger.times == 3:
        await asyncio.sleep(0.005)
    attempt.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attempt
    row = ledger.row(TOUCH.key)
    assert row is not None
    assert row.state is TouchState.CONFIRMED


def test_a_request_comes_back_as_it_was() -> None:
    request = Request(
        destination="smtp",
        content=bytes(range(256)),
        to=("ana@acme.example",),
        headers={"Idempotency-Key": "acme/1"},
        sender="us@us.example",
        recipients=("ana@acme.example", "ben@acme.example"),
        subject="Grüße \N{SNOWMAN} \u2028",
        reference="<1@us.example>",
    )
    assert Request.from_json(request.as_json()) == request
