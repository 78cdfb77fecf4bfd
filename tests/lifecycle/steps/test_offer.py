"""What an offer asks of the world: its approval first, where it needs one, and its answer."""

import pytest

from lifecycle.domain.enums import TouchKind
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event
from tests.lifecycle.building import a_play, a_playbook, an_event, email, ended, live, living, moment, offer, task, touched
from tests.lifecycle.steps.asking import the_touch


def test_an_offer_without_approval_is_made_at_once() -> None:
    touch = the_touch(offer("discount"))

    assert (touch.kind, touch.name, touch.text) == (TouchKind.OFFER, "discount", "ten percent off")


def with_approval(*events: Event) -> Simulation:
    plays = {"p": a_play(offer("discount", approval="vp", approve_within="3d"), email("after"), at={"day": 1})}
    return live(living(a_playbook(onboarding=plays)), moment("2026-03-30"), *events)


def test_an_offer_that_needs_approval_is_made_when_it_is_given() -> None:
    life = with_approval(an_event("offer.approved", moment("2026-03-04", "16:00"), offer="discount", by="Vic"))

    assert touched(life) == [
        "2026-03-03 09:00 p/1/offer-discount.approval",
        "2026-03-04 16:00 p/1/offer-discount",
        "2026-03-04 16:00 p/1/email-after",
    ]
    assert (life.touches[0].owner, life.touches[0].text) == ("vp", "Approve the offer discount: ten percent off")


@pytest.mark.parametrize(
    ("events", "why"),
    [
        pytest.param([], "2026-03-06 09:00 p: offer discount was not approved", id="no answer"),
        pytest.param(
            [an_event("offer.refused", moment("2026-03-04"), offer="discount")],
            "2026-03-04 09:00 p: offer discount was refused",
            id="refused",
        ),
        pytest.param(
            [an_event("offer.approved", moment("2026-03-04"), offer="another")],
            "2026-03-06 09:00 p: offer discount was not approved",
            id="another's approval",
        ),
    ],
)
def test_an_offer_that_is_not_approved_is_not_made(events: list[Event], why: str) -> None:
    life = with_approval(*events)

    assert touched(life) == ["2026-03-03 09:00 p/1/offer-discount.approval"]
    assert ended(life) == [why]


def test_a_granted_offer_and_its_answer_are_known_to_conditions() -> None:
    plays = {
        "p": a_play(offer("discount"), at={"day": 1}),
        "made": a_play(task("made"), when='offers["discount"].granted'),
        "taken": a_play(task("taken"), when='offers["discount"].answer == "accepted"'),
    }
    life = live(
        living(a_playbook(onboarding=plays)), moment("2026-03-30"), an_event("offer.accepted", moment("2026-03-05"), offer="discount")
    )

    assert touched(life) == ["2026-03-03 09:00 p/1/offer-discount", "2026-03-03 09:00 made/1/task", "2026-03-05 09:00 taken/1/task"]
