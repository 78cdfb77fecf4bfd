"""Lint warns of wording that a late message makes false, and of no other."""

from pathlib import Path

import pytest

from lifecycle.playbook.checks.late_wording import check_wording
from lifecycle.playbook.faults import Severity
from lifecycle.playbook.reading import read_playbook, warnings_of
from runtime.playbook_files import load
from tests.lifecycle.playbook.documents import HEAD

ROOT = Path(__file__).parents[4]
TRIAL = "  trial:\n    goal: More\n    owner: csm\n    exit: contract.term > 0\n    plays:\n"
SENDS = "        steps: [{email: {template: note}}]\n"


def warned(at: str, body: str, subject: str = "A word", rest: str = "", full: str = "note") -> list[str]:
    """The words that are warned of, in a trial's play."""
    text = f"{HEAD}{TRIAL}      p:\n        {at}\n{rest}{SENDS}"
    templates = {"note": "Subject: A word\n\nHello\n"} | {full: f"Subject: {subject}\n\n{body}\n"}
    warnings = warnings_of(read_playbook(text, templates, "small.yaml"), templates, "small.yaml")
    assert all(one.severity is Severity.WARNING and one.file == f"small/{full}.md" and one.where == "in play p" for one in warnings)
    return [one.what.partition(", and the play may")[0] for one in warnings]


BEFORE_END = ["at: {before_end: 7d}", "at: {before_end: 1/3}", "at: {before: 7d, of: contract_end}", "at: {before: 2d, of: stage_end}"]
DAY = ["at: {day: 14}", "at: {after: 14d, of: stage_start}", "at: {after: 14d, of: contract_start}"]


@pytest.mark.parametrize("at", BEFORE_END)
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Your contract ends in a week.", "in a week"),
        ("Your contract ends in 7 days.", "in 7 days"),
        ("Only seven days left!", "seven days left"),
        ("A week until your renewal.", "A week until your"),
        ("There are 3 business days to go.", "3 business days to go"),
        ("Renew now: it expires tomorrow.", "tomorrow"),
        ("It will be over next week.", "next week"),
        ("It ends today.", "today"),
        ("It ends a week from today.", "a week from today"),
        ("It ends within a week.", "within a week"),
        ("I will send you the offer in two days.", "in two days"),
        ("Ihr Vertrag endet in einer Woche.", "in einer Woche"),
        ("Es bleiben noch 30 Tage.", "noch 30 Tage"),
        ("Ihr Vertrag läuft morgen ab.", "morgen"),
        ("Nächste Woche ist Schluss.", "Nächste Woche"),
        ("Su contrato termina en una semana.", "en una semana"),
        ("Su contrato vence dentro de 30 días.", "dentro de 30 días"),
        ("Quedan 7 días.", "Quedan 7 días"),
        ("El contrato vence mañana.", "mañana"),
        ("您的合同将在7天后到期。", "7天后"),
        ("您的合同一周后到期。", "一周后"),
        ("合同明天到期。", "明天"),
        ("还剩三天。", "还剩三天"),
    ],
)
def test_a_day_ahead_that_is_counted_out_is_false_in_a_late_reminder(at: str, body: str, words: str) -> None:
    assert warned(at, body) == [f"says '{words}'"]


@pytest.mark.parametrize("at", DAY)
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Two weeks in, one question.", "Two weeks in"),
        ("You joined us 14 days ago.", "14 days ago"),
        ("You have been with us for two weeks.", "been with us for two weeks"),
        ("A month has passed.", "A month has passed"),
        ("You signed up yesterday.", "yesterday"),
        ("Last week we met.", "Last week"),
        ("It has been a week since you joined.", "has been a week"),
        ("Your first week is over.", "first week is over"),
        ("One week down, three to go.", "One week down"),
        ("Day 14 of your trial", "Day 14 of"),
        ("Zwei Wochen sind um.", "Zwei Wochen sind um"),
        ("Ya han pasado dos semanas.", "han pasado dos semanas"),
        ("您已经使用两周了。", "两周了"),
        ("Seit zwei Wochen arbeiten Sie mit uns.", "Seit zwei Wochen"),
        ("Vor einem Monat haben Sie unterschrieben.", "Vor einem Monat"),
        ("Gestern ging es los.", "Gestern"),
        ("Hace dos semanas que empezó.", "Hace dos semanas"),
        ("Lleva un mes con nosotros.", "Lleva un mes"),
        ("您两周前加入了我们。", "两周前"),
        ("昨天您注册了。", "昨天"),
        ("Your trial ends in a week.", "in a week"),
        ("7 days left of your trial.", "7 days left"),
        ("Your trial starts today.", "today"),
        ("Ihre Testzeit läuft in einer Woche ab.", "in einer Woche"),
        ("Su prueba termina mañana.", "mañana"),
        ("试用期7天后结束。", "7天后"),
    ],
)
def test_days_that_have_passed_and_are_counted_out_are_false_when_the_day_is_another(at: str, body: str, words: str) -> None:
    assert any(one.endswith(f"{words}'") for one in warned(at, body))


