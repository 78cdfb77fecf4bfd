"""What is told: when it counts, what a repeat is answered, which telling of a fact stands."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from lifecycle.domain.enums import Category, Role, Stage, Tier
from lifecycle.domain.model import Scalar
from lifecycle.domain.touch import Answer, Receipt
from lifecycle.engine import engine
from lifecycle.facts.events import Event
from lifecycle.playbook.program import compile_playbook
from lifecycle.state.life import IDS_KEPT, ROUTINE_IDS_KEPT, EntryKind
from tests.lifecycle.building import (
    a_customer,
    a_play,
    a_playbook,
    amended,
    an_event,
    changed,
    churned,
    email,
    live,
    living,
    moment,
    renewed,
    task,
    touched,
    wait_for,
    why_stages,
    won_back,
)

TICKET = {"ticket": a_play(task(), on="ticket.opened")}


def ticket(at: str, id: str = "", name: str = "T-1", **data: object) -> Event:
    return an_event("ticket.opened", moment(at, "10:00"), id=id, ticket=name, **data)  # type: ignore[arg-type]


# ---- known ids


def test_an_event_told_again_is_answered_as_before_and_changes_nothing() -> None:
    life = live(living(a_playbook(onboarding=TICKET)), moment("2026-03-05"), ticket("2026-03-04", "e-1"))
    before = life.life.model_dump_json()

    answer = life.tell(ticket("2026-03-04", "e-1"))[0]

    assert (answer.taken, answer.repeated, answer.why) == (True, True, "")
    assert life.life.model_dump_json() == before
    assert touched(life) == ["2026-03-04 10:00 ticket/1/task"]


def test_an_event_told_again_at_another_time_is_still_the_same_event() -> None:
    life = live(living(a_playbook(onboarding=TICKET)), moment("2026-03-06"), ticket("2026-03-04", "e-1"))

    assert life.tell(ticket("2026-03-05", "e-1"))[0].repeated
    assert len(life.touches) == 1


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(ticket("2026-03-05", "e-1", "T-2"), id="other fields"),
        pytest.param(an_event("login", moment("2026-03-05"), id="e-1"), id="another type"),
        pytest.param(an_event("ticket.opened", moment("2026-03-05"), id="e-1", happened=moment("2026-03-03"), ticket="T-1"), id="another happened"),
    ],
)  # fmt: skip
def test_the_same_id_with_other_content_is_refused_as_a_conflict(other: Event) -> None:
    life = live(living(a_playbook(onboarding=TICKET)), moment("2026-03-05"), ticket("2026-03-04", "e-1"))
    before = life.life.model_dump_json()

    answer = life.tell(other)[0]

    assert (answer.taken, answer.repeated) == (False, False)
    assert answer.why == "event id 'e-1' was told before with other content; give this event an id of its own"
    assert life.life.model_dump_json() == before


def test_known_ids_outlive_stages_and_terms() -> None:
    plays = {stage: {f"{stage}-ticket": a_play(task(), on="ticket.opened")} for stage in ("onboarding", "growth", "renewal")}
    life = live(
        living(a_playbook(**plays)),
        moment("2027-04-01"),
        ticket("2026-03-04", "e-1"),
        renewed(moment("2027-02-01"), "r-1"),
    )
    assert (life.life.stage, life.life.contract.term) == (Stage.GROWTH, 2)

    assert life.tell(ticket("2026-03-04", "e-1"))[0].repeated
    assert life.tell(renewed(moment("2027-02-01"), "r-1"))[0].repeated
    assert life.tell(ticket("2027-04-01", "e-1", "T-9"))[0].why.startswith("event id 'e-1' was told before with other content")
    assert (len(life.touches), life.life.contract.term) == (1, 2)


def test_a_bounded_number_of_ids_is_kept_the_newest() -> None:
    life = living(a_playbook())
    life.tell(*(an_event("order.placed", life.now, id=f"e-{number:04}", order="x") for number in range(IDS_KEPT + 5)))

    assert len(life.life.known) == IDS_KEPT
    assert next(iter(life.life.known)) == "e-0005"


def test_a_flood_of_routine_pushes_no_other_id_out() -> None:
    life = living(a_playbook())
    order = an_event("order.placed", life.now, id="order", order="x")
    life.tell(order)
    life.tell(*(an_event("login", life.now, id=f"e-{number:04}") for number in range(ROUTINE_IDS_KEPT + 5)))

    assert (len(life.life.known), len(life.life.known_routine)) == (1, ROUTINE_IDS_KEPT)
    assert life.tell(order)[0].repeated
    [other] = life.tell(an_event("login", life.now, id="order"))
    assert "other content" in other.why


def test_a_refused_event_uses_up_no_id() -> None:
    life = living(a_playbook())
    refused = life.tell(won_back(life.now, "e-1"))[0]
    assert not refused.taken

    assert life.tell(an_event("login", life.now, id="e-1"))[0].taken


# ---- when it was told


def test_an_event_told_for_later_waits_until_then() -> None:
    life = living(a_playbook(onboarding=TICKET), at=moment("2026-03-04", "09:30"))
    life.tell(ticket("2026-03-04"))
    assert touched(life) == []

    life.advance(moment("2026-03-05"))

    assert touched(life) == ["2026-03-04 10:00 ticket/1/task"]


def test_an_event_told_for_more_than_an_hour_ahead_is_refused() -> None:
    life = living(a_playbook(), at=moment("2026-03-04", "08:59"))

    answer = life.tell(ticket("2026-03-04", "e-1"))[0]

    assert (
        answer.why == "event 'e-1' is told for 2026-03-04 09:00 UTC, over an hour ahead of 2026-03-04 07:59; tell it when it has happened"
    )


def test_all_events_of_one_instant_are_applied_before_anything_is_decided() -> None:
    plays = {"hello": a_play(email(), at={"day": 2}, if_='segment == "gold" && tickets.open == 0')}
    at = moment("2026-03-04", "09:00")
    events = [
        an_event("ticket.opened", at, id="a", ticket="T-1"),
        an_event("ticket.resolved", at, id="b", ticket="T-1"),
        changed(at, "c", segment="gold"),
    ]

    life = live(living(a_playbook(onboarding=plays)), moment("2026-03-05"), *events)

    assert touched(life) == ["2026-03-04 09:00 hello/1/email-note"]


def test_events_of_one_instant_give_one_result_whatever_order_they_were_seen_in() -> None:
    at = moment("2026-04-01", "10:00")
    events = [
        changed(at, "a", tier="B"),
        changed(at, "b", tier="C"),
        an_event("ticket.opened", at, id="c", ticket="T-1"),
        an_event("ticket.resolved", at, id="d", ticket="T-1"),
    ]
    plays = {**TICKET, "low": a_play(task(), when='tier == "C"'), "open": a_play(task(), when="tickets.open > 0")}
    results = set()

    for order in permutations(events):
        life = live(living(a_playbook(onboarding=plays)), moment("2026-04-02"), *order)
        results.add((tuple(touched(life)), life.life.customer.tier, len(life.life.tickets)))

    assert results == {(("2026-04-01 10:00 low/1/task", "2026-04-01 10:00 ticket/1/task"), Tier.C, 0)}


def test_an_event_beside_a_churn_of_the_same_instant_still_counts_as_a_fact() -> None:
    at = moment("2026-04-01", "10:00")
    life = live(
        living(a_playbook(onboarding=TICKET)),
        moment("2026-04-02"),
        churned(at, id="a"),
        an_event("ticket.opened", at, id="b", ticket="T-1"),
    )

    assert life.life.tickets == {"T-1": 3}
    assert touched(life) == [], "the play that it would have started ended with its stage"


def test_the_event_that_begins_a_stage_starts_that_stage_s_plays() -> None:
    growth = {"thanks": a_play(email(), on="contract.renewed")}
    life = live(living(a_playbook(growth=growth)), moment("2027-02-02"), renewed(moment("2027-02-01", "10:00")))

    assert touched(life) == ["2027-02-01 10:00 thanks/1/email-note"]


def test_an_event_seen_late_counts_from_when_it_was_told() -> None:
    """The worker was away from 4 to 6 March: what was told then is taken in at its own moment."""
    program = compile_playbook(
        a_playbook(onboarding={"wait": a_play(wait_for("login", "3d"), task("Timed out"), at={"day": 0})}), Stage.ONBOARDING, Tier.A
    )
    life = engine.begin(a_customer(), "tested@v1", moment("2026-03-02", "00:00"))
    engine.decide(life, program, moment("2026-03-02"))
    engine.apply(life, program, an_event("ticket.opened", moment("2026-03-04", "10:00"), ticket="T-1"), moment("2026-03-06"))

    engine.decide(life, program, moment("2026-03-06"))

    opened = next(entry for entry in life.timeline if entry.kind is EntryKind.EVENT)
    assert opened.at == moment("2026-03-04", "10:00")


# ---- when it happened


@pytest.mark.parametrize(
    ("later_told", "shown"),
    [
        pytest.param({"segment": "silver"}, "segment", id="segment"),
        pytest.param({"tier": "B"}, "tier", id="tier"),
        pytest.param({"name": "Acme Holding"}, "name", id="name"),
        pytest.param({"timezone": "Asia/Tokyo"}, "timezone", id="time zone"),
        pytest.param({"country": "JP"}, "country", id="country"),
    ],
)
def test_of_two_tellings_of_one_fact_the_one_that_happened_later_stands(later_told: dict[str, str], shown: str) -> None:
    first = {"segment": "gold", "tier": "C", "name": "Acme SE", "timezone": "Europe/Paris", "country": "FR"}[shown]
    newer = an_event("customer.changed", moment("2026-03-04"), happened=moment("2026-03-03", "15:00"), **{shown: first})
    older = an_event("customer.changed", moment("2026-03-05"), happened=moment("2026-03-03", "11:00"), **later_told)

    life = live(living(a_playbook()), moment("2026-03-06"), newer, older)

    assert str(getattr(life.life.customer, shown)) == first


def happened(type: str, told: str, came: str, **data: Scalar) -> Event:
    return Event(id=f"{type} {told}", type=type, at=moment(told), happened=moment(came), data=data)


def test_a_ticket_resolved_before_it_was_reopened_stays_open_however_late_that_is_told() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("ticket.opened", "2026-03-06", "2026-03-05", ticket="T-1", level=1),
        happened("ticket.resolved", "2026-03-07", "2026-03-04", ticket="T-1"),
    )

    assert life.life.tickets == {"T-1": 1}


def test_a_survey_s_latest_answer_stands() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("survey.answered", "2026-03-06", "2026-03-05", survey="nps", score=9),
        happened("survey.answered", "2026-03-07", "2026-03-04", survey="nps", score=2),
    )

    assert life.life.surveys["nps"].score == 9


def test_a_payment_s_latest_state_stands() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("payment.recovered", "2026-03-06", "2026-03-05", invoice="R-1"),
        happened("payment.failed", "2026-03-07", "2026-03-04", invoice="R-1"),
    )

    assert not life.life.payment_failed


def test_one_invoice_paid_leaves_the_other_one_failed() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        an_event("payment.failed", moment("2026-03-04"), invoice="R-1"),
        an_event("payment.failed", moment("2026-03-05"), invoice="R-2"),
        an_event("payment.recovered", moment("2026-03-06"), invoice="R-2"),
    )
    assert life.life.payment_failed
    live(life, moment("2026-03-12"), an_event("payment.recovered", moment("2026-03-11"), invoice="R-1"))
    assert not life.life.payment_failed


def test_an_opt_out_that_happened_after_an_opt_in_stands() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("contact.opted_out", "2026-03-06", "2026-03-05", email="ana@acme.example", category="success"),
        happened("contact.opted_in", "2026-03-07", "2026-03-04", email="ana@acme.example", category="success"),
    )

    assert life.life.opted_out == {"ana@acme.example": [Category.SUCCESS]}


def test_a_contact_that_left_does_not_come_back_by_older_news() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("contact.left", "2026-03-06", "2026-03-05", email="ana@acme.example"),
        happened("contact.added", "2026-03-07", "2026-03-04", name="Ana Silva", email="ana@acme.example", role="champion"),
    )

    assert [contact.role for contact in life.life.customer.contacts] == [Role.SPONSOR]


def test_a_contract_s_latest_amendment_stands() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("contract.amended", "2026-03-06", "2026-03-05", end="2027-06-02"),
        happened("contract.amended", "2026-03-07", "2026-03-04", end="2027-09-02"),
    )

    assert life.life.contract.end == date(2027, 6, 2)


def test_an_intent_s_latest_statement_stands() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("renewal.intent", "2026-03-06", "2026-03-05", intent="high"),
        happened("renewal.intent", "2026-03-07", "2026-03-04", intent="low"),
    )

    assert life.life.intent == "high"


def test_a_meeting_s_latest_reply_stands() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("meeting.accepted", "2026-03-06", "2026-03-05", meeting="kickoff"),
        happened("meeting.declined", "2026-03-07", "2026-03-04", meeting="kickoff"),
    )

    assert (life.life.meetings["kickoff"].accepted, life.life.meetings["kickoff"].declined) == (True, False)


def test_a_goal_s_latest_wording_stands() -> None:
    life = live(
        living(a_playbook()),
        moment("2026-03-10"),
        happened("handoff.completed", "2026-03-06", "2026-03-05", goal="fewer returns"),
        happened("handoff.completed", "2026-03-07", "2026-03-04", goal="more sales"),
    )

    assert life.life.customer.goal == "fewer returns"


def test_what_happened_before_the_contract_is_refused() -> None:
    life = living(a_playbook())

    answer = life.tell(an_event("login", life.now, happened=moment("2026-02-27")))[0]

    assert answer.why == "login happened on 2026-02-27, before acme's contract began on 2026-03-02; correct 'happened'"


# ---- what cannot be true


@pytest.mark.parametrize(
    ("event", "why"),
    [
        pytest.param(won_back(moment("2026-03-03")), "acme is in onboarding and was not lost, so it can't be won back", id="won back without a loss"),
        pytest.param(
            an_event("contract.signed", moment("2026-03-03"), start="2026-04-01", end="2027-04-01"),
            "acme is in onboarding and not on trial; tell contract.renewed or contract.amended instead",
            id="signed twice",
        ),
        pytest.param(
            renewed(moment("2026-03-03"), end="2027-03-02"),
            "the renewed term ends on 2027-03-02, which is not after the present end on 2027-03-02",
            id="renewed into the same end",
        ),
        pytest.param(an_event("contract.amended", moment("2026-03-03")), "contract.amended needs 'end' or 'annual_value'", id="amended without a change"),
        pytest.param(
            amended(moment("2026-03-03"), date(2026, 3, 2)),
            "the contract would end on 2026-03-02, before its start on 2026-03-02; tell customer.churned if it ended",
            id="amended to nothing",
        ),
        pytest.param(
            an_event("contact.left", moment("2026-03-03"), email="who@acme.example"),
            "acme has no contact with that address; see its contacts in `status`",
            id="a stranger left",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_true_of_the_customer_now_is_refused_with_its_reason(event: Event, why: str) -> None:
    life = living(a_playbook(), at=moment("2026-03-03"))
    before = life.life.model_dump_json()

    answer = life.tell(event)[0]

    assert (answer.taken, answer.why) == (False, why)
    assert life.life.model_dump_json() == before


def test_a_churned_customer_s_contract_cannot_change() -> None:
    life = live(living(a_playbook()), moment("2026-05-02"), churned(moment("2026-05-01")))

    assert life.tell(renewed(life.now))[0].why == "acme has churned, so its contract can't change; tell customer.won_back first"
    assert life.tell(churned(life.now))[0].why == "acme has churned already (price)"


def test_a_churn_from_before_the_win_back_is_old_news() -> None:
    life = live(living(a_playbook()), moment("2026-06-12"), churned(moment("2026-06-03")), won_back(moment("2026-06-10")))

    late = happened("customer.churned", "2026-06-12", "2026-06-02", kind="choice", reason="price")
    assert life.tell(late)[0].why == "acme left on 2026-06-02 and was won back on 2026-06-10; this is old news"


def test_a_closed_customer_takes_no_more_events() -> None:
    life = live(living(a_playbook()), moment("2026-05-02"), churned(moment("2026-05-01"), "natural", "ceased trading"))

    assert life.tell(an_event("login", life.now))[0].why == "acme is closed (gone: ceased trading), so it takes no more events"


def test_an_event_that_another_of_its_instant_made_impossible_is_written_down_as_not_taken() -> None:
    at = moment("2026-05-01")
    life = living(a_playbook(), at=at - timedelta(minutes=1))
    life.tell(churned(at, id="a"), renewed(at, "b"))
    life.advance(at)

    line = life.life.timeline[-1]
    assert (line.what, line.why) == (
        "contract.renewed",
        "refused: acme has churned, so its contract can't change; tell customer.won_back first",
    )
    assert why_stages(life)[-1] == "2026-05-01 win_back: churned: price"


# ---- a touch in flight


def test_an_event_between_asking_for_a_touch_and_its_receipt_is_taken_in() -> None:
    program = compile_playbook(a_playbook(onboarding=TICKET), Stage.ONBOARDING, Tier.A)
    life = engine.begin(a_customer(), "tested@v1", moment("2026-03-02", "00:00"))
    engine.apply(life, program, ticket("2026-03-04"), moment("2026-03-04", "10:00"))
    first = engine.decide(life, program, moment("2026-03-04", "10:00")).touches[0]

    engine.apply(life, program, ticket("2026-03-05", name="T-2"), moment("2026-03-05", "10:00"))
    during = engine.decide(life, program, moment("2026-03-05", "10:00"))
    engine.settle(life, program, Receipt(key=first.key, answer=Answer.DONE), moment("2026-03-05", "11:00"))

    assert during.touches == [], "a trigger while the play still runs does nothing"
    assert life.tickets == {"T-1": 3, "T-2": 3}
    assert life.in_flight == {} and life.runs == {}
