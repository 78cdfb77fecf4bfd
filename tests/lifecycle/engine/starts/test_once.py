"""How often a play or an offer goes: once a stage, a term or ever, counted by what went out."""

import pytest

from lifecycle.domain.enums import Outcome, TouchKind
from lifecycle.domain.touch import Answer, Receipt, Touch
from tests.lifecycle.building import (
    STRICT_POLICY,
    a_customer,
    a_play,
    a_playbook,
    an_event,
    churned,
    email,
    live,
    living,
    login,
    moment,
    offer,
    opened,
    renewed,
    task,
    touched,
    unsent,
    won_back,
)
from tests.lifecycle.calls import state


def test_once_a_stage_goes_once_in_each_stage_it_comes_to() -> None:
    play = a_play(task(), on="login", once="stage")
    life = live(
        living(a_playbook(growth={"p": play})),
        moment("2027-04-10"),
        login("2026-06-02"),
        login("2026-06-03"),
        renewed(moment("2026-10-01")),
        login("2026-10-02"),
        login("2027-03-04"),
        login("2027-03-05"),
    )

    assert touched(life) == ["2026-06-02 09:00 p/1/task", "2027-03-04 09:00 p/1/task"]
    assert [touch.key for touch in life.touches] == ["acme/1/p/1/task", "acme/2/p/1/task"]


def test_once_a_stage_goes_again_when_the_stage_is_come_back_to() -> None:
    life = live(
        living(a_playbook(growth={"p": a_play(task(), on="login", once="stage")})),
        moment("2027-04-10"),
        login("2026-06-02"),
        churned(moment("2026-06-10")),
        won_back(moment("2026-06-20")),
        login("2026-07-01"),
    )

    assert [touch.key for touch in life.touches] == ["acme/1/p/1/task", "acme/2/p/1/task"]


def test_once_a_term_goes_again_in_the_next_term() -> None:
    life = live(
        living(a_playbook(growth={"p": a_play(task(), on="login", once="term")})),
        moment("2027-08-01"),
        login("2026-06-02"),
        login("2026-07-02"),
        renewed(moment("2027-02-01")),
        login("2027-04-02"),
        login("2027-05-02"),
    )

    assert [touch.key for touch in life.touches] == ["acme/1/p/1/task", "acme/2/p/1/task"]


def test_once_ever_goes_once_whatever_term_it_is() -> None:
    life = live(
        living(a_playbook(growth={"p": a_play(task(), on="login", once="ever")})),
        moment("2027-08-01"),
        login("2026-06-02"),
        renewed(moment("2027-02-01")),
        login("2027-04-02"),
    )

    assert [touch.key for touch in life.touches] == ["acme/1/p/1/task"]


def test_a_rhythm_that_goes_once_says_why_its_later_beats_are_skipped() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), every="30d", once="stage")}))
    life.advance(moment("2026-05-02"))

    assert touched(life) == ["2026-04-01 09:00 p/1/task"]
    assert unsent(life) == ["2026-05-01 09:00 skipped p/2/*: goes out once a stage"]


def test_once_counts_what_went_out_so_a_suppressed_touch_has_not_used_it_up() -> None:
    life = live(
        living(a_playbook(onboarding={"p": a_play(email(), on="login", once="ever")}), a_customer(contacts=[])),
        moment("2026-03-20"),
        login("2026-03-04"),
        an_event("contact.added", moment("2026-03-05"), name="Ana Silva", email="ana@acme.example", role="champion"),
        login("2026-03-06"),
        login("2026-03-07"),
    )

    assert unsent(life) == ["2026-03-04 09:00 suppressed p/1/email-note: nobody holds the role champion or sponsor"]
    assert touched(life) == ["2026-03-06 09:00 p/2/email-note"]