@pytest.mark.parametrize(
    ("at", "body"),
    [
        pytest.param(BEFORE_END[0], "Your contract ends on {{ contract.end_date }}.", id="a date"),
        pytest.param(BEFORE_END[0], "It ends in {{ contract.days_left }} days.", id="a count of days"),
        pytest.param(BEFORE_END[0], "It ends in {{ contract.days_left // 7 }} weeks, that is next week.", id="a count that is reckoned with"),
        pytest.param(BEFORE_END[0], "In a week, on {{ contract.end_date }}, it ends.", id="words with a date beside them"),
        pytest.param(BEFORE_END[0], "It ends on {{ contract.end_date }}. I have an offer for you in two days.", id="of something else, with a date"),
        pytest.param(BEFORE_END[0], "I will call you today.", id="today of something else"),
        pytest.param(BEFORE_END[0], "Guten Morgen! Am Morgen bin ich da, heute Morgen auch.", id="mornings"),
        pytest.param(BEFORE_END[0], "Llámeme por la mañana.", id="mornings in Spanish"),
        pytest.param(BEFORE_END[0], "Two weeks ago we met.", id="days gone by, of a day ahead"),
        pytest.param(BEFORE_END[0], "We delete it 30 days later, and keep it for another 14 days.", id="from another day on"),
        pytest.param(DAY[0], "You have had it since {{ contract.start_date }}.", id="since a date"),
        pytest.param(DAY[0], "{{ stage.day }} days in, one question.", id="a count of the days gone by"),
        pytest.param(DAY[0], "I will call you tomorrow, and send you an offer in two days.", id="from the day of reading"),
        pytest.param(DAY[0], "It takes ten minutes, a week at most, and free for a month.", id="how long something takes"),
        pytest.param(DAY[0], "In two weeks: your first dashboard. Within a month: a decision.", id="a plan"),
        pytest.param("on: login", "You logged in yesterday; your trial ends in a week.", id="a play that hangs on no day"),
        pytest.param("every: 7d", "A week has passed.", id="a rhythm"),
    ],
)  # fmt: skip
def test_what_stays_true_is_not_warned_of(at: str, body: str) -> None:
    assert warned(at, body) == []


def test_the_subject_is_read_too_and_a_date_in_the_text_does_not_mend_it() -> None:
    assert warned(BEFORE_END[0], "It ends on {{ contract.end_date }}.", subject="Your trial ends tomorrow") == ["says 'tomorrow'"]


def test_a_date_that_is_only_tested_is_not_told() -> None:
    assert warned(BEFORE_END[0], "{% if contract.end_date %}Your trial ends in a week.{% endif %}") == ["says 'in a week'"]


@pytest.mark.parametrize("full", ["note", "note.de", "note.zh"])
def test_every_language_of_a_template_is_read(full: str) -> None:
    assert warned(BEFORE_END[0], "It ends in a week.", full=full) == ["says 'in a week'"]


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        pytest.param("        within: 2h\n        closed: drop\n", [], id="goes on its day or not at all"),
        pytest.param("        within: 0d\n        closed: drop\n", [], id="goes at its moment or not at all"),
        pytest.param("        within: 20h\n        closed: drop\n", ["says 'in a week'"], id="a window that reaches into the next day"),
        pytest.param("        within: 2bh\n        closed: drop\n", ["says 'in a week'"], id="working hours may lie on another day"),
        pytest.param("        within: 2h\n", ["says 'in a week'"], id="the first open day"),
    ],
)
def test_a_play_that_keeps_to_its_day_may_count_from_it(rest: str, expected: list[str]) -> None:
    assert warned(BEFORE_END[0], "It ends in a week.", rest=rest) == expected


def test_a_warning_names_file_line_play_words_and_remedy() -> None:
    text = f"{HEAD}{TRIAL}      p:\n        at: {{before_end: 7d}}\n        within: 5d\n{SENDS}"
    templates = {"note": "Subject: A word\n\nHello {{ contact.first_name }},\n\nyour trial ends\nin a week. That is\n7 days.\n"}
    [warning] = warnings_of(read_playbook(text, templates, "small.yaml"), templates, "small.yaml")

    assert str(warning) == (
        "small/note.md:6: warning: in play p: says 'in a week', and the play may go later than its day (within: 5d); "
        "write {{ contract.end_date }} or {{ contract.days_left }}, or leave it out"
    )


@pytest.mark.parametrize("playbook", ["playbooks/standard.yaml", "playbooks/ten-milestones.yaml"])
def test_the_playbooks_that_we_ship_give_no_warning(playbook: str) -> None:
    read, templates = load(ROOT / playbook)

    assert warnings_of(read, templates, playbook) == []


def test_the_yardstick_of_the_bench_has_nothing_that_a_late_message_makes_false() -> None:
    file = "bench/yardstick/standard.yaml"
    read, templates = load(ROOT / file)
    assert list(check_wording(read, templates, file)) == []
