"""Late is not silent: what a late start has missed in its stage is one task to the owner, and 'run-now' may still send it, once."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from lifecycle.domain.enums import Category, Outcome, Tier, TouchKind
from lifecycle.domain.holds import Hold, Selection
from lifecycle.domain.touch import CATCH_UP, Answer, Receipt, Touch
from lifecycle.explain.simulator import Simulation
from lifecycle.explain.status import status_of
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import EntryKind
from tests.lifecycle.building import (
    STRICT_POLICY,
    Raw,
    a_contact,
    a_customer,
    a_play,
    a_playbook,
    amended,
    an_event,
    churned,
    email,
    live,
    living,
    moment,
    task,
    touched,
    unsent,
    won_back,
)
from tests.lifecycle.calls import no_play, pause, resume, run_now, state

MILESTONES: Raw = {"imported": {"kind": "customer", "due": "10d"}, "agreed": {"kind": "customer", "due": "20d"}}
PLAYS: Raw = {
    "hello": a_play(email(), at={"day": 0}, about="Says hello on the first day."),
    "import": a_play(task(), overdue="imported", about="A step is overdue."),
    "agree": a_play(task(), overdue="agreed"),
    "month": a_play(email(), at={"day": 30}, about="A month in, what has it changed?"),
    "large": a_play(email(), at={"day": 40}, if_='tier == "B"'),
    "done": a_play(email(), at={"day": 50}, until='milestones["imported"].done'),
    "last": a_play(email(), at={"day": 80}, about="Near its end."),
    "weekly": a_play(task(), every="1w"),
    "late": a_play(email(), at={"day": 88}),
}
DAY_82 = "2026-05-23"
"""Eight days before the end of an onboarding of ninety days that began on 2 March."""


def a_book(plays: Raw = PLAYS, *, catch_up: Any = None, **fields: Any) -> Playbook:
    book = a_playbook(onboarding=plays, milestones=MILESTONES, **fields)
    return book if catch_up is None else with_rule(book, catch_up)


def with_rule(book: Playbook, rule: Any) -> Playbook:
    document = book.model_dump(mode="json", by_alias=True, exclude_none=True)
    document["stages"]["onboarding"]["catch_up"] = rule
    return Playbook.model_validate(document)


def lists(life: Simulation) -> list[Touch]:
    return [touch for touch in life.touches if touch.play == CATCH_UP]


def late(book: Playbook | None = None, day: str = DAY_82, clock: str = "10:00", **fields: Any) -> Simulation:
    return living(book or a_book(), a_customer(**fields), moment(day, clock))


def told(life: Simulation) -> dict[str, Any]:
    [listed] = lists(life)
    return dict(listed.values[CATCH_UP])


def test_what_a_tier_a_customer_eight_days_before_the_end_has_missed_is_one_task_that_lists_it() -> None:
    life = late()
    life.advance(moment("2026-07-01"))

    [listed] = lists(life)
    assert (listed.key, listed.kind, listed.owner, listed.at) == ("acme/1/catch_up/1/list", TouchKind.TASK, "csm", moment(DAY_82, "10:00"))
    assert listed.deadline == moment("2026-05-27", "23:59")  # two business days from a Saturday, with Whit Monday between
    assert listed.text.splitlines() == [
        "Acme came in on day 82 of onboarding, too late for 5 plays. "
        "Do what still makes sense, or have one sent by 'starter.py run-now acme PLAY':",
        "- Says hello on the first day. (hello, due 2026-03-02)",
        "- A step is overdue. (import, for imported, due 2026-03-13)",
        "- agree (agree, for agreed, due 2026-03-23)",
        "- A month in, what has it changed? (month, due 2026-04-01)",
        "- done (done, due 2026-04-21)",
    ]
    assert told(life) == {
        "hello": "2026-03-02", "import/imported": "2026-03-13", "agree/agreed": "2026-03-23", "month": "2026-04-01", "done": "2026-04-21",
    }  # fmt: skip
    assert touched(life)[:4] == [
        f"{DAY_82} 10:00 last/1/email-note",
        f"{DAY_82} 10:00 catch_up/1/list",
        "2026-05-25 09:00 weekly/12/task",
        "2026-05-29 09:00 late/1/email-note",
    ]


def test_the_timeline_says_that_it_was_told() -> None:
    [line] = [entry for entry in state(late()).timeline if entry.key.endswith("/list")]
    assert (line.kind, line.what, line.outcome, line.to, line.subject) == (
        EntryKind.TOUCH, "task catch_up", Outcome.SENT, "csm", "5 plays missed by the late start",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "is_told"),
    [
        pytest.param("2026-03-02", False, id="on its first day"),
        pytest.param("2026-03-05", False, id="inside the window of what was due"),
        pytest.param("2026-03-06", True, id="a day outside"),
        pytest.param("2026-06-03", False, id="in the next stage, which has begun only now"),
    ],
)
def test_only_what_this_stage_has_missed_is_told(day: str, is_told: bool) -> None:
    life = late(day=day, clock="08:00")
    life.advance(moment("2026-07-01"))
    assert bool(lists(life)) is is_told


def test_what_was_reached_before_its_play_was_due_is_not_listed() -> None:
    life = living(a_book(), a_customer(past={"milestones": {"imported": date(2026, 3, 4)}}), moment(DAY_82))
    assert told(life).keys() == {"hello", "agree/agreed", "month"}


@pytest.mark.parametrize(
    ("rule", "owner", "deadline"),
    [
        pytest.param(True, "csm", moment("2026-05-27", "23:59"), id="on"),
        pytest.param({"owner": "cs-manager"}, "cs-manager", moment("2026-05-27", "23:59"), id="to another role"),
        pytest.param({"due": "7d"}, "csm", moment("2026-05-30", "10:00"), id="by another day"),
    ],
)
def test_a_stage_says_who_is_told_and_how_soon_it_is_to_be_seen_to(rule: Any, owner: str, deadline: datetime) -> None:
    [listed] = lists(late(a_book(catch_up=rule)))
    assert (listed.owner, listed.deadline) == (owner, deadline)


def test_a_stage_that_wants_no_list_makes_none_also_when_its_playbook_was_stored() -> None:
    book = a_book(catch_up=False)
    stored = Playbook.model_validate_json(book.model_dump_json(by_alias=True, exclude_none=True))
    assert stored.stages == book.stages
    life = late(stored)
    assert (lists(life), state(life).timeline[-1].what) == ([], "email note")
    assert [missed.play for missed in status_of(life.session, life.now).missed][:2] == ["hello", "import"]


def test_a_playbook_that_says_nothing_is_stored_as_builds_before_read_it() -> None:
    assert "catch_up" not in a_book().model_dump_json() and "catch_up" not in a_book(catch_up=True).model_dump_json()


# ---- rhythms


def test_of_a_rhythm_that_comes_again_in_the_stage_nothing_is_lost_and_of_one_that_does_not_the_last_beat_is() -> None:
    plays = {"monthly": a_play(task(), every="30d", within="1d"), "rare": a_play(task(), every="70d", within="1d")}
    assert lists(late(a_book({"monthly": plays["monthly"]}), day="2026-04-20")) == []
    life = late(a_book(plays))
    assert told(life) == {"monthly": "2026-05-01", "rare": "2026-05-11"}
    assert [entry.what for entry in state(late(a_book({"monthly": plays["monthly"]}), day="2026-04-20")).timeline][-1] == "onboarding"


# ---- when it goes


def test_it_waits_for_the_hours_of_whoever_is_told_with_its_reason() -> None:
    life = late(a_book({"hello": PLAYS["hello"]}, rest={"contact_policy": STRICT_POLICY | {"jitter": "0s"}}), clock="20:00")  # a Saturday
    status = status_of(life.session, life.now)
    assert (status.wakes_at, status.wakes_because) == (moment("2026-05-26"), "the owner is told what the late start has missed")
    life.advance(moment("2026-06-20"))
    assert [touch.at for touch in lists(life)] == [moment("2026-05-26")]


def test_what_is_done_before_it_goes_is_not_listed_any_more() -> None:
    book = a_book(rest={"contact_policy": STRICT_POLICY | {"jitter": "0s"}})
    life = late(book, clock="20:00")
    live(life, moment("2026-05-27"), an_event("milestone.reached", moment("2026-05-24"), milestone="imported"))
    assert told(life).keys() == {"hello", "agree/agreed", "month"}


def test_where_nothing_is_left_to_tell_that_stands_in_the_timeline() -> None:
    book = a_book({"done": PLAYS["done"]}, rest={"contact_policy": STRICT_POLICY | {"jitter": "0s"}})
    life = late(book, clock="20:00")
    live(life, moment("2026-05-27"), an_event("milestone.reached", moment("2026-05-24"), milestone="imported"))
    assert lists(life) == []
    assert unsent(life)[-1] == "2026-05-26 09:00 skipped catch_up/1/*: nothing of what the late start has missed is still wanted"


def test_a_pause_holds_it_and_nobody_wakes_for_it_meanwhile() -> None:
    life = late(a_book(rest={"contact_policy": STRICT_POLICY | {"jitter": "0s"}}), clock="20:00")
    pause(life, life.now, "merger talks")
    life.look_again()
    life.advance(moment("2026-05-27", "12:00"))
    assert lists(life) == [] and not any("missed" in wake.why for wake in life.wakes)
    resume(life, life.now)
    life.look_again()
    assert [touch.at for touch in lists(life)] == [moment("2026-05-27", "12:00")]


def test_a_hold_keeps_it_until_its_release() -> None:
    hold = Hold(
        number=1, selection=Selection(play=CATCH_UP), by="Kim Lee", why="not yet", since=moment("2026-03-01"), until=moment("2026-05-24")
    )
    life = Simulation(a_customer(), a_book({"hello": PLAYS["hello"]}), moment(DAY_82), holds=[hold])
    told = "the owner is told what the late start has missed: held by Kim Lee, because not yet"
    assert status_of(life.session, life.now).wakes_because == told
    life.advance(moment("2026-05-28"))
    assert [touch.at for touch in lists(life)] == [moment("2026-05-24")]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(Answer.REFUSED, "failed"), (Answer.RETRY, "failed"), (Answer.UNKNOWN, None)],
    ids=lambda value: str(value),
)
def test_it_is_not_asked_for_without_end(answer: Answer, outcome: str | None) -> None:
    def perform(touch: Touch, at: datetime) -> Receipt:
        return Receipt(key=touch.key, answer=answer if touch.play == CATCH_UP else Answer.DONE, why="no")

    life = Simulation(a_customer(end=date(2031, 3, 2)), a_book(days={"onboarding": 360}), moment(DAY_82), perform=perform)
    life.advance(moment("2026-07-15"))
    given_up = [line for line in unsent(life, Outcome.FAILED) if "catch_up" in line]
    assert len(given_up) == (1 if outcome else 0)
    assert life.life.plays.catch_up is None
    assert {touch.key for touch in lists(life)} == {"acme/1/catch_up/1/list"}
    if answer is Answer.RETRY:
        assert lists(life)[-1].at - lists(life)[0].at <= timedelta(days=7)


def test_what_ends_the_stage_ends_it() -> None:
    life = late(a_book({"hello": PLAYS["hello"]}, rest={"contact_policy": STRICT_POLICY | {"jitter": "0s"}}), clock="20:00")
    live(life, moment("2026-06-20"), churned(moment("2026-05-24")))
    assert lists(life) == []
    assert unsent(life, Outcome.CANCELLED) == [
        "2026-05-24 09:00 cancelled catch_up/1/*: the stage onboarding ended before anybody was told what a late start had missed in it"
    ]
    assert life.life.plays.missed == []


# ---- who is late, and who is not


def test_who_comes_back_too_late_for_a_stage_s_first_days_is_late_again() -> None:
    plays = {"back": a_play(task(), at={"day": 1}, within="2d")}
    book = a_playbook(onboarding={}, growth=plays, win_back={})
    life = living(book)
    live(life, moment("2027-03-01"), churned(moment("2026-07-01")), won_back(moment("2026-09-01"), start="2026-07-15"))
    assert [touch.key for touch in lists(life)] == ["acme/2/catch_up/4/list"]


def test_an_outage_an_edit_and_a_shorter_contract_make_no_list() -> None:
    book = a_book()
    out = living(book)
    out.now = moment("2026-05-23")
    out.look_again()
    assert lists(out) == [] and [missed.late for missed in out.life.plays.missed] == [False] * len(out.life.plays.missed)
    shorter = living(a_playbook(growth={}, renewal={"early": a_play(task(), at={"day": 1})}))
    live(shorter, moment("2026-09-01"), amended(moment("2026-08-01"), date(2026, 10, 1)))
    assert lists(shorter) == []


def test_a_life_of_a_build_before_this_rule_goes_on_without_a_list() -> None:
    book = a_book(rest={"contact_policy": STRICT_POLICY | {"jitter": "0s"}})

    def of_before(life: Lifecycle) -> Lifecycle:
        document = life.model_dump(mode="json")
        document["progress"].pop("late_since", None)
        document["plays"].pop("catch_up", None)
        document["plays"].pop("missed", None)
        return Lifecycle.model_validate(document)

    life = living(book, a_customer(), moment(DAY_82, "20:00"), after_each=of_before)
    life.advance(moment("2026-07-01"))
    assert lists(life) == []


def test_who_comes_by_a_file_makes_no_task_and_says_where_it_is_told() -> None:
    life = Simulation(a_customer(), a_book(), moment(DAY_82), listed=True)
    life.advance(moment("2026-06-20"))
    assert lists(life) == []
    [line] = [entry for entry in state(life).timeline if entry.what == CATCH_UP]
    assert line.why == "5 plays missed by the late start: they stand on the list that the customer's file makes for its owner"


# ---- run now


def test_run_now_sends_a_missed_play_once_under_the_key_that_it_had() -> None:
    life = late()
    said = run_now(life, "hello", moment("2026-05-24"), "better late", "Kim Lee")
    life.advance(moment("2026-05-24"))
    life.look_again()

    assert said == "play 'hello', missed on 2026-03-02 08:00 UTC, starts now"
    assert [touch.key for touch in life.touches if touch.play == "hello"] == ["acme/1/hello/1/email-note"]
    [line] = [entry for entry in state(life).timeline if entry.kind is EntryKind.OPERATOR]
    assert (line.what, line.by) == ("run now: hello", "Kim Lee")
    assert line.why == "it was missed, and had been due Mon 02 Mar 2026 09:00: better late"
    again = "play 'hello' has gone out already in this stage of acme, and nothing more of it is planned"
    assert no_play(life, "hello", running_will_do=False) == again
    assert "hello" not in [missed.play for missed in status_of(life.session, life.now).missed]


def test_a_missed_play_that_is_sent_keeps_to_hours_and_opt_outs() -> None:
    life = late(a_book(rest={"contact_policy": STRICT_POLICY | {"jitter": "0s"}}), clock="20:00")
    run_now(life, "month", life.now)
    life.look_again()
    life.advance(moment("2026-05-27"))
    assert [touch.at for touch in life.touches if touch.play == "month"] == [moment("2026-05-26")]

    out = living(a_book(), a_customer(contacts=[a_contact().model_copy(update={"opted_out": [Category.SUCCESS]})]), moment(DAY_82))
    run_now(out, "hello", out.now)
    out.look_again()
    assert "opted out" in unsent(out)[-1]


def test_what_is_sent_before_the_list_goes_does_not_stand_on_it() -> None:
    life = late(a_book(rest={"contact_policy": STRICT_POLICY | {"jitter": "0s"}}), clock="20:00")
    run_now(life, "import", life.now)
    life.look_again()
    life.advance(moment("2026-05-27"))
    assert told(life).keys() == {"hello", "agree/agreed", "month", "done"}


@pytest.mark.parametrize(
    ("play", "events", "until", "sentence"),
    [
        pytest.param(
            "done", [an_event("milestone.reached", moment("2026-05-24"), milestone="imported")], "2026-05-25",
            "play 'done' was missed, and is not sent to acme any more: what it works towards is already so", id="what it works towards is so",
        ),
        pytest.param(
            "import", [an_event("milestone.reached", moment("2026-05-24"), milestone="imported")], "2026-05-25",
            "play 'import' was missed, and is not sent to acme any more: the milestone imported has been reached", id="its milestone is reached",
        ),
        pytest.param("hello", [], "2026-06-10", "acme is in growth, which has no play 'hello', only none at all", id="its stage is over"),
        pytest.param(
            "large", [], "2026-05-24", "play 'large' has nothing planned for acme; its trigger has not come, or it is done",
            id="its condition did not hold",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_made_up_for_is_refused_with_a_sentence(play: str, events: list[Any], until: str, sentence: str) -> None:
    life = live(late(), moment(until), *events)
    assert no_play(life, play, running_will_do=False) == sentence


def test_what_was_missed_after_a_moment_that_has_passed_cannot_be_sent() -> None:
    plays = {"remind": a_play(email(), at={"before": "2d", "of": "stage_end"}, within="1d")}
    life = living(a_playbook(renewal={"p": plays["remind"] | {"at": {"before_end": "5d"}}}), at=moment("2027-03-05"))
    [listed] = lists(life)
    assert listed.text.endswith("- p (p, due 2027-02-25, too late to send: it was to go before Tue 02 Mar 2027 00:00)")
    why = "it was to go before Tue 02 Mar 2027 00:00, which has passed"
    assert no_play(life, "p", running_will_do=False) == f"play 'p' was missed, and is not sent to acme any more: {why}"


def test_what_an_outage_has_made_miss_may_be_sent_too() -> None:
    life = living(a_book())
    life.now = moment("2026-04-20")
    life.look_again()
    assert run_now(life, "month", life.now) == "play 'month', missed on 2026-04-01 07:00 UTC, starts now"


def test_tier_b_is_told_of_what_is_its_own() -> None:
    assert "large" in told(late(tier=Tier.B))
