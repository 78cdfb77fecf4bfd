"""What the engine writes into the record: a line for each thing that happened, with what reports need to know of it."""

from typing import Any

import pytest

from lifecycle.domain.record import Fact
from lifecycle.explain.lookahead import foresee_next
from lifecycle.explain.record import row_of
from lifecycle.explain.simulator import Simulation, simulate
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook
from tests.lifecycle.building import (
    a_customer,
    a_play,
    a_playbook,
    an_event,
    cancelled,
    churned,
    email,
    live,
    moment,
    offer,
    opened,
    renewed,
    resolved,
    task,
)
from tests.lifecycle.calls import pause, resume

PLAYBOOK = a_playbook(
    onboarding={
        "call": a_play(task(due="2d", ladder=[{"after": "3d", "to": "head"}]) | {"id": "call"}, at={"day": 1}),
        "write": a_play(task("Write", due="1d") | {"id": "write"}, email(), at={"day": 1}, until="first_value"),
        "gift": a_play(offer(), at={"day": 3}),
    },
    growth={},
    renewal={},
    win_back={},
    milestones={"setup": {"kind": "customer", "due": "10d", "first_value": True}},
)


def lived(*events: Event, until: str = "2026-04-01", playbook: Playbook = PLAYBOOK) -> Simulation:
    customer = a_customer()
    return simulate(customer, playbook, events, moment("2026-03-02", "00:00"), moment(until))


def facts(life: Simulation, kind: str) -> list[tuple[str, dict[str, Any]]]:
    return [(fact.what, fact.data) for fact in life.facts if fact.kind == kind]


def told(type: str, day: str, clock: str = "09:00", **data: Any) -> Event:
    return an_event(type, moment(day, clock), **data)


def test_lines_are_numbered_without_a_gap_and_none_is_made_of_routine() -> None:
    life = lived(
        told("login", "2026-03-03"), told("feature.used", "2026-03-03", "10:00", feature="x"), told("note.added", "2026-03-04", text="x")
    )
    assert [fact.number for fact in life.facts] == list(range(1, len(life.facts) + 1))
    assert [fact.kind for fact in life.facts if "." in fact.kind and not fact.kind.startswith(("task", "milestone"))] == ["note.added"]


@pytest.mark.parametrize(
    ("event", "kind", "what", "data"),
    [
        (told("survey.answered", "2026-03-05", survey="nps", score=9, comment="good"), "survey.answered", "nps", {"score": 9, "comment": "good"}),
        (told("meeting.held", "2026-03-05", meeting="kickoff"), "meeting.held", "kickoff", {}),
        (told("contact.left", "2026-03-05", email="ana@acme.example"), "contact.left", "", {}),
        (told("milestone.reached", "2026-03-07", milestone="setup"), "milestone", "setup", {"days": 5, "late": False, "why": "told"}),
        (told("milestone.reached", "2026-03-20", milestone="setup"), "milestone", "setup", {"days": 18, "late": True, "why": "told"}),
        (
            renewed(moment("2026-03-20"), annual_value=500.0), "renewed", "2",
            {"reason": "value", "amount": 500.0, "offers": "discount"},
        ),
        (churned(moment("2026-03-20")), "lost", "1", {"kind": "choice", "reason": "price", "offers": "discount"}),
        (cancelled(moment("2026-03-20"), end="2026-12-31"), "contract.cancelled", "", {"reason": "price", "end": "2026-12-31"}),
    ],
)  # fmt: skip
def test_an_event_has_its_line(event: Event, kind: str, what: str, data: dict[str, Any]) -> None:
    [(about, said)] = facts(lived(event), kind)
    assert about == what
    assert data.items() <= (said | {"why": "told"} if "why" in data else said).items()
    assert not any("@" in str(value) for value in said.values())


AT_WORK = {"contact_policy": {"hours": {"opens": "09:00", "closes": "18:00", "business_days": True}, "jitter": "0m"}}


def answered(day: str, clock: str, **data: Any) -> Event:
    return told("ticket.answered", day, clock, ticket="T-1", **data)


