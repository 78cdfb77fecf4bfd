"""The gate: what a hold covers does not act, whoever tries and whenever, and what was held is listed until something else becomes of it."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa

from activities.ledger.database.database import open_database
from activities.ledger.database.hold_table import HOLDS
from activities.ledger.database.touch_table import TOUCHES, TouchState
from activities.ledger.failures import Held, LostClaim
from activities.ledger.holds import HeldTouch, Holds, enter_gate, standing_hold
from activities.ledger.ledger import Claim, Ledger
from activities.ledger.once import perform_once, withdraw_once
from activities.ledger.transport import Verdict
from lifecycle.domain.enums import Outcome, Tier, TouchKind
from lifecycle.domain.holds import Hold, Selection
from lifecycle.domain.touch import Answer, HeldBy, Receipt, Touch
from tests.activities.building import AT, a_touch, after
from tests.activities.ledger.claims import PAST_LEASE, TOUCH, acting, claimed, confirmed, record
from tests.activities.ledger.scripted import Scripted, cut_short, well

ALL = Selection()
HELD = Receipt(
    key=TOUCH.key,
    answer=Answer.HELD,
    why="held by Kim Lee, because wrong price list",
    held=HeldBy(hold=1, by="Kim Lee", why="wrong price list"),
)


@pytest.fixture
def holds(engine: sa.Engine) -> Holds:
    return Holds(engine)


def place(holds: Holds, selection: Selection = ALL) -> Hold:
    hold, _ = holds.place(selection, "Kim Lee", "wrong price list", AT)
    return hold


def row_of(ledger: Ledger, key: str = TOUCH.key) -> sa.RowMapping:
    with ledger.engine.connect() as connection:
        return connection.execute(sa.select(TOUCHES).where(TOUCHES.c.key == key)).mappings().one()


@pytest.mark.parametrize(
    ("selection", "covers"),
    [
        ({}, True),
        ({"channel": "email"}, True),
        ({"channel": "task"}, False),
        ({"playbook": "standard"}, True),
        ({"playbook": "standard@v1"}, False),
        ({"play": "welcome"}, True),
        ({"play": "kickoff"}, False),
        ({"customer": "acme"}, True),
        ({"customer": "other"}, False),
        ({"channel": "email", "play": "welcome"}, True),
        ({"channel": "email", "play": "kickoff"}, False),
    ],
    ids=str,
)
async def test_what_a_hold_covers_is_held_and_nothing_else(ledger: Ledger, holds: Holds, selection: dict[str, Any], covers: bool) -> None:
    place(holds, Selection.model_validate(selection))
    transport = Scripted(Verdict.MAY_REPEAT, well)
    receipt = await perform_once(ledger, TOUCH, transport)
    assert (receipt.answer, transport.acted) == ((Answer.HELD, 0) if covers else (Answer.DONE, 1))


async def test_a_held_touch_says_by_whom_and_why_is_listed_and_acts_once_when_it_is_released(ledger: Ledger, holds: Holds) -> None:
    hold = place(holds)
    transport = Scripted(Verdict.NOBODY_KNOWS, well, well)
    assert [await perform_once(ledger, TOUCH, transport) for _ in range(2)] == [HELD, HELD]
    assert (row_of(ledger)["state"], row_of(ledger)["reason"], row_of(ledger)["request"]) == (TouchState.RELEASED, HELD.why, None)
    assert holds.held(hold.number) == [HeldTouch(TOUCH.key, "acme")]
    assert holds.count_held() == {1: 1}
    assert [holds.release(hold.number, "Bo Berg", "mended", AT) for _ in range(2)] == [True, False]
    assert holds.standing() == []
    assert holds.held(hold.number) == [HeldTouch(TOUCH.key, "acme")]
    transport.acts = [well, well]
    assert [(await perform_once(ledger, TOUCH, transport)).answer for _ in range(2)] == [Answer.DONE, Answer.DONE]
    assert (transport.acted, row_of(ledger)["acted"]) == (1, 1)
    assert holds.held(hold.number) == []


async def test_what_may_have_acted_before_stays_so_while_it_is_held_and_is_asked_again_to_the_byte(ledger: Ledger, holds: Holds) -> None:
    transport = Scripted(Verdict.MAY_REPEAT, cut_short(), well, well)
    with pytest.raises(Exception, match="reset"):
        await perform_once(ledger, TOUCH, transport)
    hold = place(holds)
    assert await perform_once(ledger, a_touch(text="another text"), transport) == HELD
    assert row_of(ledger)["state"] == TouchState.ACTING
    assert holds.held(hold.number) == [HeldTouch(TOUCH.key, "acme")]
    holds.release(hold.number, "Kim Lee", "", AT)
    assert (await perform_once(ledger, a_touch(text="a third text"), transport)).answer is Answer.DONE
    assert len({request.content for request in transport.asked}) == 1
    assert row_of(ledger)["acted"] == 1


@pytest.mark.parametrize(
    ("verdict", "answer", "state"),
    [
        (Verdict.DONE, Answer.DONE, TouchState.CONFIRMED),
        (Verdict.NOBODY_KNOWS, Answer.UNKNOWN, TouchState.UNKNOWN),
        (Verdict.NOT_DONE, Answer.HELD, TouchState.RELEASED),
        (Verdict.MAY_REPEAT, Answer.HELD, TouchState.ACTING),
    ],
)
async def test_a_crashed_attempt_is_looked_into_under_a_hold_and_not_done_again(
    ledger: Ledger, holds: Holds, verdict: Verdict, answer: Answer, state: TouchState
) -> None:
    acting(ledger)
    place(holds)
    transport = Scripted(verdict, well)
    assert (await perform_once(after(ledger, PAST_LEASE), TOUCH, transport)).answer is answer
    assert (transport.acted, row_of(ledger)["state"]) == (0, state)


@pytest.mark.parametrize(("may_have_acted", "answer"), [(False, Answer.WITHDRAWN), (True, Answer.UNKNOWN)])
async def test_a_held_touch_is_called_off_like_any_other(ledger: Ledger, holds: Holds, may_have_acted: bool, answer: Answer) -> None:
    transport = Scripted(Verdict.MAY_REPEAT, cut_short(), well)
    if may_have_acted:
        with pytest.raises(Exception, match="reset"):
            await perform_once(ledger, TOUCH, transport)
    else:
        transport.acts = [well]
    place(holds)
    assert await perform_once(ledger, TOUCH, transport) == HELD
    assert (await withdraw_once(ledger, TOUCH, transport)).answer is answer
    assert holds.count_held() == {}


@pytest.mark.parametrize(("outcome", "waits"), [(Outcome.DELAYED, True), (Outcome.MISSED, False), (Outcome.CANCELLED, False)])
async def test_a_touch_is_listed_as_long_as_it_is_only_delayed(ledger: Ledger, holds: Holds, outcome: Outcome, waits: bool) -> None:
    place(holds)
    await perform_once(ledger, TOUCH, Scripted(Verdict.NOT_DONE, well))
    ledger.record([record(outcome, why=HELD.why)])
    assert holds.count_held() == ({1: 1} if waits else {})


async def test_of_two_holds_the_second_keeps_what_the_first_lets_go(ledger: Ledger, holds: Holds) -> None:
    first, second = place(holds), place(holds, Selection(play="welcome"))
    await perform_once(ledger, TOUCH, Scripted(Verdict.NOT_DONE, well))
    assert holds.count_held() == {first.number: 1}
    holds.release(first.number, "Kim Lee", "", AT)
    receipt = await perform_once(ledger, TOUCH, Scripted(Verdict.NOT_DONE, well))
    assert (receipt.held and receipt.held.hold, holds.count_held()) == (second.number, {second.number: 1})
    holds.forget(first.number, "acme")
    assert holds.count_held() == {second.number: 1}
    holds.forget(second.number, "acme")
    assert holds.count_held() == {}


def test_what_is_held_already_is_not_held_twice_and_can_be_held_again_after_its_release(holds: Holds) -> None:
    hold, new = holds.place(ALL, "Kim Lee", "wrong price list", AT)
    assert (hold.number, new) == (1, True)
    assert holds.place(ALL, "Bo Berg", "me too", AT) == (hold, False)
    assert holds.standing() == [hold]
    holds.release(1, "Kim Lee", "", AT)
    assert place(holds).number == 2
    assert [(each.number, each.until) for each in (holds.find(1), holds.of(ALL)) if each is not None] == [(1, AT), (2, None)]


async def test_what_is_held_is_listed_tier_by_tier_and_a_customers_together(ledger: Ledger, holds: Holds) -> None:
    place(holds)
    for customer, tier, play in [("d", None, 1), ("c", Tier.C, 1), ("b", Tier.B, 1), ("a", Tier.A, 1), ("a", Tier.B, 2), ("b", Tier.A, 2)]:
        touch = a_touch(f"{customer}/1/p{play}/1/email", customer=customer, tier=tier)
        await perform_once(ledger, touch, Scripted(Verdict.NOT_DONE, well))
    assert [each.key.partition("/1/")[0] for each in holds.held(1)] == ["a", "a", "b", "b", "c", "d"]


async def test_what_was_being_done_when_the_hold_came_is_counted_until_it_is_over(ledger: Ledger, holds: Holds) -> None:
    claim = acting(ledger)
    confirmed(ledger, a_touch("acme/1/welcome/2/email"))
    acting(ledger, a_touch("acme/1/welcome/1/call", TouchKind.TASK))
    place(holds)
    counted = [
        holds.count_acting(selection, ledger.clock()) for selection in (ALL, Selection(channel=TouchKind.EMAIL), Selection(play="p"))
    ]
    assert counted == [2, 1, 0]
    assert holds.count_acting(ALL, ledger.clock() + PAST_LEASE) == 0
    ledger.settle(claim, Receipt(key=TOUCH.key, answer=Answer.DONE), acted=True)
    assert holds.count_acting(ALL, ledger.clock()) == 1


def test_a_claim_that_was_lost_is_lost_under_a_hold_too(ledger: Ledger, holds: Holds) -> None:
    claim = claimed(ledger)
    ledger.withdraw(TOUCH)
    place(holds)
    with pytest.raises(LostClaim):
        ledger.mark_acting(claim)


# ---- races

IN_VAIN = 0.2
"""Seconds that nothing may come of what waits: where it does not wait, it takes a few thousandths."""


def test_a_hold_is_not_in_effect_before_the_marks_in_the_gate_have_ended(ledger: Ledger, holds: Holds, engine: sa.Engine) -> None:
    claimed(ledger)
    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as connection:
            enter_gate(connection)
            connection.execute(TOUCHES.update().values(state=TouchState.ACTING))
            assert standing_hold(connection, TOUCH) is None
            placing = pool.submit(place, holds)
            with pytest.raises(TimeoutError):
                placing.result(IN_VAIN)
        assert placing.result(30).number == 1


@pytest.mark.parametrize("released", [False, True])
def test_a_mark_waits_for_who_is_placing_or_releasing_a_hold_and_sees_it(
    ledger: Ledger, holds: Holds, engine: sa.Engine, released: bool
) -> None:
    claim = claimed(ledger)
    if released:
        place(holds)
    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as connection:
            enter_gate(connection, alone=True)
            if released:
                connection.execute(HOLDS.update().values(released_at=AT))
            else:
                connection.execute(HOLDS.insert().values(number=1, why="w", held_by="b", held_at=AT))
            marking = pool.submit(ledger.mark_acting, claim)
            with pytest.raises(TimeoutError):
                marking.result(IN_VAIN)
        if released:
            marking.result(30)
        else:
            with pytest.raises(Held, match="held by b, because w"):
                marking.result(30)


@contextmanager
def marking(url: str, touches: list[Touch], threads: int = 6) -> Iterator[Event]:
    """Marks all of them as acting, from many connections at once; the event is set when some have been."""
    ledger = Ledger(open_database(url))
    claims = [ledger.reserve(touch) for touch in touches]
    some = Event()

    def mark(share: list[Claim | Receipt]) -> None:
        for number, claim in enumerate(share):
            assert isinstance(claim, Claim)
            try:
                ledger.mark_acting(claim)
            except Held:
                pass
            if number == 3:
                some.set()

    with ThreadPoolExecutor(threads) as pool:
        futures: list[Future[None]] = [pool.submit(mark, claims[number::threads]) for number in range(threads)]
        yield some
        for future in futures:
            future.result()
    ledger.engine.dispose()


MANY = [a_touch(f"acme/1/welcome/{number}/email") for number in range(120)]


def count(engine: sa.Engine, which: sa.ColumnElement[bool]) -> int:
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(TOUCHES).where(which)).scalar_one()


async def test_nothing_is_marked_any_more_when_hold_has_returned(database: str, holds: Holds, engine: sa.Engine) -> None:
    def race() -> tuple[int, int, int]:
        with marking(database, MANY) as some:
            assert some.wait(30)
            place(holds)
            marked = count(engine, TOUCHES.c.state == TouchState.ACTING)
        return marked, count(engine, TOUCHES.c.state == TouchState.ACTING), count(engine, TOUCHES.c.hold == 1)

    marked, marked_in_the_end, held = await asyncio.to_thread(race)
    assert (marked, held) == (marked_in_the_end, len(MANY) - marked)
    assert marked > 0


async def test_whatever_a_hold_has_held_is_listed_when_release_has_returned(database: str, holds: Holds, engine: sa.Engine) -> None:
    def race() -> tuple[list[HeldTouch], list[HeldTouch]]:
        hold = place(holds)
        with marking(database, MANY) as some:
            assert some.wait(30)
            holds.release(hold.number, "Kim Lee", "", AT)
            listed = holds.held(hold.number)
        return listed, holds.held(hold.number)

    listed, listed_in_the_end = await asyncio.to_thread(race)
    assert listed == listed_in_the_end
    assert count(engine, TOUCHES.c.state == TouchState.ACTING) == len(MANY) - len(listed)
    assert listed != []
