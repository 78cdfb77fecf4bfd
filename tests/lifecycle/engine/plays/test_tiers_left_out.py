"""A tier that a play says nothing for: playbooks that an older release published are lived by, and a tier may change while a play runs."""

from datetime import date, timedelta

import pytest

from lifecycle.domain.enums import Tier
from lifecycle.domain.time.zones import local
from lifecycle.explain.status import in_markdown, status_of
from tests.lifecycle.building import Raw, a_customer, a_play, a_playbook, changed, email, live, living, moment, stages, task, touched, utc

LADDER = [{"after": "1d", "to": "cs-manager"}]


@pytest.mark.parametrize(
    ("tier", "expected"),
    [
        (Tier.A, ["2026-03-07 09:00 beat/1/email-note", "2026-03-12 09:00 beat/2/email-note"]),
        (Tier.B, ["2026-03-12 09:00 beat/1/email-note"]),
        (Tier.C, []),
    ],
)
def test_a_rhythm_is_nothing_for_a_tier_that_it_leaves_out(tier: Tier, expected: list[str]) -> None:
    life = living(a_playbook(onboarding={"beat": a_play(email(), every={"A": "5d", "B": "10d"})}), a_customer(tier=tier))
    life.advance(utc("2026-03-15"))
    assert touched(life) == expected


def test_a_rhythm_pauses_while_the_customer_is_of_a_tier_that_it_leaves_out() -> None:
    life = living(a_playbook(onboarding={"beat": a_play(email(), every={"A": "5d", "B": "10d"})}))
    live(life, utc("2026-03-30"), changed(moment("2026-03-08"), tier="C"), changed(moment("2026-03-20"), tier="A"))
    assert touched(life) == [
        "2026-03-07 09:00 beat/1/email-note",
        "2026-03-22 09:00 beat/2/email-note",
        "2026-03-27 09:00 beat/3/email-note",
    ]


@pytest.mark.parametrize(
    ("due", "deadline"),
    [
        pytest.param({"B": "1d", "C": "2d"}, "2026-03-03 09:00", id="the next tier's"),
        pytest.param({"C": "2d"}, "2026-03-04 09:00", id="the one that there is"),
        pytest.param({}, None, id="none, where none is told"),
    ],
)
@pytest.mark.parametrize("ladder", [[], LADDER], ids=["alone", "with a ladder"])
def test_a_task_for_a_tier_that_it_leaves_out_has_the_nearest_tiers_time(due: Raw, deadline: str | None, ladder: list[Raw]) -> None:
    step = task(due=due, ladder=ladder) | {"id": "call"}
    life = living(a_playbook(onboarding={"p": a_play(step, at={"day": 0}, tiers=["A", "B", "C"])}))
    life.advance(utc("2026-03-02 12:00"))
    told = life.touches[0].deadline
    assert (told and f"{local(told, 'Europe/Berlin'):%Y-%m-%d %H:%M}") == deadline
    life.advance(utc("2026-04-01"))
    in_markdown(status_of(life.session, life.now))


def test_a_customer_may_change_to_a_tier_that_the_running_play_is_not_for() -> None:
    step = task(due={"B": "5d", "C": "9d"}, ladder=LADDER) | {"id": "call"}
    playbook = a_playbook(onboarding={"p": a_play(step, email(), at={"day": 0}, tiers=["B", "C"])})
    life = living(playbook, a_customer(tier=Tier.B))
    live(life, utc("2026-04-01"), changed(moment("2026-03-04"), tier="A"))
    assert touched(life) == ["2026-03-02 09:00 p/1/call", "2026-03-08 09:00 p/1/call.rung-1", "2026-03-08 09:00 p/1/email-note"]


@pytest.mark.parametrize(("grace", "lapsed"), [("48h", "2027-03-04"), ("25h", "2027-03-04"), ("0m", "2027-03-02"), ("2d", "2027-03-04")])
def test_a_grace_in_hours_that_an_older_release_published_counts_in_days_that_were_begun(grace: str, lapsed: str) -> None:
    life = living(a_playbook(onboarding={}, win_back={}, rest={"contract": {"grace": grace, "lapsed": "36h"}}))
    life.advance(utc("2027-05-01"))
    closed = life.life.facts.churn.at
    assert stages(life)[-2:] == [f"{lapsed} lapsed", f"{date.fromisoformat(lapsed) + timedelta(days=2)} closed"]
    assert closed == moment(date.fromisoformat(lapsed) + timedelta(days=2), "00:00")
    assert life.life.progress.closed == "no decision"