@pytest.mark.parametrize(
    ("events", "answers", "said"),
    [
        pytest.param([], [], {"hours": 71.0, "fix": 8.0}, id="never answered, as far as is told"),
        pytest.param(
            [answered("2026-03-06", "17:30")], [{"response": 0.5}], {"hours": 71.0, "response": 0.5, "fix": 8.0}, id="answered at once"
        ),
        pytest.param(
            [answered("2026-03-09", "10:00", team="second")], [{"response": 2.0, "team": "second"}],
            {"hours": 71.0, "response": 2.0, "fix": 8.0}, id="answered after a weekend, in which nobody works",
        ),
        pytest.param(
            [answered("2026-03-09", "10:00"), answered("2026-03-09", "11:00")], [{"response": 2.0}],
            {"hours": 71.0, "response": 2.0, "fix": 8.0}, id="the first answer counts",
        ),
        pytest.param(
            [answered("2026-03-06", "16:00")], [{}], {"hours": 71.0, "fix": 8.0}, id="an answer of before it was opened is of another opening",
        ),
        pytest.param(
            [answered("2026-03-16", "09:00")], [{}], {"hours": 71.0, "fix": 8.0}, id="an answer after it was resolved",
        ),
    ],
)  # fmt: skip
def test_a_ticket_says_in_working_hours_of_ours_when_it_was_first_answered_and_how_long_it_was_open(
    events: list[Event], answers: list[dict[str, Any]], said: dict[str, Any]
) -> None:
    playbook = a_playbook(onboarding={}, growth={}, rest=AT_WORK)
    life = lived(
        opened("2026-03-06", "T-1", "17:00", level=1), *events, resolved("2026-03-09", "T-1", clock="16:00"), resolved("2026-03-06", "T-2"),
        playbook=playbook,
    )  # fmt: skip
    assert sorted(facts(life, "ticket.resolved")) == [("T-1", {"level": 1, **said}), ("T-2", {})]
    assert [told for _, told in facts(life, "ticket.answered")] == [({"level": 1} if "response" in told else {}) | told for told in answers]


def test_an_answer_counts_for_the_opening_that_it_came_after() -> None:
    playbook = a_playbook(onboarding={}, growth={}, rest=AT_WORK)
    life = lived(
        opened("2026-03-09", "T-1", "09:00"), answered("2026-03-09", "10:00"), resolved("2026-03-09", "T-1", "11:00"),
        opened("2026-03-10", "T-1", "09:00"), answered("2026-03-10", "12:00"), resolved("2026-03-10", "T-1", "13:00"),
        opened("2026-03-11", "T-1", "09:00"), resolved("2026-03-11", "T-1", "10:00"),
        playbook=playbook,
    )  # fmt: skip
    assert [(said.get("response"), said["fix"]) for _, said in facts(life, "ticket.resolved")] == [(1.0, 2.0), (3.0, 4.0), (None, 1.0)]


def test_an_earlier_answer_that_is_told_later_is_the_first() -> None:
    playbook = a_playbook(onboarding={}, growth={}, rest=AT_WORK)
    late = Event(
        id="late", type="ticket.answered", at=moment("2026-03-09", "12:30"), happened=moment("2026-03-09", "09:30"), data={"ticket": "T-1"}
    )
    life = lived(
        opened("2026-03-09", "T-1"), answered("2026-03-09", "12:00"), late, resolved("2026-03-09", "T-1", "13:00"), playbook=playbook
    )
    assert [said["response"] for _, said in facts(life, "ticket.answered")] == [3.0, 0.5]
    assert [said["response"] for _, said in facts(life, "ticket.resolved")] == [0.5]


def test_a_week_of_usage_is_written_when_another_begins_as_the_mean_of_its_reports() -> None:
    usage = [
        told("usage.reported", day, count=count, days=1) for day, count in (("2026-03-03", 10), ("2026-03-05", 20), ("2026-03-10", 30))
    ]
    assert facts(lived(*usage), "usage") == [("2026-W10", {"rate": 15.0, "reports": 2})]


def test_a_task_is_done_so_many_working_hours_late() -> None:
    at_work = {"contact_policy": {"hours": {"opens": "09:00", "closes": "18:00"}, "jitter": "0m"}}
    playbook = a_playbook(onboarding={"call": a_play(task(due="2d") | {"id": "call"}, at={"day": 1})}, rest=at_work)
    life = lived(told("task.done", "2026-03-06", "11:30", task="call", by="Kim", note="nobody there"), playbook=playbook)
    [(_, said)] = facts(life, "task.done")
    assert said == {"task": "acme/1/call/1/call", "late": 11.5, "note": "nobody there"}
    [fact] = [fact for fact in life.facts if fact.kind == "task.done"]
    assert (fact.by, fact.urgent) == ("Kim", True)


