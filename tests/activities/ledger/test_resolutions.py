"""What persons say of unknown touches: the first word stands, told again it is answered alike, and another one is refused."""

import pytest

from activities.ledger.database.touch_table import TouchState
from activities.ledger.ledger import Ledger
from activities.ledger.resolutions import Resolutions, Resolved, ResolveTouch, Standing
from lifecycle.domain.enums import Outcome, Resolution, TouchKind
from lifecycle.domain.touch import Answer, Receipt
from tests.activities.building import AT, a_task, a_touch
from tests.activities.ledger.claims import TOUCH, acting, claimed, confirmed

SENT, NOT_SENT, AGAIN = Resolution


def unknown(ledger: Ledger) -> None:
    ledger.settle(acting(ledger), Receipt(key=TOUCH.key, answer=Answer.UNKNOWN))


def said(ledger: Ledger, resolution: Resolution, by: str = "Kim Lee", key: str = TOUCH.key, not_again: str = "") -> Resolved:
    return Resolutions(ledger.engine).resolve(ResolveTouch(key=key, resolution=resolution, by=by, not_again=not_again))


@pytest.mark.parametrize(
    ("resolution", "state", "outcome", "reason", "acted"),
    [
        (SENT, TouchState.CONFIRMED, Outcome.SENT, "sent, says Kim Lee", 1),
        (NOT_SENT, TouchState.REFUSED, Outcome.FAILED, "not sent, says Kim Lee", 0),
        (AGAIN, TouchState.RELEASED, None, "not sent, and to be done again, says Kim Lee", 0),
    ],
)
def test_a_word_is_kept_with_who_said_it(
    ledger: Ledger, resolution: Resolution, state: TouchState, outcome: Outcome | None, reason: str, acted: int
) -> None:
    unknown(ledger)
    assert said(ledger, resolution) == Resolved(Standing.RESOLVED, "Kim Lee")
    row = ledger.row(TOUCH.key)
    assert row is not None
    assert (row.state, row.outcome, row.reason, row.acted) == (state, outcome, reason, acted)
    assert (row.resolution, row.resolved_by) == (resolution, "Kim Lee")


def test_what_was_sent_answers_whoever_asks_for_it_and_what_was_not_is_refused(ledger: Ledger) -> None:
    unknown(ledger)
    said(ledger, SENT)
    assert ledger.reserve(TOUCH) == Receipt(key=TOUCH.key, answer=Answer.DONE, why="sent, says Kim Lee")
    other = a_task()
    ledger.settle(acting(ledger, other), Receipt(key=other.key, answer=Answer.UNKNOWN))
    said(ledger, NOT_SENT, key=other.key)
    assert ledger.reserve(other) == Receipt(key=other.key, answer=Answer.REFUSED, why="not sent, says Kim Lee")


def test_what_is_to_be_done_again_is_free_and_nothing_of_the_first_asking_is_kept(ledger: Ledger) -> None:
    unknown(ledger)
    said(ledger, AGAIN)
    claim = claimed(ledger)
    assert not claim.interrupted
    assert claim.request is None


@pytest.mark.parametrize("resolution", Resolution)
def test_the_same_word_again_is_answered_with_who_said_it_first(ledger: Ledger, resolution: Resolution) -> None:
    unknown(ledger)
    said(ledger, resolution)
    assert said(ledger, resolution, by="Ada") == Resolved(Standing.ALREADY, "Kim Lee")


@pytest.mark.parametrize(("first", "then"), [(one, other) for one in Resolution for other in Resolution if one is not other])
def test_another_word_is_refused_and_changes_nothing(ledger: Ledger, first: Resolution, then: Resolution) -> None:
    unknown(ledger)
    said(ledger, first)
    before = ledger.row(TOUCH.key)
    refused = said(ledger, then, by="Ada")
    assert refused.standing is Standing.REFUSED
    assert refused.why.startswith(f"{TOUCH.key} was resolved before, as {'sent' if first is SENT else 'not sent'}")
    assert refused.why.endswith("by Kim Lee; the first word stands")
    assert ledger.row(TOUCH.key) == before


def test_a_touch_that_was_done_again_and_is_unknown_again_takes_another_word(ledger: Ledger) -> None:
    unknown(ledger)
    said(ledger, AGAIN)
    unknown(ledger)
    assert said(ledger, SENT, by="Ada") == Resolved(Standing.RESOLVED, "Ada")


def test_what_cannot_be_done_again_stays_unknown_and_its_reason_is_the_answer(ledger: Ledger) -> None:
    unknown(ledger)
    assert said(ledger, AGAIN, not_again="its play has ended") == Resolved(Standing.REFUSED, why="its play has ended")
    assert said(ledger, NOT_SENT, not_again="its play has ended").standing is Standing.RESOLVED


@pytest.mark.parametrize(
    ("far", "resolution", "standing", "why"),
    [
        ("sent", SENT, Standing.ALREADY, ""),
        ("sent", NOT_SENT, Standing.REFUSED, f"{TOUCH.key} is not unknown: it is sent"),
        ("failed", SENT, Standing.REFUSED, f"{TOUCH.key} is not unknown: it is failed"),
        ("under way", AGAIN, Standing.REFUSED, f"{TOUCH.key} is not unknown: it is still being tried"),
    ],
)
def test_of_what_is_known_there_is_nothing_to_say(ledger: Ledger, far: str, resolution: Resolution, standing: Standing, why: str) -> None:
    match far:
        case "sent":
            confirmed(ledger)
        case "failed":
            ledger.settle(claimed(ledger), Receipt(key=TOUCH.key, answer=Answer.REFUSED))
        case _:
            acting(ledger)
    answer = said(ledger, resolution)
    assert (answer.standing, answer.why) == (standing, why)


def test_of_a_touch_that_the_ledger_does_not_have_nothing_is_taken(ledger: Ledger) -> None:
    refused = said(ledger, SENT, key="acme/1/nothing/1/email")
    assert refused.why == "the ledger has no touch acme/1/nothing/1/email; 'starter.py touches --unknown' lists the unknown ones"
    assert ledger.row("acme/1/nothing/1/email") is None


def test_the_unknown_are_listed_and_counted_until_somebody_has_spoken(ledger: Ledger) -> None:
    confirmed(ledger, a_task())
    unknown(ledger)
    assert [row.key for row in ledger.newest(10, outcome=Outcome.UNKNOWN)] == [TOUCH.key]
    assert {kind: number for kind, number in ledger.unknown().items() if number} == {TouchKind.EMAIL: 1}
    said(ledger, SENT)
    assert ledger.newest(10, outcome=Outcome.UNKNOWN) == []
    assert set(ledger.unknown()) == set(TouchKind)
    assert set(ledger.unknown().values()) == {0}


def test_the_list_has_the_newest_touches_of_a_customer_oldest_first(ledger: Ledger) -> None:
    for day in range(4):
        confirmed(ledger, a_touch(f"acme/1/p/{day}/email", at=AT.replace(day=3 + day)))
        confirmed(ledger, a_touch(f"other/1/p/{day}/email", at=AT.replace(day=3 + day), customer="other"))
    assert [row.key for row in ledger.newest(2, customer="acme")] == ["acme/1/p/2/email", "acme/1/p/3/email"]
    assert len(ledger.newest(100)) == 8
