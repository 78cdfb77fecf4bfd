"""A person's word on an unknown touch: sent counts as sent, not sent as if it had never been, and again is looked at anew."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from lifecycle.domain.enums import Outcome, Resolution, TouchKind
from lifecycle.domain.touch import ABOUT_UNKNOWN, Answer, Receipt, Touch
from lifecycle.domain.why import Cause
from lifecycle.explain.simulator import Simulation
from lifecycle.explain.status import in_markdown, status_of
from lifecycle.state.log import EntryKind
from tests.lifecycle.building import (
    a_contact,
    a_customer,
    a_play,
    a_playbook,
    an_event,
    churned,
    email,
    live,
    living,
    login,
    meeting,
    moment,
    offer,
    opened,
    resolved,
    task,
    touched,
    unsent,
    wait,
)
from tests.lifecycle.calls import no_repeat, pause, resolve, state

SENT, NOT_SENT, AGAIN = Resolution
KEY = "acme/1/p/1/email-note"
HOURS = {"hours": {"opens": "09:00", "closes": "18:00"}, "jitter": "0s", "cap": {"emails": 1, "per": "7d"}}


def unknown_once(*names: str) -> Callable[[Touch, datetime], Receipt]:
    """A world in which nobody knows of the first asking for each of those touches."""
    seen: set[str] = set()

    def perform(touch: Touch, at: datetime) -> Receipt:
        first = touch.key not in seen and touch.name in names and ABOUT_UNKNOWN not in touch.values
        seen.add(touch.key)
        return Receipt(key=touch.key, answer=Answer.UNKNOWN if first else Answer.DONE, why="cut short" if first else "")

    return perform


def a_life(plays: dict[str, Any] | None = None, *names: str, policy: dict[str, Any] | None = None, **more: Any) -> Simulation:
    """A life on the morning on which the note has become unknown."""
    rest = {"contact_policy": policy} if policy else None
    playbook = a_playbook(onboarding=plays or {"p": a_play(email("note"), at={"day": 1})}, rest=rest, **more)
    life = living(playbook, perform=unknown_once(*(names or ("note",))))
    life.advance(moment("2026-03-03", "09:30"))
    assert KEY in state(life).unknown or names
    return life


def said(life: Simulation, resolution: Resolution, key: str = KEY, until: datetime | None = None) -> None:
    resolve(life, key, resolution, life.now)
    life.look_again()
    life.advance(until or life.now)


def lines(life: Simulation) -> list[tuple[str, Outcome | None, str]]:
    kinds = (EntryKind.TOUCH, EntryKind.OPERATOR)
    return [
        (line.what, line.outcome, line.why) for line in state(life).timeline if line.kind in kinds and not line.key.endswith(".unknown")
    ]


def test_what_was_sent_says_so_in_the_timeline_and_is_unknown_no_more() -> None:
    life = a_life()
    said(life, SENT)
    assert lines(life) == [
        ("email note", Outcome.UNKNOWN, "cut short"),
        ("email note", Outcome.SENT, "a person says that it was sent"),
    ]
    assert state(life).unknown == {}
    assert state(life).counts["sent:email"] == 1
    last = status_of(life.session, life.now).last_touches[-1]
    assert (last.key, last.outcome, last.by, last.cause) == (KEY, Outcome.SENT, "Kim Lee", Cause.OPERATOR)


def test_what_was_not_sent_says_so_and_is_not_counted() -> None:
    life = a_life()
    said(life, NOT_SENT, until=moment("2026-05-01"))
    assert lines(life)[-1] == ("email note", Outcome.FAILED, "a person says that it was not sent")
    assert "sent:email" not in state(life).counts
    assert [line for line in touched(life) if "unknown" not in line] == ["2026-03-03 09:00 p/1/email-note"]


def test_status_and_the_temporal_ui_name_what_is_unknown_until_somebody_has_spoken() -> None:
    life = a_life()
    shown = status_of(life.session, life.now)
    assert shown.unknown == [KEY]
    assert f"| {KEY} |" in in_markdown(shown)
    said(life, SENT)
    shown = status_of(life.session, life.now)
    assert shown.unknown == []
    assert "Nobody knows" not in in_markdown(shown)


def test_what_is_done_again_is_promised_as_no_new_start_of_its_play() -> None:
    life = a_life({"p": a_play(email("note"), at={"day": 1}, within="5d")}, policy=HOURS)
    life.advance(moment("2026-03-03", "22:00"))
    said(life, AGAIN)
    shown = status_of(life.session, life.now)
    assert (shown.planned, shown.next_touch_at) == ([], moment("2026-03-04"))


# ---- once, cap, conditions


@pytest.mark.parametrize(
    ("word", "goes"),
    [(None, []), (SENT, []), (NOT_SENT, ["2026-03-20 09:00 p/2/email-note"]), (AGAIN, ["2026-03-04 09:30 p/1/email-note"])],
    ids=["unknown", "sent", "not sent", "again"],
)
@pytest.mark.parametrize("once", ["ever", "term", "stage"])
def test_once_counts_what_may_have_gone_until_a_person_says_that_it_has_not(word: Resolution | None, goes: list[str], once: str) -> None:
    life = a_life({"p": a_play(email("note"), on="login", once=once)}, "note")
    live(life, moment("2026-03-04", "09:30"), login("2026-03-04"))
    if word is not None:
        said(life, word)
    live(life, moment("2026-03-30"), login("2026-03-20"))
    assert [line for line in touched(life) if "unknown" not in line] == ["2026-03-04 09:00 p/1/email-note", *goes]


def test_where_once_counts_by_keys_what_may_have_gone_for_one_keeps_no_other_back() -> None:
    def perform(touch: Touch, at: datetime) -> Receipt:
        return Receipt(key=touch.key, answer=Answer.UNKNOWN if touch.key == "acme/1/p/T-1.1/email-note" else Answer.DONE)

    plays = {"p": a_play(email("note"), on="ticket.opened", key="event.ticket", once="ever")}
    life = live(living(a_playbook(onboarding=plays), perform=perform), moment("2026-03-06"), opened("2026-03-04", "T-1"))
    live(life, moment("2026-03-20"), opened("2026-03-09", "T-2"), resolved("2026-03-10", "T-1"), opened("2026-03-11", "T-1"))
    assert [line for line in touched(life) if "unknown" not in line] == [
        "2026-03-04 09:00 p/T-1.1/email-note",
        "2026-03-09 09:00 p/T-2.2/email-note",
    ]
    said(life, SENT, "acme/1/p/T-1.1/email-note")
    live(life, moment("2026-03-30"), resolved("2026-03-22", "T-1"), opened("2026-03-23", "T-1"))
    assert touched(life)[-1] == "2026-03-09 09:00 p/T-2.2/email-note"


@pytest.mark.parametrize(
    ("word", "goes"),
    [(None, "2026-03-10 09:00"), (SENT, "2026-03-10 09:00"), (NOT_SENT, "2026-03-04 09:00")],
    ids=["unknown", "sent", "not sent"],
)
def test_the_cap_counts_what_may_have_gone_until_a_person_says_that_it_has_not(word: Resolution | None, goes: str) -> None:
    plays = {"p": a_play(email("note"), at={"day": 1}), "q": a_play(email("other"), at={"day": 2}, within="10d")}
    life = a_life(plays, policy=HOURS)
    if word is not None:
        said(life, word)
    life.advance(moment("2026-03-20"))
    assert [line[:16] for line in touched(life) if "other" in line] == [goes]


@pytest.mark.parametrize(("word", "granted"), [(None, False), (SENT, True), (NOT_SENT, False)], ids=["unknown", "sent", "not sent"])
def test_conditions_see_an_offer_as_made_once_a_person_says_so(word: Resolution | None, granted: bool) -> None:
    plays = {"p": a_play(offer(), at={"day": 1}), "q": a_play(email("congratulations"), when='offers["discount"].granted')}
    life = a_life(plays, "discount")
    if word is not None:
        said(life, word, "acme/1/p/1/offer-discount")
    life.advance(moment("2026-03-10"))
    assert [line[:16] for line in touched(life) if "congratulations" in line] == (["2026-03-03 09:30"] if granted else [])


@pytest.mark.parametrize(("word", "made"), [(None, False), (SENT, False), (NOT_SENT, True)], ids=["unknown", "sent", "not sent"])
def test_an_offer_that_may_have_been_made_is_not_made_by_another_play(word: Resolution | None, made: bool) -> None:
    plays = {"p": a_play(offer(), at={"day": 1}), "q": a_play(offer(), at={"day": 5})}
    life = a_life(plays, "discount")
    if word is not None:
        said(life, word, "acme/1/p/1/offer-discount")
    life.advance(moment("2026-03-10"))
    assert any(line.endswith("q/1/offer-discount") for line in touched(life)) is made


def test_what_is_heard_of_late_does_not_cover_what_has_gone_out_since() -> None:
    playbook = a_playbook(growth={"p": a_play(email("note"), on="login", once="term")})

    def perform(touch: Touch, at: datetime) -> Receipt:
        return Receipt(key=touch.key, answer=Answer.UNKNOWN if touch.key == KEY else Answer.DONE)

    life = live(living(playbook, perform=perform), moment("2026-06-10"), login("2026-06-02"))
    [key] = state(life).unknown
    live(life, moment("2027-03-10"), an_event("contract.renewed", moment("2027-01-10"), reason="value"), login("2027-03-05"))
    assert life.touches[-1].key == "acme/2/p/1/email-note"
    said(life, SENT, key)
    live(life, moment("2027-03-30"), login("2027-03-20"))
    assert sum("email-note" in line and "unknown" not in line for line in touched(life)) == 2


# ---- again


def test_again_goes_under_the_same_key_at_once_and_the_play_goes_its_own_way() -> None:
    life = a_life({"p": a_play(email("note"), wait("3d"), email("then"), at={"day": 1})})
    said(life, AGAIN, until=moment("2026-03-20"))
    assert [line for line in touched(life) if "unknown" not in line] == [
        "2026-03-03 09:00 p/1/email-note",
        "2026-03-03 09:30 p/1/email-note",
        "2026-03-06 09:00 p/1/email-then",
    ]
    assert lines(life)[1:3] == [
        ("again: email note", None, "a person says that it was not sent"),
        ("email note", Outcome.SENT, ""),
    ]
    assert state(life).runs == {}


def test_again_waits_for_the_customer_s_hours_and_for_the_end_of_a_pause() -> None:
    life = a_life({"p": a_play(email("note"), at={"day": 1}, within="5d")}, policy=HOURS)
    life.advance(moment("2026-03-03", "22:00"))
    said(life, AGAIN, until=moment("2026-03-10"))
    assert [line for line in touched(life) if line.endswith("note")] == [
        "2026-03-03 09:00 p/1/email-note",
        "2026-03-04 09:00 p/1/email-note",
    ]

    held = a_life({"p": a_play(email("note"), at={"day": 1}, within="5d")})
    pause(held, held.now, "a merger")
    said(held, AGAIN, until=moment("2026-03-05"))
    assert [line for line in touched(held) if line.endswith("note")] == ["2026-03-03 09:00 p/1/email-note"]


def test_again_goes_to_whoever_holds_the_role_now_and_not_to_whom_has_opted_out() -> None:
    life = a_life()
    live(
        life,
        moment("2026-03-04"),
        an_event("contact.left", moment("2026-03-03", "10:00"), email="ana@acme.example"),
        an_event("contact.added", moment("2026-03-03", "10:00"), email="eva@acme.example", name="Eva Maar", role="champion"),
    )
    said(life, AGAIN)
    assert [to.email for to in life.touches[-1].to] == ["eva@acme.example"]

    refused = a_life()
    live(refused, moment("2026-03-04"), an_event("contact.opted_out", moment("2026-03-03", "10:00"), email="ana@acme.example"))
    said(refused, AGAIN)
    assert unsent(refused) == [
        "2026-03-04 09:00 suppressed p/1/email-note: the contact has opted out of success messages, since Tue 03 Mar 2026 10:00"
    ]


def test_again_asks_the_condition_anew() -> None:
    life = a_life({"p": a_play(email("note"), at={"day": 1}, if_='intent != "low"')})
    live(life, moment("2026-03-04"), an_event("renewal.intent", moment("2026-03-03", "10:00"), intent="low"))
    said(life, AGAIN)
    assert unsent(life) == ["2026-03-04 09:00 suppressed p/1/email-note: its condition no longer holds"]


def test_again_counts_its_window_from_the_word() -> None:
    life = a_life({"p": a_play(email("note"), at={"day": 1}, within="1d")})
    life.advance(moment("2026-03-20"))
    said(life, AGAIN)
    assert touched(life)[-1] == "2026-03-20 09:00 p/1/email-note"


def test_a_provider_that_is_down_is_asked_again_as_for_any_touch() -> None:
    down = [True]

    def perform(touch: Touch, at: datetime) -> Receipt:
        if touch.name != "note":
            return Receipt(key=touch.key, answer=Answer.DONE)
        first = at < moment("2026-03-03", "09:10")
        return Receipt(key=touch.key, answer=Answer.UNKNOWN if first else Answer.RETRY if down[0] else Answer.DONE, why="down")

    life = living(a_playbook(onboarding={"p": a_play(email("note"), at={"day": 1})}), perform=perform)
    life.advance(moment("2026-03-03", "09:30"))
    said(life, AGAIN, until=moment("2026-03-03", "09:50"))
    down[0] = False
    life.advance(moment("2026-03-04"))
    assert [line[11:16] for line in touched(life) if line.endswith("note")] == ["09:00", "09:30", "09:35", "09:45", "10:05"]
    assert state(life).runs == {}


def test_an_invitation_that_is_sent_again_is_the_same_one() -> None:
    life = a_life({"p": a_play(meeting("kickoff"), at={"day": 1})}, "kickoff")
    said(life, AGAIN, "acme/1/p/1/meeting-kickoff")
    first, *_, again = [touch for touch in life.touches if touch.kind is TouchKind.MEETING]
    assert (again.key, again.sequence) == (first.key, first.sequence)


def test_what_is_unknown_once_more_is_asked_about_once_more_and_takes_another_word() -> None:
    def perform(touch: Touch, at: datetime) -> Receipt:
        return Receipt(key=touch.key, answer=Answer.UNKNOWN if touch.name == "note" else Answer.DONE)

    life = living(a_playbook(onboarding={"p": a_play(email("note"), at={"day": 1})}), perform=perform)
    life.advance(moment("2026-03-03", "09:30"))
    for _ in range(2):
        said(life, AGAIN)
    said(life, SENT)
    assert [touch.key for touch in life.touches] == [
        KEY, f"{KEY}.unknown", KEY, f"{KEY}.unknown-2", KEY, f"{KEY}.unknown-3",
    ]  # fmt: skip
    assert state(life).unknown == {}


def test_what_ends_the_play_calls_a_repeat_off_too() -> None:
    life = a_life({"p": a_play(email("note"), at={"day": 1}, within="5d")}, policy=HOURS)
    life.advance(moment("2026-03-03", "22:00"))
    said(life, AGAIN)
    live(life, moment("2026-03-10"), churned(moment("2026-03-03", "23:00")))
    assert [line for line in touched(life) if line.endswith("note")] == ["2026-03-03 09:00 p/1/email-note"]
    assert unsent(life)[-1] == "2026-03-03 23:00 cancelled p/1/email-note: the stage onboarding ended"


def test_a_repeat_is_no_run_of_the_play_that_keeps_another_from_starting() -> None:
    life = a_life({"p": a_play(email("note"), on="login", within="5d")}, "note", policy=HOURS | {"cap": {"emails": 9, "per": "1d"}})
    live(life, moment("2026-03-04", "22:00"), login("2026-03-04"))
    said(life, AGAIN)
    live(life, moment("2026-03-10"), login("2026-03-04", "23:00"))
    assert sorted(line for line in touched(life) if line.endswith("note"))[1:] == [
        "2026-03-05 09:00 p/1/email-note",
        "2026-03-05 09:00 p/2/email-note",
    ]


# ---- what is done again no more

BY_HAND = "resolve it as --not-sent without --again, and do it by hand if it is still worth it"


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (churned(moment("2026-03-04"), reason="price"), "its stage is over"),
        (an_event("milestone.reached", moment("2026-03-04"), milestone="value"), "what it works towards is so"),
    ],
    ids=["churned", "until"],
)
def test_what_its_play_wants_no_more_is_refused_with_the_reason(event: Any, why: str) -> None:
    plays = {"p": a_play(email("note"), at={"day": 1}, until='milestones["value"].done')}
    life = a_life(plays, milestones={"value": {"kind": "customer", "due": "30d", "name": "Value"}})
    assert no_repeat(life, KEY) == ""
    live(life, moment("2026-03-05"), event)
    assert no_repeat(life, KEY) == f"play 'p' wants {KEY} no more ({why}): {BY_HAND}"


def test_a_later_visit_to_the_same_stage_does_not_want_what_the_earlier_one_asked_for() -> None:
    playbook = a_playbook(growth={"p": a_play(email("note"), at={"day": 0}, within="5d")})
    life = living(playbook, perform=unknown_once("note"))
    life.advance(moment("2026-06-20"))
    [key] = state(life).unknown
    assert no_repeat(life, key) == ""
    live(life, moment("2027-07-10"), an_event("contract.renewed", moment("2027-02-01"), reason="value"))
    assert no_repeat(life, key) == f"play 'p' wants {key} no more (its stage is over): {BY_HAND}"


def test_a_play_that_outlives_its_stage_still_wants_it_in_the_next() -> None:
    playbook = a_playbook(
        onboarding={"p": a_play(email("note"), wait("200d"), email("then"), at={"day": 1}, outlives_stage=True)},
        growth={"q": a_play(task(), on="login")},
    )
    life = living(playbook, perform=unknown_once("note"))
    life.advance(moment("2026-07-01"))
    assert no_repeat(life, KEY) == ""
    said(life, AGAIN)
    assert touched(life)[-1] == "2026-07-01 09:00 p/1/email-note"


def test_of_a_touch_that_the_life_does_not_remember_the_word_is_a_line_and_it_is_not_done_again() -> None:
    life = a_life()
    assert no_repeat(life, "acme/1/q/1/task") == f"acme does not remember enough of acme/1/q/1/task to have it done again: {BY_HAND}"
    said(life, SENT, "acme/1/q/1/task")
    assert lines(life)[-1] == ("task", Outcome.SENT, "a person says that it was sent")
    assert list(state(life).unknown) == [KEY]


def test_a_play_that_ended_while_the_ledger_took_the_word_does_nothing_again_and_says_so() -> None:
    life = a_life()
    live(life, moment("2026-03-05"), churned(moment("2026-03-04")))
    resolve(life, KEY, AGAIN, life.now)
    [record] = [one for one in state(life).unrecorded if one.key == KEY]
    assert (record.outcome, record.why) == (
        Outcome.CANCELLED,
        f"a person says that it was not sent; play 'p' wants {KEY} no more (its stage is over): {BY_HAND}",
    )
    assert state(life).runs == {}


def test_a_customer_who_is_closed_has_nothing_done_again() -> None:
    playbook = a_playbook(farewell={"p": a_play(email("note", category="operational"), at={"day": 0})})
    customer = a_customer(contacts=[a_contact()])
    life = living(playbook, customer, perform=unknown_once("note"))
    live(life, moment("2026-05-01"), churned(moment("2026-04-01"), "natural", "gone"))
    assert no_repeat(life, KEY) == f"acme is closed (gone: gone), and nothing is done again: {BY_HAND}"
