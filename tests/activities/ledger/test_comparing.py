"""Where a life and the ledger differ on a touch, and what is written so that it is not done again."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from activities.ledger.comparing import Difference, Differs, LedgerMending, LivesKnown, differences
from activities.ledger.database.touch_table import TouchRow
from activities.ledger.holds import Holds
from activities.ledger.ledger import Ledger
from activities.ledger.lives import Lives, RecallLives, RememberLife
from activities.ledger.resolutions import Resolutions, ResolveTouch
from lifecycle.domain.enums import Outcome, Resolution
from lifecycle.domain.holds import Selection
from lifecycle.domain.people.earlier_lives import EarlierLives
from lifecycle.domain.touch import Answer, Receipt
from lifecycle.explain.touches_said import Said, TouchSaid
from tests.activities.building import AT, after
from tests.activities.ledger.claims import PAST_LEASE, TOUCH, acting, claimed, confirmed, record

KEY = TOUCH.key
BEGAN = AT - timedelta(days=9)
STOPPED = AT + timedelta(hours=1)


def says(said: Said, at: timedelta = timedelta(0)) -> dict[str, TouchSaid]:
    return {KEY: TouchSaid(key=KEY, said=said, at=AT + at, kind="email", name="welcome")}


def refused(ledger: Ledger) -> None:
    ledger.settle(claimed(ledger), Receipt(key=KEY, answer=Answer.REFUSED, why="no such address"))


def unknown(ledger: Ledger) -> None:
    ledger.settle(acting(ledger), Receipt(key=KEY, answer=Answer.UNKNOWN, why="the line broke"))


def resolved(ledger: Ledger) -> None:
    unknown(ledger)
    Resolutions(ledger.engine).resolve(ResolveTouch(key=KEY, resolution=Resolution.SENT, by="Kim Lee"))


def released(ledger: Ledger) -> None:
    ledger.release(claimed(ledger), "not now")


ROWS = {
    "nothing": lambda ledger: None,
    "missed": lambda ledger: ledger.record([record(Outcome.MISSED)]),
    "reserved": claimed,
    "released": released,
    "acting": acting,
    "sent": confirmed,
    "refused": refused,
    "unknown": unknown,
    "resolved": resolved,
}
FORGOTTEN, UNTOLD, MAY_HAVE_GONE = Difference
EXPECTED: dict[Said, dict[str, Difference]] = {
    Said.SENT: dict.fromkeys(["nothing", "missed", "reserved", "released", "acting", "refused", "unknown"], FORGOTTEN),
    Said.UNKNOWN: dict.fromkeys(["nothing", "missed", "reserved", "released", "acting"], FORGOTTEN) | {"resolved": UNTOLD},
    Said.NOT_SENT: {"sent": UNTOLD, "resolved": UNTOLD},
    Said.PENDING: dict.fromkeys(["nothing", "missed", "reserved", "released", "acting"], MAY_HAVE_GONE),
}


@pytest.fixture
def ledger(engine: sa.Engine) -> Ledger:
    return Ledger(engine)


def found(ledger: Ledger, said: dict[str, TouchSaid], stopped: bool = True) -> list[Difference]:
    return [each.difference for each in differences(said, ledger.of_customer("acme"), BEGAN, STOPPED if stopped else None)]


@pytest.mark.parametrize("row", ROWS)
def test_each_word_of_a_life_beside_each_row_of_the_ledger(tmp_path_factory: pytest.TempPathFactory, row: str) -> None:
    from activities.ledger.database.database import open_database

    ledger = Ledger(open_database(f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'ledger.sqlite'}"))
    ROWS[row](ledger)
    try:
        for said, expected in EXPECTED.items():
            assert found(ledger, says(said)) == [expected[row] for _ in range(row in expected)], said
    finally:
        ledger.engine.dispose()


def test_what_is_pending_may_have_gone_only_if_it_was_due_while_the_lost_installation_ran(ledger: Ledger) -> None:
    assert found(ledger, says(Said.PENDING), stopped=False) == []
    assert found(ledger, says(Said.PENDING, timedelta(hours=1))) == [MAY_HAVE_GONE]
    assert found(ledger, says(Said.PENDING, timedelta(hours=2))) == []


def test_what_the_ledger_knows_and_the_life_does_not_is_only_untold_unless_it_is_from_before_the_lifes_memory(ledger: Ledger) -> None:
    confirmed(ledger)
    rows: list[TouchRow] = ledger.of_customer("acme")
    assert [each.difference for each in differences({}, rows, BEGAN)] == [UNTOLD]
    assert differences({}, rows, AT + timedelta(seconds=1)) == []


def mend(ledger: Ledger, said: Said) -> list[Differs]:
    differing = differences(says(said), ledger.of_customer("acme"), BEGAN, STOPPED)
    return LedgerMending(ledger.engine).take_over(differing, ledger.clock())


@pytest.mark.parametrize("row", ["nothing", "missed", "released", "unknown"])
def test_what_was_forgotten_is_written_down_and_is_the_answer_from_then_on(ledger: Ledger, row: str) -> None:
    ROWS[row](ledger)
    assert len(mend(ledger, Said.SENT)) == 1
    answer = ledger.reserve(TOUCH)
    assert isinstance(answer, Receipt) and answer.answer is Answer.DONE
    assert found(ledger, says(Said.SENT)) == []
    assert mend(ledger, Said.SENT) == []
    assert ledger.sent_twice() == 0


def test_what_may_have_gone_out_is_parked_as_unknown_and_a_person_says_what_became_of_it(ledger: Ledger) -> None:
    assert len(mend(ledger, Said.PENDING)) == 1
    answer = ledger.reserve(TOUCH)
    assert isinstance(answer, Receipt) and answer.answer is Answer.UNKNOWN
    assert answer.why.startswith("it may have gone out before")
    assert ledger.unknown()[TOUCH.kind] == 1
    Resolutions(ledger.engine).resolve(ResolveTouch(key=KEY, resolution=Resolution.SENT, by="Kim Lee"))
    assert ledger.counts("acme") == {"email": {"sent": 1}}


def test_what_an_attempt_holds_is_left_alone_until_its_lease_is_over(ledger: Ledger) -> None:
    acting(ledger)
    assert mend(ledger, Said.PENDING) == []
    assert len(mend(after(ledger, PAST_LEASE), Said.PENDING)) == 1


def test_what_waits_for_a_hold_is_listed_with_it_still_so_that_its_life_is_told(ledger: Ledger) -> None:
    from activities.ledger.failures import Held

    holds = Holds(ledger.engine)
    hold, _ = holds.place(Selection(), "Kim Lee", "restored", AT)
    with pytest.raises(Held):
        ledger.mark_acting(claimed(ledger))
    assert len(mend(ledger, Said.PENDING)) == 1
    assert [touch.key for touch in holds.held(hold.number)] == [KEY]
    holds.release(hold.number, "Kim Lee", "", AT)
    holds.forget(hold.number, "acme")
    assert holds.held(hold.number) == []


def test_a_life_of_which_the_ledger_lacks_the_row_the_terms_or_an_offer_is_forgotten(ledger: Ledger) -> None:
    lives, known = Lives(ledger.engine), LivesKnown(ledger.engine)
    first = EarlierLives(lives=1, terms=1)
    assert known.forgot("acme", first)
    lives.recall(RecallLives(customer="acme", life="run-1"))
    assert not known.forgot("acme", first)
    assert known.forgot("acme", first.model_copy(update={"terms": 3}))
    assert known.forgot("acme", first.model_copy(update={"offers": ["early"]}))
    lives.remember(RememberLife(customer="acme", life="run-1", remains=EarlierLives(lives=1, terms=3, offers=["early"])))
    assert not known.forgot("acme", EarlierLives(lives=1, terms=3, offers=["early"]))


def test_every_customer_of_whom_the_ledger_has_something_is_named_with_its_newest_touch(ledger: Ledger) -> None:
    Lives(ledger.engine).recall(RecallLives(customer="nordwind", life="run-1"))
    ledger.record([record(Outcome.MISSED), record(Outcome.MISSED, days=2)])
    assert LivesKnown(ledger.engine).last_touches() == {"nordwind": None, "acme": AT + timedelta(days=2)}