def test_once_counts_what_went_out_so_a_missed_touch_has_not_used_it_up() -> None:
    plays = {"p": a_play(email(), on="login", once="ever", within="1h", closed="drop")}

    life = live(
        living(a_playbook(onboarding=plays, rest={"contact_policy": STRICT_POLICY | {"jitter": "0s"}})),
        moment("2026-03-20"),
        login("2026-03-04", "22:00"),
        login("2026-03-06", "10:00"),
    )

    assert [line.split(":")[0] + ":" + line.split(":")[1] for line in unsent(life)] == ["2026-03-04 22:00 missed p/1/email-note"]
    assert touched(life) == ["2026-03-06 10:00 p/2/email-note"]


def test_a_touch_that_was_refused_has_not_used_up_its_once() -> None:
    def refuses_first(touch: Touch, at: object) -> Receipt:
        return Receipt(key=touch.key, answer=Answer.REFUSED if "/1/email" in touch.key else Answer.DONE, why="no such mailbox")

    plays = {"p": a_play(email(), on="login", once="ever")}
    life = live(
        living(a_playbook(onboarding=plays), perform=refuses_first),
        moment("2026-03-20"),
        login("2026-03-04"),
        login("2026-03-06"),
        login("2026-03-08"),
    )

    assert touched(life) == ["2026-03-04 09:00 p/1/email-note", "2026-03-06 09:00 p/2/email-note"]
    assert unsent(life) == ["2026-03-04 09:00 failed p/1/email-note: no such mailbox"]


def test_a_touch_of_which_nobody_knows_whether_it_went_out_counts_as_gone() -> None:
    def unknown(touch: Touch, at: object) -> Receipt:
        answer = Answer.UNKNOWN if touch.kind is TouchKind.EMAIL else Answer.DONE
        return Receipt(key=touch.key, answer=answer, why="crashed between acting and confirming")

    life = live(
        living(a_playbook(onboarding={"p": a_play(email(), on="login", once="ever")}), perform=unknown),
        moment("2026-03-20"),
        login("2026-03-04"),
        login("2026-03-06"),
    )

    assert [touch.key for touch in life.touches] == ["acme/1/p/1/email-note", "acme/1/p/1/email-note.unknown"]
    assert state(life).counts["unknown"] == 1


def test_two_runs_held_by_the_hours_of_a_play_that_goes_once_send_one() -> None:
    plays = {"p": a_play(email(), on="ticket.opened", key="event.ticket", once="ever", per="customer", within="3d")}

    life = live(
        living(a_playbook(onboarding=plays, rest={"contact_policy": STRICT_POLICY | {"jitter": "0s"}})),
        moment("2026-03-20"),
        opened("2026-03-04", "T-1", "22:00"),
        opened("2026-03-04", "T-2", "23:00"),
    )

    assert touched(life) == ["2026-03-05 09:00 p/T-1.1/email-note"]
    assert unsent(life, Outcome.SUPPRESSED) == ["2026-03-05 09:00 suppressed p/T-2.2/email-note: has gone out meanwhile"]


@pytest.mark.parametrize(
    ("once", "keys"),
    [
        pytest.param("stage", ["acme/1/p/1/offer-discount", "acme/1/q/1/offer-discount", "acme/2/p/1/offer-discount"], id="once a stage"),
        pytest.param("term", ["acme/1/p/1/offer-discount", "acme/2/p/1/offer-discount"], id="once a term"),
        pytest.param("ever", ["acme/1/p/1/offer-discount"], id="once ever"),
    ],
)
def test_an_offer_is_made_as_often_as_it_may_be_whatever_play_makes_it(once: str, keys: list[str]) -> None:
    made = offer(once=once)
    playbook = a_playbook(growth={"p": a_play(made, on="login")}, renewal={"q": a_play(made, on="login")})

    life = live(
        living(playbook),
        moment("2027-09-01"),
        login("2026-06-02"),
        login("2026-06-03"),
        login("2026-12-10"),
        login("2026-12-11"),
        renewed(moment("2027-02-01")),
        login("2027-04-01"),
        login("2027-04-02"),
    )

    assert [touch.key for touch in life.touches] == keys
    often = "once ever" if once == "ever" else f"once a {once}"
    assert {line.partition(": ")[2] for line in unsent(life)} == {f"the offer discount was made before, and is made {often}"}
