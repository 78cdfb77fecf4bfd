"""Of customers whom one file brings in late each owner gets one list, under a key made of the file's content, the owner and the customers."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from lifecycle.domain.people.customer import Customer, Owner
from lifecycle.domain.touch import CATCH_UP, Touch
from lifecycle.explain.owner_lists import LONGEST, OwnerList, late_start, lists_of
from lifecycle.explain.rehearsal import ListSum, rehearse, sum_up
from tests.lifecycle.building import STRICT_POLICY, a_customer, a_play, a_playbook, email, moment, task

POLICY = STRICT_POLICY | {"jitter": "0s"}
PLAYS = {"hello": a_play(email(), at={"day": 0}, about="Says hello."), "call": a_play(task(), at={"day": 9})}
BOOK = a_playbook(onboarding=PLAYS, growth={"first": a_play(task(), at={"day": 0})}, rest={"contact_policy": POLICY})
NOW = moment("2026-03-20", "20:00")
"""A Friday evening."""

BO = Owner(name="Bo Berg", email="bo@us.example", timezone="America/New_York", country="US")


def a_late(id: str, **fields: Any) -> Customer:
    return a_customer(id=id, **fields)


def made(*customers: Customer, at: datetime = NOW, further: bool = False) -> list[OwnerList]:
    late = [found for each in customers if (found := late_start(each, BOOK, at)) is not None]
    return lists_of(late, BOOK, "customers.csv", "f00d", at, further=further)


def keys(lists: list[OwnerList]) -> list[str]:
    return [each.touch.key for each in lists]


def test_each_owner_has_one_list_that_goes_when_it_works() -> None:
    lists = made(a_late("a"), a_late("b", owner=BO), a_late("c"), a_late("in-time", start=moment("2026-03-20", "00:00").date()))
    assert [list(each.customers) for each in lists] == [["a", "c"], ["b"]]
    touches = [each.touch for each in lists]
    assert [touch.at for touch in touches] == [moment("2026-03-23"), moment("2026-03-20", "15:00", "America/New_York")]
    assert [(touch.owner, touch.play, touch.values["owner"]["email"]) for touch in touches] == [
        ("csm", CATCH_UP, "kim@us.example"),
        ("csm", CATCH_UP, "bo@us.example"),
    ]
    assert touches[0].text.splitlines() == [
        "2 customers of customers.csv came in too late for 4 plays. "
        "Do what still makes sense, or have one sent by 'starter.py run-now CUSTOMER PLAY':",
        "- Acme (a), day 18 of onboarding:",
        "  - Says hello. (hello, due 2026-03-02)",
        "  - call (call, due 2026-03-11)",
        "- Acme (c), day 18 of onboarding:",
        "  - Says hello. (hello, due 2026-03-02)",
        "  - call (call, due 2026-03-11)",
    ]
    assert touches[0].values[CATCH_UP] == {"a": "hello (2026-03-02), call (2026-03-11)", "c": "hello (2026-03-02), call (2026-03-11)"}


def test_the_same_content_owner_and_customers_are_the_same_key_whenever_it_is_asked_for() -> None:
    first, later = made(a_late("a"), a_late("b")), made(a_late("a"), a_late("b"), at=moment("2026-03-21"))
    assert keys(first) == keys(later) and first[0].touch.customer == later[0].touch.customer
    [fewer] = made(a_late("a"))
    assert (fewer.touch.customer, fewer.touch.key == first[0].touch.key) == (first[0].touch.customer, False)
    [further] = made(a_late("c"), further=True)
    assert further.touch.customer.startswith(f"{first[0].touch.customer}.")
    assert first[0].touch.customer.startswith("list:f00d.")


def test_owners_are_told_apart_by_their_addresses_however_those_are_written() -> None:
    written = Owner(name="Kim", email="Kim@US.example")
    assert len(made(a_late("a"), a_late("b", owner=written))) == 1


def test_of_more_than_a_list_has_room_for_the_number_is_told() -> None:
    found = late_start(a_late("a"), BOOK, NOW)
    assert found is not None
    late = [replace(found, customer=a_late(f"{number:0>60}")) for number in range(1500)]
    [listed] = lists_of(late, BOOK, "customers.csv", "f00d", NOW)
    assert len(listed.touch.text.encode()) < LONGEST + 1000
    shown = len(listed.touch.values[CATCH_UP])
    assert 500 < shown < 1500 == len(listed.customers)
    last = f"- and {1500 - shown} customers more: 'starter.py status CUSTOMER' says what each has missed"
    assert listed.touch.text.splitlines()[-1] == last


def test_a_rehearsal_says_who_would_be_told_and_shows_no_task_of_a_customer_s_own() -> None:
    lived = [rehearse(customer, BOOK, NOW, moment("2026-04-01")) for customer in (a_late("a"), a_late("b", owner=BO), a_late("c"))]
    assert sum_up(lived).lists == [ListSum(owner="Kim Lee", customers=2, plays=4), ListSum(owner="Bo Berg", customers=1, plays=2)]
    touches: list[Touch] = [touch for each in lived for touch in each.touches]
    assert [touch.key for touch in touches if touch.play == CATCH_UP] == []
    alone = rehearse(a_late("a"), BOOK, NOW, moment("2026-04-01"), listed=False)
    assert [touch.play for touch in alone.touches] == [CATCH_UP] and sum_up([alone]).lists == []
