"""Health as the playbook says it: factors, weights, bands, limits, further scores, a person's word; and when it is judged anew (R33)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lifecycle.domain.enums import Band, Tier
from lifecycle.explain.simulator import Simulation
from lifecycle.explain.status import in_markdown, status_of
from lifecycle.playbook.faults import PlaybookFaults
from lifecycle.playbook.reading import read_playbook
from tests.lifecycle.building import Raw, a_customer, a_play, a_playbook, an_event, moment, task
from tests.lifecycle.calls import state

ROOT = Path(__file__).parents[3]


def judged(health: Raw, at: str = "2026-03-02", plays: Raw | None = None, **customer: Any) -> Simulation:
    playbook = a_playbook(onboarding=plays or {}, rest={"health": health})
    return Simulation(a_customer(**customer), playbook, moment(at))


def told(life: Simulation, type_: str, /, **data: Any) -> Simulation:
    life.tell(an_event(type_, life.now, **data))
    return life


def factor(score: str, **rest: Any) -> Raw:
    return {"score": score, "weight": 1, **rest}


@pytest.mark.parametrize(
    ("health", "events", "score", "why"),
    [
        ({"factors": {"seats": factor("company_size")}}, [], 50, "50 of 100"),
        ({"factors": {"seats": factor("company_size * 3", about="by its size")}}, [], 100, "by its size"),
        ({"factors": {"below": factor("0 - company_size")}}, [], 0, "0 of 100"),
        ({"factors": {"owed": factor("payment_failed ? 0 : 100")}}, [("payment.failed", {"invoice": "I1"})], 0, "0 of 100"),
        ({"factors": {"support": {"of": "support", "weight": 1}}}, [("ticket.opened", {"ticket": "T", "level": 1})], 40, "1 open"),
        ({"factors": {"payments": {"of": "payments", "weight": 1}}}, [("payment.recovered", {"invoice": "I"})], 100, "nothing is owed"),
        ({"factors": {"intent": {"of": "intent", "weight": 1}}}, [("renewal.intent", {"intent": "low"})], 10, "intent to renew is low"),
        (
            {"factors": {"contacts": {"of": "contacts", "weight": 1}}},
            [("contact.left", {"email": "ana@acme.example"})],
            30,
            "there is no champion",
        ),
    ],
)
def test_a_factor_is_a_score_in_cel_or_something_that_is_measured(health: Raw, events: list[tuple[str, Raw]], score: int, why: str) -> None:
    life = judged(health, company_size=50)
    for kind, data in events or [("customer.changed", {"industry": "retail"})]:
        told(life, kind, **data)
    found = state(life).health
    assert (found.score, [part.why for part in found.parts]) == (score, [why])


@pytest.mark.parametrize(
    ("reports", "score", "why"),
    [
        ([70, 70, 70], 0, []),
        ([70, 70, 70, 70], 100, ["from 10.0 to 10.0 a day"]),
        ([70, 70, 140, 140], 100, ["from 10.0 to 20.0 a day"]),
        ([140, 140, 105, 105], 50, ["from 20.0 to 15.0 a day"]),
        ([140, 140, 700, 70, 70], 0, ["from 20.0 to 10.0 a day"]),
        ([140, 140, 70, 70], 0, ["from 20.0 to 10.0 a day"]),
        ([0, 0, 0, 0], 100, ["from 0.0 to 0.0 a day"]),
    ],
)
def test_a_trend_is_the_later_half_of_the_reports_against_the_earlier(reports: list[int], score: int, why: list[str]) -> None:
    life = judged({"factors": {"trend": {"of": "trend", "weight": 1}}})
    for count in reports:
        life.advance(life.now + timedelta(days=7))
        told(life, "usage.reported", count=count)
    assert (state(life).health.score, [part.why for part in state(life).health.parts]) == (score, why)


def test_weights_go_by_tier_and_segment_and_what_is_not_known_lowers_the_confidence() -> None:
    health = {
        "factors": {
            "intent": {"of": "intent", "weight": {"A": 30, "C": 10}, "segments": {"agency": 0}},
            "surveys": {"of": "surveys", "weight": 20},
            "usage": {"of": "usage", "weight": 50},
        }
    }
    found = {}
    for tier, segment in ((Tier.A, ""), (Tier.B, ""), (Tier.C, ""), (Tier.A, "agency")):
        life = judged(health, tier=tier, segment=segment)
        told(told(life, "renewal.intent", intent="high"), "survey.answered", survey="csat", score=1)
        found[tier, segment] = (state(life).health.score, state(life).health.confidence)
    assert found == {(Tier.A, ""): (60, 0.5), (Tier.B, ""): (0, 0.29), (Tier.C, ""): (33, 0.38), (Tier.A, "agency"): (0, 0.29)}


def test_bands_are_the_playbook_s_and_limits_hold_the_score_down_and_say_why() -> None:
    health = {
        "bands": {"green": 90, "yellow": 60},
        "factors": {"surveys": {"of": "surveys", "weight": 1}},
        "at_most": [
            {"score": 60, "when": "tickets.urgent > 0", "because": "a ticket of level 1 is open"},
            {"score": 50, "when": "payment_failed", "because": "a payment has failed"},
        ],
    }
    life = told(judged(health), "survey.answered", survey="csat", score=5)
    assert (state(life).health.score, state(life).health.band, state(life).health.limited) == (100, Band.GREEN, "")
    told(life, "ticket.opened", ticket="T", level=1)
    assert (state(life).health.score, state(life).health.band) == (60, Band.YELLOW)
    told(life, "payment.failed", invoice="I")
    assert (state(life).health.score, state(life).health.band) == (50, Band.RED)
    assert state(life).health.limited == "at most 50: a payment has failed"
    assert "Health **red** (50 of 100, at most 50: a payment has failed): surveys 1 of 1 (csat 5)" in in_markdown(
        status_of(life.session, life.now)
    )
    told(told(life, "payment.recovered", invoice="I"), "ticket.resolved", ticket="T")
    assert state(life).health.score == 100


@pytest.mark.parametrize(
    ("kind", "data", "why"),
    [
        ("ticket.opened", {"ticket": "T", "level": 1}, "at most 90: a ticket of level 1 is open"),
        ("renewal.intent", {"intent": "low"}, "at most 90: the intent to renew is low"),
        ("payment.failed", {"invoice": "I"}, "at most 90: a payment has failed"),
    ],
)
def test_without_a_word_on_health_nobody_is_whole_who_has_a_grave_trouble(kind: str, data: Raw, why: str) -> None:
    life = Simulation(a_customer(), a_playbook(onboarding={}), moment("2026-03-02"))
    told(life, "survey.answered", survey="csat", score=5)
    assert state(life).health.score == 100
    told(life, kind, **data)
    assert (state(life).health.score, state(life).health.limited) == (90, why)


def test_further_scores_are_made_of_the_same_factors_and_plays_may_ask_for_them() -> None:
    health = {
        "factors": {"surveys": {"of": "surveys", "weight": 1}, "intent": {"of": "intent", "weight": 0}},
        "scores": {"renewal": {"intent": 3, "surveys": 1}},
    }
    plays = {"lost-faith": a_play(task(), when='scores["renewal"].known && scores["renewal"].score < 50')}
    life = judged(health, plays=plays)
    told(told(life, "survey.answered", survey="csat", score=5), "renewal.intent", intent="low")
    assert (state(life).health.score, state(life).health.scores) == (100, {"renewal": 32})
    life.advance(life.now + timedelta(days=1))
    assert [touch.play for touch in life.touches] == ["lost-faith"]


def test_a_person_s_word_stands_through_its_last_day_and_ends_by_itself() -> None:
    plays = {"red": a_play(task(), when='health.band == "red"'), "green": a_play(task("Praise them"), when='health.band == "green"')}
    life = judged({"factors": {"surveys": {"of": "surveys", "weight": 1}}}, plays=plays)
    told(life, "survey.answered", survey="csat", score=5)
    told(life, "health.overridden", score=10, reason="they look elsewhere", until="2026-03-05", by="Kim Lee")
    assert (state(life).health.score, state(life).health.band) == (10, Band.RED)
    assert state(life).health.limited == "set to 10 until 2026-03-05 by Kim Lee: they look elsewhere"
    wakes = len(life.wakes)
    life.advance(moment("2026-03-05", "23:59"))
    assert state(life).health.score == 10
    life.advance(moment("2026-03-06", "00:01"))
    assert (state(life).health.score, state(life).health.limited) == (100, "")
    assert [(wake.at, wake.why) for wake in life.wakes[wakes:] if wake.why == "health is judged anew"][:1] == [
        (moment("2026-03-06", "00:00"), "health is judged anew")
    ]


def test_a_word_may_be_taken_back_and_one_that_has_ended_or_is_of_who_has_left_is_refused() -> None:
    life = judged({"factors": {"surveys": {"of": "surveys", "weight": 1}}})
    told(told(life, "survey.answered", survey="csat", score=5), "health.overridden", score=10, reason="a feeling", until="2026-04-01")
    life.advance(life.now + timedelta(hours=1))
    told(life, "health.restored", by="Kim Lee")
    assert state(life).health.score == 100
    [late] = life.tell(an_event("health.overridden", life.now, score=1, reason="late", until="2026-03-01"))
    assert late.why == "the word on health would stand until 2026-03-01, which has passed; tell a later day"
    told(life, "customer.churned", kind="choice", reason="price")
    [gone] = life.tell(an_event("health.overridden", life.now, score=1, reason="gone", until="2026-05-01"))
    assert gone.why == "acme has left, and who has left has no health"


def test_who_has_left_has_no_health_and_who_comes_back_has_it_again() -> None:
    playbook = a_playbook(win_back={}, growth={}, rest={"health": {"factors": {"surveys": {"of": "surveys", "weight": 1}}}})
    life = Simulation(a_customer(), playbook, moment("2026-03-02"))
    told(life, "survey.answered", survey="csat", score=5)
    told(life, "customer.churned", kind="choice", reason="price")
    assert (state(life).health.band, state(life).health.score, state(life).health.parts) == (Band.UNKNOWN, 0, [])
    assert "Health: none, for the customer has left" in in_markdown(status_of(life.session, life.now))
    life.advance(life.now + timedelta(days=5))
    told(life, "customer.won_back", reason="a new boss")
    assert state(life).health.score == 100


def test_what_turns_by_itself_wakes_only_who_watches_health_and_is_right_whenever_it_is_asked() -> None:
    health = {"factors": {"support": {"of": "support", "weight": 1}}}
    watched = judged(health, plays={"red": a_play(task(), when='health.band == "red"')})
    unwatched = judged(health)
    for life in (watched, unwatched):
        told(life, "ticket.opened", ticket="T", level=2)
        assert state(life).health.score == 70
        life.advance(life.now + timedelta(days=8))
        assert status_of(life.session, life.now).health_score == 40
    assert [wake.at for wake in watched.wakes if wake.why == "health is judged anew"] == [moment("2026-03-09", "09:00")]
    assert [wake.why for wake in unwatched.wakes if "health" in wake.why] == []


def test_an_answer_says_less_of_the_feeling_month_by_month_and_after_a_year_nothing() -> None:
    health = {"factors": {"feeling": {"of": "sentiment", "weight": 1}}}
    life = judged(health)
    told(life, "survey.answered", survey="csat", score=1)
    life.advance(life.now + timedelta(days=90))
    told(life, "survey.answered", survey="nps", score=10)
    assert state(life).health.score == 67, "the older counts half"
    life.advance(life.now + timedelta(days=271))
    assert status_of(life.session, life.now).health_score == 100, "the older counts no more"


def test_breadth_is_how_many_of_the_features_that_were_ever_used_are_in_use() -> None:
    life = judged({"factors": {"breadth": {"of": "breadth", "weight": 1}}})
    for feature in ("import", "export", "reports", "alerts"):
        told(life, "feature.used", feature=feature)
    assert state(life).health.score == 100
    life.advance(life.now + timedelta(days=60))
    told(life, "feature.used", feature="reports")
    life.advance(life.now + timedelta(days=31))
    status = status_of(life.session, life.now)
    assert (status.health_score, [part.why for part in status.health_parts]) == (25, ["1 of 4 features in use"])
    for number in range(40):
        told(life, "feature.used", feature=f"new-{number}")
    assert len(life.life.facts.activity.features) == 30
    assert state(life).health.score == 100, "those of long ago have given way"


def test_the_record_has_a_line_when_the_band_changes_the_score_moves_far_or_a_month_has_passed() -> None:
    life = judged({"factors": {"surveys": {"of": "surveys", "weight": 1}}})
    for days, score in ((0, 10), (1, 9), (1, 7), (1, 6), (29, 6), (31, 6)):
        life.advance(life.now + timedelta(days=days))
        told(life, "survey.answered", survey="nps", score=score)
    lines = [fact for fact in life.facts + life.life.record.waiting if fact.kind == "health"]
    said = [(line.at.day, line.data["score"], line.data["band"], line.data["factor.surveys"]) for line in lines]
    assert said == [(2, 100, "green", 100), (3, 90, "green", 90), (4, 70, "green", 70), (5, 60, "yellow", 60), (4, 60, "yellow", 60)]


HEAD = "playbook: p\ncompany: {name: Us, email: us@us.example}\nstages:\n  onboarding: {goal: g, owner: csm, exit: 'true'}\nhealth:\n"


@pytest.mark.parametrize(
    ("block", "line", "sentence"),
    [
        ("  factors:\n    a: {score: usge.recent, weight: 1}\n", 7, "knows no 'usge'; did you mean usage?"),
        (
            "  factors:\n    a: {score: health.score, weight: 1}\n",
            7,
            "'health' is what is made here; a factor and a limit use what it is made of",
        ),
        ("  factors:\n    a: {score: payment_failed, weight: 1}\n", 7, "`payment_failed` comes to no number"),
        ("  factors:\n    a: {of: usge, weight: 1}\n", 7, "'usge' is nothing that is measured; there is breadth, contacts, engagement"),
        ("  factors:\n    a: {weight: 1}\n", 7, "a factor is either 'of' something that is measured, or has a 'score' of its own"),
        ("  factors:\n    a: {of: usage, weight: {D: 1}}\n", 7, "'D'"),
        (
            "  factors:\n    a: {of: usage, weight: {A: 1}}\n",
            6,
            "no factor weighs anything for tier B and C; give one of them a weight above 0",
        ),
        ("  factors:\n    a: {of: usage, weight: 0}\n", 6, "no factor weighs anything for tier A and B and C"),
        ("  factors:\n    a: {of: usage, weight: 1, segments: {x: 0}}\n", 6, "no factor weighs anything for segment 'x'"),
        ("  factors: {a: {of: usage, weight: 1}}\n  bands: {green: 40, yellow: 60}\n", 7, "yellow has to begin below green"),
        ("  factors: {a: {of: usage, weight: 1}}\n  scores:\n    s: {b: 1}\n", 8, "there is no factor 'b'; there is a"),
        ("  factors: {a: {of: usage, weight: 1}}\n  scores:\n    s: {a: 0}\n", 8, "the weights sum to nothing"),
        ("  factors: {a: {of: usage, weight: 1}}\n  at_most:\n    - {score: 1, when: nothing, because: x}\n", 8, "knows no 'nothing'"),
        ("  factors: {}\n", 6, "needs at least one entry"),
    ],
)
def test_what_cannot_be_judged_is_a_fault_with_its_line(block: str, line: int, sentence: str) -> None:
    with pytest.raises(PlaybookFaults) as refused:
        read_playbook(HEAD + block, {})
    assert [fault.line for fault in refused.value.faults] == [line]
    assert sentence in refused.value.faults[0].what


def test_the_example_of_the_page_reads() -> None:
    page = (ROOT / "docs" / "playbooks.md").read_text(encoding="utf-8")
    block = page.split("## Health", 1)[1].split("```yaml\n", 1)[1].split("```", 1)[0]
    playbook = read_playbook(HEAD.removesuffix("health:\n") + block, {})
    assert playbook.health is not None
    assert list(playbook.health.factors) == ["usage", "milestones", "feeling", "support", "seats"]
