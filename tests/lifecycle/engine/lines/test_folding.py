"""A cause that comes a thousand times does not flood the timeline: ten lines alike, then one with their number. The ledger has each."""

from datetime import date, datetime, timedelta

from lifecycle.domain.enums import Outcome
from lifecycle.engine.advance import MOST_MISSED
from lifecycle.state.log import TIMELINE_KEPT, EntryKind
from tests.lifecycle.building import a_customer, a_play, a_playbook, an_event, email, live, living, login, moment, opened, task, wait
from tests.lifecycle.calls import pause, state
from tests.lifecycle.engine.lines.reading import line_of


def beat(number: int) -> datetime:
    """When that beat of a rhythm of two days is due."""
    return moment(date(2026, 3, 2) + timedelta(days=2 * number))


def test_each_missed_occurrence_of_a_rhythm_has_its_own_date_ten_singly_and_then_one_line_with_number_and_range() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), every="2d")}), at=moment("2026-04-13", "12:00"))

    *singly, together = [entry for entry in state(life).timeline if entry.outcome is Outcome.MISSED]
    assert [(entry.at, entry.count, entry.last) for entry in singly] == [(beat(number), 1, None) for number in range(1, 11)]
    assert line_of(together, "Europe/Berlin") == (
        "2026-03-24 09:00 touch play p missed: a later one had come due before anything ran; 10 times up to Sat 11 Apr 2026 09:00"
    )
    assert [(record.key, record.at, record.outcome) for record in life.records] == [
        (f"acme/1/p/{number}/*", beat(number), Outcome.MISSED) for number in range(1, 21)
    ]
    assert state(life).counts == {"missed": 20, "sent": 1, "sent:task": 1}


def test_years_of_missed_hours_are_written_down_singly_up_to_a_bound_and_the_rest_as_one() -> None:
    playbook = a_playbook(growth={"p": a_play(task(), every="1h")})
    life = living(playbook, a_customer(start=date(2025, 3, 2), end=date(2027, 3, 2)), at=moment("2026-03-02"))

    assert len(life.records) == MOST_MISSED + 1
    *singly, rest = life.records
    assert [record.key for record in singly] == [f"acme/1/p/{number}/*" for number in range(1, MOST_MISSED + 1)]
    piled_up = int(rest.key.split("/")[3])
    assert rest.why == (
        f"a later one had come due before anything ran, and {piled_up - MOST_MISSED - 1} more from Fri 22 Aug 2025 09:00 on"
    )
    assert [touch.key for touch in life.touches] == [f"acme/1/p/{piled_up + 1}/task"]


def test_a_trigger_held_off_a_thousand_times_is_one_line() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), wait("80d"), on="login")}))
    begins = moment("2026-03-03")

    live(life, moment("2026-05-05"), *(an_event("login", begins + timedelta(hours=number)) for number in range(1001)))

    assert [line_of(entry, "Europe/Berlin") for entry in state(life).timeline if entry.kind is EntryKind.PLAY] == [
        "2026-03-03 10:00 play p skipped: the play still runs; 1000 times up to Tue 14 Apr 2026 02:00"
    ]


def test_lines_between_them_part_no_lines_that_are_alike_and_near() -> None:
    life = living(
        a_playbook(onboarding={"p": a_play(task(), wait("80d"), on="ticket.opened"), "q": a_play(wait("80d"), on="ticket.opened")})
    )

    live(life, moment("2026-03-20"), *(opened("2026-03-03", f"T-{number}", f"10:{number:02}") for number in range(10)))

    held_off = [entry for entry in state(life).timeline if entry.kind is EntryKind.PLAY]
    assert [(entry.what, entry.at, entry.count, entry.last) for entry in held_off] == [
        ("p", moment("2026-03-03", "10:01"), 9, moment("2026-03-03", "10:09")),
        ("q", moment("2026-03-03", "10:01"), 9, moment("2026-03-03", "10:09")),
    ]


def test_what_is_held_off_for_another_cause_is_another_line() -> None:
    life = living(a_playbook(onboarding={"p": a_play(wait("2d"), on="login", cooldown="5d")}))

    live(life, moment("2026-03-20"), *(login(f"2026-03-{day:02}") for day in (3, 4, 6, 7)))

    assert [line_of(entry, "Europe/Berlin") for entry in state(life).timeline if entry.kind is EntryKind.PLAY] == [
        "2026-03-04 09:00 play p skipped: the play still runs",
        "2026-03-06 09:00 play p skipped: cools down for 5d after its last run; 2 times up to Sat 07 Mar 2026 09:00",
    ]


def test_every_delay_and_miss_of_a_pause_is_in_the_ledger_while_the_timeline_counts_them() -> None:
    life = living(a_playbook(onboarding={"p": a_play(email(), every="1d", within="12h")}))
    pause(life, life.now, "quiet", "Kim Lee")
    life.advance(moment("2026-04-30", "23:00"))

    assert len(life.records) == 2 * 59
    lines = [entry for entry in state(life).timeline if entry.kind is EntryKind.TOUCH]
    for outcome in (Outcome.DELAYED, Outcome.MISSED):
        alike = [entry for entry in lines if entry.outcome is outcome]
        assert (len(alike), sum(entry.count for entry in alike)) == (11, 59)


def test_a_stage_ends_what_is_counted_together() -> None:
    never = a_play(task(), every="3d", if_='tier == "B"')
    life = living(a_playbook(onboarding={"p": never}, growth={"q": never}))
    life.advance(moment("2026-08-01"))

    counted = [entry for entry in state(life).timeline if entry.count > 1]
    assert [(entry.what, entry.count) for entry in counted] == [("play p", 19), ("play q", 10)]


def test_a_line_of_the_past_stands_at_its_own_place() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), at={"day": 3}, within="2d")}), at=moment("2026-04-01"))

    assert [line_of(entry, "Europe/Berlin").split(":", 2)[1] for entry in state(life).timeline] == [
        "00 touch play p missed",
        "00 stage onboarding",
        '00 touch task catch_up to csm, "1 play missed by the late start" sent',
    ]


def test_the_timeline_stays_bounded_whatever_comes() -> None:
    life = living(a_playbook(onboarding={"p": a_play(task(), on="ticket.opened", key="event.ticket")}))
    begins = moment("2026-03-03")
    told = [an_event("ticket.opened", begins + timedelta(minutes=number), ticket=f"T-{number}") for number in range(400)]

    live(life, moment("2026-03-20"), *told)

    log = life.life.log
    assert (len(log.timeline), log.timeline_dropped) == (TIMELINE_KEPT, 301)
    assert [entry.at for entry in log.timeline] == sorted(entry.at for entry in log.timeline)


def test_an_event_that_is_told_again_is_counted_on_its_own_line() -> None:
    life = living(a_playbook())
    for clock in ("09:00", "10:00", "11:00"):
        life.advance(moment("2026-03-04", clock))
        life.tell(an_event("ticket.opened", life.now, id="e-7", ticket="T-1"))

    assert [line_of(entry, life.life.zone) for entry in state(life).timeline[1:]] == [
        "2026-03-04 09:00 event ticket.opened: ticket T-1; told 3 times up to Wed 04 Mar 2026 11:00"
    ]
