"""A playbook reads whole or is refused with every fault it has, each with its file, line and remedy."""

from datetime import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.domain.enums import Stage, Tier
from lifecycle.playbook.faults import Fault, PlaybookFaults
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.reading import read_playbook
from runtime.playbook_files import load
from tests.lifecycle.playbook.documents import GROWTH, HEAD, HELLO, faults, small

STANDARD = Path(__file__).parents[3] / "playbooks" / "standard.yaml"


def test_a_small_playbook_reads() -> None:
    playbook = read_playbook(small("      hi:\n        on: login\n        steps: [{email: {template: hello}}]\n"), {"hello": HELLO})
    play = playbook.stages[Stage.GROWTH].plays["hi"]
    assert play.trigger == "on"
    assert play.on == ["login"]
    assert playbook.templates["hello"].needs == ["contact.first_name", "owner.name"]
    assert playbook.ref == f"small@{playbook.version}"
    assert len(playbook.version) == 12


@pytest.mark.parametrize(
    ("written", "opens", "closes", "days"),
    [
        pytest.param("{opens: 22:00, closes: 06:00}", time(22), time(6), None, id="over midnight, without quotes"),
        pytest.param('{opens: "22:00", closes: "06:00", weekdays: [tue, thu]}', time(22), time(6), {1, 3}, id="with weekdays"),
        pytest.param("{opens: 00:00, closes: 24:00}", time(), time(), None, id="the whole day"),
        pytest.param('{closes: "24:00", weekdays: sat}', time(9), time(), {5}, id="until midnight, on one day"),
    ],
)
def test_hours_are_read_as_people_write_them(written: str, opens: time, closes: time, days: set[int] | None) -> None:
    hours = read_playbook(HEAD.replace("stages:", f"contact_policy: {{hours: {written}}}\nstages:") + GROWTH, {}).contact_policy.hours
    assert (hours.opens, hours.closes, hours.days) == (opens, closes, days)