def test_a_task_that_is_done_in_time_is_not_late_and_one_that_nobody_asked_for_has_a_line_of_no_task() -> None:
    life = lived(told("task.done", "2026-03-04", task="call"), told("task.done", "2026-03-04", task="dance"))
    assert facts(life, "task.done") == [("call", {"task": "acme/1/call/1/call", "late": 0.0}), ("dance", {})]


def test_what_is_pointless_when_its_play_ends_is_dropped_and_what_is_open_is_counted() -> None:
    life = lived(told("task.snoozed", "2026-03-04", task="call", hours=48), until="2026-03-05")
    assert facts(life, "task.snoozed") == [("call", {"task": "acme/1/call/1/call", "until": "2026-03-06T08:00:00+00:00"})]
    assert row_of(life.life, life.now).open_tasks == 2
    left = lived(churned(moment("2026-03-05")), until="2026-03-05")
    assert [said["task"] for _, said in facts(left, "task.dropped")] == ["acme/1/call/1/call"]


def test_answers_are_unread_until_one_of_ours_does_something() -> None:
    life = lived(
        told("survey.answered", "2026-03-05", survey="nps", score=9),
        told("offer.declined", "2026-03-06", offer="discount"),
        until="2026-03-07",
    )
    assert life.life.record.unread == 2
    live(life, moment("2026-03-09"), told("note.added", "2026-03-08", text="called them"))
    assert life.life.record.unread == 0


def test_what_operators_do_is_written_with_why_and_by_whom_at_once() -> None:
    life = lived(until="2026-03-05")
    pause(life, life.now, "they move house", "Kim")
    assert row_of(life.life, life.now).stopped == "paused by Kim: they move house"
    resume(life, life.now, "they are back", "Lee")
    deeds: list[Fact] = [fact for fact in life.life.record.waiting if fact.kind == "operator"]
    assert [(fact.what, fact.by, fact.data, fact.urgent) for fact in deeds] == [
        ("paused", "Kim", {"why": "they move house"}, True), ("resumed", "Lee", {"why": "they are back"}, True),
    ]  # fmt: skip


def test_a_stage_says_how_long_the_one_before_was_and_whether_its_exit_test_was_met() -> None:
    stages = facts(lived(until="2026-07-01"), "stage")
    assert [(what, said["from"], said["days"], said["met"]) for what, said in stages] == [("growth", "onboarding", 90, True)]


def test_the_line_of_the_beginning_says_since_when_somebody_is_a_customer() -> None:
    [(stage, said)] = facts(lived(), "enrolled")
    assert (stage, said["term"], said["start"]) == ("onboarding", 1, "2026-03-02")


def test_the_line_of_a_milestone_says_whether_it_is_the_first_value() -> None:
    playbook = a_playbook(
        onboarding={},
        growth={},
        milestones={"setup": {"kind": "customer", "due": "10d"}, "useful": {"kind": "customer", "due": "20d", "first_value": True}},
    )
    events = [told("milestone.reached", "2026-03-07", milestone="setup"), told("milestone.reached", "2026-03-08", milestone="useful")]
    reached = facts(lived(*events, playbook=playbook), "milestone")
    assert [(name, said.get("first_value")) for name, said in reached] == [("setup", None), ("useful", True)]


def test_the_row_says_what_is_next_and_to_whom_it_goes() -> None:
    life = lived(until="2026-03-02")
    expected = {"2026-03-02": ("call", "task", "kim@us.example"), "2026-03-04": ("gift", "offer", "")}
    for day, following in expected.items():
        live(life, moment(day, "00:30"))
        row = row_of(life.life, life.now, foresee_next(life.session, life.now))
        assert (row.next_play, row.next_kind, row.next_to) == following


def test_the_ledger_is_told_to_whom_it_would_have_gone_what_was_suppressed() -> None:
    out = told("contact.opted_out", "2026-03-02", "10:00", email="ana@acme.example")
    playbook = a_playbook(onboarding={"write": a_play(email(category="offer"), at={"day": 1})})
    life = lived(out, playbook=playbook)
    assert [(record.outcome, record.to) for record in life.records] == [("suppressed", ["ana@acme.example"])]


def test_the_row_says_to_whom_of_the_customer_the_next_message_goes() -> None:
    life = lived(until="2026-03-02", playbook=a_playbook(onboarding={"write": a_play(email(), at={"day": 1})}))
    row = row_of(life.life, life.now, foresee_next(life.session, life.now))
    assert (row.next_play, row.next_kind, row.next_to) == ("write", "email", "ana@acme.example")