BROKEN = {
    "no YAML": (
        "playbook: small\nstages: [growth\ncompany: x\n",
        ["small.yaml:3: is no YAML: did not find expected ',' or ']'"],
    ),
    "an empty file": ("", ["small.yaml:1: the file is empty"]),
    "a list instead of a mapping": ("- a\n", ["small.yaml:1: a playbook is a mapping with the keys playbook, company and stages"]),
    "a misspelt key": (
        small("      hi:\n        on: login\n        piority: 3\n        steps: [{email: {template: hello}}]\n"),
        ["small.yaml:11: stage growth, play hi, piority: knows no 'piority'; did you mean priority?"],
    ),
    "a key twice": (
        small("      hi:\n        on: login\n        on: login\n        steps: [{email: {template: hello}}]\n"),
        ["small.yaml:11: stage growth, play hi, on: 'on' stands here a second time; the first is on line 10"],
    ),
    "a key without a value": (
        small("      hi:\n        on: login\n        until:\n        steps: [{email: {template: hello}}]\n"),
        ["small.yaml:11: stage growth, play hi, until: 'until' is empty; write its value or leave the key out"],
    ),
    "an alias": (
        small("      hi:\n        on: &x login\n        steps: [{email: {template: *x }}]\n"),
        [
            "small.yaml:10: stage growth, play hi, on: '&x' is an anchor; write the value out where it is used",
            "small.yaml:11: stage growth, play hi, step 1, email, template: '*x' is an alias; write the value out where it is used",
            "small.yaml:11: stage growth, play hi, step 1, email, template: '' is no name: use small letters, digits, '-', '_' and '.', "
            "and begin with a letter or a digit",
        ],
    ),
    "two triggers": (
        small("      hi:\n        on: login\n        at: {day: 3}\n        steps: [{email: {template: hello}}]\n"),
        [
            "small.yaml:9: stage growth, play hi: a play has exactly one trigger of at, every, on, when, silent_for, overdue, and this has at and on"
        ],
    ),
    "a duration without a unit": (
        small("      hi:\n        on: login\n        within: 3 days\n        steps: [{wait: 7}]\n"),
        [
            "small.yaml:11: stage growth, play hi, within: '3 days' is no duration: write a whole number and a unit, such as 7d, 3bd, 24h, 2w or 1mo",
            "small.yaml:12: stage growth, play hi, step 1, wait: 7 is no duration: write a whole number and a unit, such as 7d, 3bd or 24h",
        ],
    ),
    "a late start of which nobody knows who is told": (
        HEAD + GROWTH + "    catch_up: maybe\n",
        [
            "small.yaml:8: stage growth, catch_up: 'maybe' does not say whether and who is told of a late start: "
            "write true, false or {owner: cs-manager, due: 1bd}"
        ],
    ),
    "a play that is called what the engine's own task is": (
        small("      catch_up:\n        on: login\n        steps: [{email: {template: hello}}]\n"),
        [
            "small.yaml:9: stage growth, play catch_up: 'catch_up' is what the task is called that lists what a late start has missed; "
            "give this play another name"
        ],
    ),
    "a part of a term with nothing below the line": (
        small("      hi:\n        at: {before_end: 1/0}\n        steps: [{email: {template: hello}}]\n"),
        ["small.yaml:10: stage growth, play hi, at, before_end: '1/0' is no part of a term: write a fraction between 0 and 1, such as 1/3"],
    ),
    "a field by its name in the code": (
        small('      hi:\n        on: login\n        if_: tier == "A"\n        steps: [{email: {template: hello}}]\n'),
        ["small.yaml:11: stage growth, play hi, if_: knows no 'if_'; did you mean if?"],
    ),
    "an unknown event": (
        small("      hi:\n        on: ticket.openned\n        steps: [{email: {template: hello}}]\n"),
        ["small.yaml:10: stage growth, play hi, on 1: 'ticket.openned' is no event type; did you mean ticket.opened?"],
    ),
    "an unknown name in a condition": (
        small('      hi:\n        on: login\n        if: teir == "A"\n        steps: [{email: {template: hello}}]\n'),
        ["small.yaml:11: stage growth, play hi, if: knows no 'teir'; did you mean tier?"],
    ),
    "the clock where it is not at hand": (
        small("      hi:\n        when: day > 3\n        steps: [{email: {template: hello}}]\n"),
        [
            "small.yaml:10: stage growth, play hi, when: 'day' is known only in an 'if', which is looked at at one moment; "
            "a condition that is watched cannot use it"
        ],
    ),
    "an event where none is at hand": (
        small('      hi:\n        at: {day: 3}\n        if: event.type == "login"\n        steps: [{email: {template: hello}}]\n'),
        [
            "small.yaml:11: stage growth, play hi, if: 'event' is at hand only in a play that begins 'on' an event, "
            "in the 'if' of a wait_for, and in done_when"
        ],
    ),
    "an unknown milestone": (
        small(
            "      hi:\n        overdue: imported\n        steps: [{email: {template: hello}}]\n",
            "      import: {kind: customer, due: 3d}\n",
        ),
        ["small.yaml:12: stage growth, play hi, overdue 1: no stage has a milestone 'imported'; did you mean import?"],
    ),
    "a milestone that guesses at the event": (
        small("      {}\n", '      import: {kind: functional, due: 3d, done_when: event.feature == "import"}\n'),
        [
            "small.yaml:9: stage growth, milestone import, done_when: login has no 'feature'; ask for the type first: "
            'event.type == "feature.used" && ...'
        ],
    ),
    "no template": (
        small("      hi:\n        on: login\n        steps:\n          - email: {template: helo}\n"),
        ["small.yaml:12: stage growth, play hi, step 1, email, template: there is no template 'helo'; did you mean hello?"],
    ),
    "one id for two steps": (
        small("      hi:\n        on: login\n        steps:\n          - {id: a, wait: 1d}\n          - {id: a, wait: 2d}\n"),
        ["small.yaml:13: stage growth, play hi, step 2, id: 'a' names the step on line 12 already; give this one another id"],
    ),
    "a step that is called as the question about another's touch": (
        small(
            "      hi:\n        on: login\n        steps:\n          - {id: a.unknown, email: {template: hello}}\n"
            "          - {id: b.unknown-2, email: {template: hello}}\n          - email: {template: hello.unknown}\n"
        ),
        [
            "small.yaml:12: stage growth, play hi, step 1, id: 'a.unknown' is what the task is called that asks whether another step's "
            "touch was sent; give this one another id",
            "small.yaml:13: stage growth, play hi, step 2, id: 'b.unknown-2' is what the task is called that asks whether another step's "
            "touch was sent; give this one another id",
            "small.yaml:14: stage growth, play hi, step 3: 'email-hello.unknown' is what the task is called that asks whether another "
            "step's touch was sent; give this one another id",
            "small.yaml:14: stage growth, play hi, step 3, email, template: there is no template 'hello.unknown'; did you mean hello?",
        ],
    ),
    "a step that is called as what takes an invitation back": (
        small("      hi:\n        on: login\n        steps:\n          - {id: a.cancelled-2, email: {template: hello}}\n"),
        [
            "small.yaml:12: stage growth, play hi, step 1, id: 'a.cancelled-2' is how that is called which takes another step's invitation "
            "back; give this one another id",
        ],
    ),
    "one name for two plays": (
        HEAD
        + GROWTH
        + "    plays:\n      hi: {on: login, steps: [{wait: 1d}]}\n"
        + GROWTH.replace("growth", "renewal")
        + "    plays:\n      hi: {on: login, steps: [{wait: 1d}]}\n",
        [
            "small.yaml:15: stage renewal, play hi: stage growth has a play of this name already; every play of a playbook needs a name of its own"
        ],
    ),
    "a step behind a stop": (
        small("      hi:\n        on: login\n        steps:\n          - stop: {reason: enough}\n          - wait: 1d\n"),
        ["small.yaml:13: stage growth, play hi, step 2: is never reached: the step before it always stops the play"],
    ),
    "a wait for an answer to nothing": (
        small("      hi:\n        on: login\n        steps:\n          - wait_for: {event: meeting.held, timeout: 3d}\n"),
        [
            "small.yaml:12: stage growth, play hi, step 1, wait_for: waits for an answer to a meeting that this play never sends; "
            "say with 'if' which meeting is meant"
        ],
    ),
    "a ladder without an id": (
        small(
            "      hi:\n        on: login\n        steps:\n          - task: {title: Call, due: 1d, ladder: [{after: 1d, to: manager}]}\n"
        ),
        [
            "small.yaml:12: stage growth, play hi, step 1: a task with a ladder waits for task.done, which names it by its id; give it an 'id' beside 'task'"
        ],
    ),
    "a day that never comes": (
        HEAD + GROWTH.replace("growth", "onboarding") + "    plays:\n      hi: {at: {day: 90}, steps: [{wait: 1d}]}\n",
        [
            "small.yaml:9: stage onboarding, play hi, at, day: onboarding lasts 90 days at most, so its day 90 never comes; move the play to growth"
        ],
    ),
    "a rhythm of working hours": (
        small("      hi:\n        every: 4bh\n        steps: [{wait: 4bh}]\n"),
        ["small.yaml:10: stage growth, play hi, every: 4bh is no rhythm: working hours stop and go on; write it in h, d, bd, w or mo"],
    ),
    "hours that never open": (
        HEAD.replace("stages:", "contact_policy: {hours: {opens: 09:00, closes: 09:00}}\nstages:") + GROWTH,
        [
            "small.yaml:3: contact_policy, hours: the hours close at 09:00, when they open; for whole days write opens: 00:00 and closes: 24:00"
        ],
    ),
    "a weekday that is none": (
        HEAD.replace("stages:", "contact_policy: {hours: {weekdays: [tues]}}\nstages:") + GROWTH,
        ["small.yaml:3: contact_policy, hours, weekdays 1: 'tues' is none of mon, tue, wed, thu, fri, sat, sun; did you mean tue?"],
    ),
    "an unknown stage": (
        HEAD + GROWTH.replace("growth", "growht") + "    plays: {}\n",
        [
            "small.yaml:4: stage growht: 'growht' is none of trial, onboarding, growth, renewal, lapsed, win_back, farewell, closed; did you mean growth?",
        ],
    ),
    "a key that is no field of the event": (
        small("      hi:\n        on: ticket.opened\n        key: event.tiket\n        steps: [{wait: 1d}]\n"),
        ["small.yaml:11: stage growth, play hi, key: 'event.tiket' is no field of ticket.opened; did you mean event.ticket?"],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_playbook_is_refused_with_its_line_and_the_remedy(name: str) -> None:
    text, expected = BROKEN[name]
    assert faults(text) == expected


def test_every_fault_is_named_at_once() -> None:
    text = small(
        '      hi:\n        on: logn\n        if: teir == "A"\n        until: milestones["x"].done\n        steps: [{email: {template: none}}]\n'
    )
    assert [fault.partition(": ")[0] for fault in faults(text)] == ["small.yaml:10", "small.yaml:11", "small.yaml:12", "small.yaml:13"]


def test_an_unknown_variable_in_a_template_is_a_fault_of_the_playbook() -> None:
    text = small("      hi:\n        at: {day: 1}\n        steps: [{email: {template: hello}}]\n")
    found = faults(text, {"hello": "Subject: Hi {{ contact.frist_name }}\n\nYour ticket {{ event.ticket }}\n"})
    assert found == [
        "small/hello.md:1: in play hi: knows no 'contact.frist_name'; did you mean contact.first_name?",
        "small/hello.md:3: in play hi: knows no 'event.ticket', only customer, contact, owner, company, contract, stage, health",
    ]


def test_a_template_may_name_the_event_that_starts_its_play() -> None:
    text = small("      hi:\n        on: ticket.opened\n        steps: [{email: {template: hello}}]\n")
    playbook = read_playbook(text, {"hello": "Subject: Hi\n\nYour ticket {{ event.ticket }}\n"})
    assert playbook.templates["hello"].needs == ["event.ticket"]


def test_a_language_variant_is_checked_too() -> None:
    text = small("      hi:\n        at: {day: 1}\n        steps: [{email: {template: hello}}]\n")
    assert faults(text, {"hello": HELLO, "hello.de": "Hallo\n"}) == [
        "small/hello.de.md:1: begins with its subject: write 'Subject: ...' on the first line"
    ]


def test_words_that_yaml_takes_for_booleans_stay_words() -> None:
    text = HEAD.replace("name: Us", "name: Yes") + GROWTH.replace("goal: More", "goal: on") + "    plays: {}\n"
    playbook = read_playbook(text, {})
    assert playbook.company.name == "Yes"
    assert playbook.stages[Stage.GROWTH].goal == "on"


def test_an_unquoted_time_of_day_is_a_time_of_day() -> None:
    playbook = read_playbook(small("      hi: {at: {day: 1, time: 11:30}, steps: [{wait: 1d}]}\n"), {})
    at = playbook.stages[Stage.GROWTH].plays["hi"].at
    assert at is not None
    assert f"{at.time:%H:%M}" == "11:30"


def test_the_version_follows_the_content_and_nothing_else() -> None:
    text = small("      hi:\n        at: {day: 1}\n        steps: [{email: {template: hello}}]\n")
    version = read_playbook(text, {"hello": HELLO}).version
    assert read_playbook(f"# a comment\n{text}", {"hello": HELLO, "unused": HELLO}, "other.yaml").version == version
    assert read_playbook(text, {"hello": HELLO + "!"}).version != version
    assert read_playbook(text, {"hello": HELLO, "hello.de": HELLO}).version != version
    assert read_playbook(text.replace("day: 1", "day: 2"), {"hello": HELLO}).version != version


def test_a_playbook_survives_the_way_through_a_payload() -> None:
    playbook, _ = load(STANDARD)
    assert Playbook.model_validate_json(playbook.model_dump_json()) == playbook
    part = playbook.trimmed(Stage.RENEWAL, Tier.A, [])
    assert Playbook.model_validate_json(part.model_dump_json()) == part


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    with pytest.raises(PlaybookFaults):
        read_playbook(text, {})


_LINES = STANDARD.read_text(encoding="utf-8").splitlines()
_ODD = st.sampled_from(
    [
        "",
        "{",
        "[]",
        "- a",
        "on: [",
        "'",
        "when: (",
        "if: 1/0 == 1",
        "at: {before_end: 1/0}",
        "steps: 3",
        "\tx",
        "? [1]",
        "!!int x",
        "key: *a",
    ]
)


@given(st.integers(0, len(_LINES) - 1), st.integers(1, 30), _ODD, st.integers(0, 14))
@settings(max_examples=40, deadline=None)
def test_a_damaged_playbook_is_read_or_refused_in_words(start: int, length: int, odd: str, indent: int) -> None:
    damaged = "\n".join([*_LINES[:start], " " * indent + odd, *_LINES[start + length :]])
    for fault in _faults_or_none(damaged):
        assert fault.line >= 1
        assert fault.what


def _faults_or_none(text: str) -> list[Fault]:
    try:
        read_playbook(text, {})
    except PlaybookFaults as refused:
        return refused.faults
    return []


@pytest.mark.parametrize("address", ["a..b@us.example", "Us <success@us.example>", "success", "erfolg@☃.example"])
def test_a_company_writes_from_an_address_that_a_message_can_carry(address: str) -> None:
    with pytest.raises(PlaybookFaults, match=r"small\.yaml:2: company, email: is no email address"):
        read_playbook(f"playbook: small\ncompany: {{name: Us, email: '{address}'}}\nstages: {{}}\n", {}, "small.yaml")
