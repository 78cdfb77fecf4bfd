"""How long, how many and for whom: a playbook that says too much, or too little, is refused with the line and the remedy."""

from typing import Any

import pytest

from lifecycle.domain.enums import Stage, Tier
from lifecycle.playbook.reading import read_playbook
from tests.lifecycle.playbook.documents import GROWTH, HEAD, HELLO, faults, small


def play(trigger: str, steps: str = "[{wait: 1d}]") -> str:
    """A playbook whose one play stands on line 9."""
    return small(f"      hi: {{{trigger}, steps: {steps}}}\n")


def with_policy(policy: str) -> str:
    """A playbook with that on line 3."""
    return HEAD.replace("stages:\n", f"{policy}\nstages:\n") + GROWTH + "    plays: {}\n"


AT = "small.yaml:9: stage growth, play hi, "
NO_CLOCK = "is no time of day on the customer's clock: write hours and minutes, such as 09:00"
NO_PART = "is no part of a term: write a fraction between 0 and 1, such as 1/3, or a duration, such as 30d"

TOO_LONG = [("3651d", "3650d"), ("99999d", "3650d"), ("2601bd", "2600bd"), ("521w", "520w"), ("121mo", "120mo"), ("87601h", "87600h")]


@pytest.mark.parametrize(("written", "most"), TOO_LONG)
def test_a_duration_of_over_ten_years_is_refused_wherever_it_stands(written: str, most: str) -> None:
    told = f"'{written}' is over ten years; write {most} at most"
    assert faults(play("on: login", f"[{{wait: {written}}}]")) == [f"{AT}step 1, wait: {told}"]
    assert faults(play(f"on: login, within: {written}, cooldown: {written}")) == [f"{AT}within: {told}", f"{AT}cooldown: {told}"]
    assert faults(play(f"every: {written}")) == [f"{AT}every: {told}"]
    assert faults(play(f"silent_for: {written}")) == [f"{AT}silent_for: {told}"]
    assert faults(play(f"at: {{before_end: {written}}}")) == [f"{AT}at, before_end: {told}"]
    assert faults(play("on: login", f"[{{wait_for: {{event: login, timeout: {written}, otherwise: [{{wait: {written}}}]}}}}]")) == [
        f"{AT}step 1, wait_for, timeout: {told}",
        f"{AT}step 1, wait_for, otherwise, step 1, wait: {told}",
    ]
    assert faults(with_policy(f"contact_policy: {{cap: {{per: {written}}}}}")) == [f"small.yaml:3: contact_policy, cap, per: {told}"]


@pytest.mark.parametrize("written", ["3650d", "2600bd", "520w", "120mo", "87600h", "99999m", "99999s"])
def test_ten_years_are_not_too_long(written: str) -> None:
    read_playbook(play("on: login", f"[{{wait: {written}}}]"), {})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            play("every: {A: 5d, B: 10d}"),
            [f"{AT}every: says nothing for tier C; write it too, or let the play be for others alone, tiers: [A, B]"],
            id="a rhythm that leaves a tier out",
        ),
        pytest.param(
            play("every: {each: {B: 10d}, of: contract_start}, tiers: [B, C]"),
            [f"{AT}every: says nothing for tier C; write it too, or let the play be for others alone, tiers: [B]"],
            id="a rhythm that leaves out one of the play's tiers",
        ),
        pytest.param(
            play("on: login", "[{task: {title: Call, due: {B: 1d, C: 2d}}}]"),
            [f"{AT}step 1, task, due: says nothing for tier A; write it too, or let the play be for others alone, tiers: [B, C]"],
            id="a task that leaves a tier out",
        ),
        pytest.param(
            play("on: login", "[{id: call, task: {title: Call, due: {B: 1d, C: 2d}, ladder: [{after: 1d, to: boss}]}}]"),
            [f"{AT}step 1, task, due: says nothing for tier A; write it too, or let the play be for others alone, tiers: [B, C]"],
            id="a task with a ladder that leaves a tier out",
        ),
        pytest.param(
            play("on: login", "[{task: {title: Call, due: {}}}]"),
            [f"{AT}step 1, task, due: says nothing for tier A and B and C; write it too"],
            id="a task for no tier",
        ),
        pytest.param(
            with_policy("contract: {grace: 48h, win_back: 90m, away_long: 24h}"),
            [
                "small.yaml:3: contract, grace: 48h is shorter than a day, and a contract ends at midnight; write it in d, bd, w or mo",
                "small.yaml:3: contract, win_back: 90m is shorter than a day, and a contract ends at midnight; write it in d, bd, w or mo",
                "small.yaml:3: contract, away_long: 24h is shorter than a day, and a contract ends at midnight; write it in d, bd, w or mo",
            ],
            id="hours where a contract counts days",
        ),
        pytest.param(
            with_policy("contact_policy: {cap: {per: 7d, apart: 5bd}}"),
            ["small.yaml:3: contact_policy, cap, apart: 5bd is longer than the 7d that messages are counted for; write 7d at most"],
            id="messages further apart than they are counted for",
        ),
        pytest.param(
            with_policy("contact_policy: {jitter: 24h, cap: {emails: 1001}}"),
            [
                "small.yaml:3: contact_policy, cap, emails: 1001 emails are no cap; write 1000 at most",
                "small.yaml:3: contact_policy, jitter: 24h would spread a morning over days; write less than 24h",
            ],
            id="a policy that is none",
        ),
        pytest.param(
            with_policy('contact_policy: {hours: {opens: "09:00Z", closes: "18:00+01:00"}}'),
            [
                f"small.yaml:3: contact_policy, hours, opens: '09:00Z' {NO_CLOCK}",
                f"small.yaml:3: contact_policy, hours, closes: '18:00+01:00' {NO_CLOCK}",
            ],
            id="hours of another clock than the customer's",
        ),
        pytest.param(play("at: {day: 1, time: 9.5}"), [f"{AT}at, time: '9.5' {NO_CLOCK}"], id="a broken number of hours"),
        pytest.param(play("at: {before_end: 5}"), [f"{AT}at, before_end: '5' {NO_PART}"], id="five terms before the end"),
        pytest.param(play("at: {before_end: 0}"), [f"{AT}at, before_end: '0' {NO_PART}"], id="no part of a term"),
        pytest.param(
            play("on: login", "[{meeting: {template: hello, length: 0m}}]"),
            [f"{AT}step 1, meeting, length: a meeting of 0m is none; write how long it is, such as 45m"],
            id="a meeting of no length",
        ),
        pytest.param(
            play("on: login", f"[{{id: call, task: {{title: Call, due: 1d, ladder: [{', '.join(['{after: 1d, to: boss}'] * 21)}]}}}}]"),
            [f"{AT}step 1, task, ladder: there are 21 rungs, and a ladder has at most 20"],
            id="a ladder without end",
        ),
        pytest.param(
            play("on: login", f"[{', '.join(['{wait: 1d}'] * 201)}]"),
            [f"{AT}steps: there are 201 steps, and a play has at most 200"],
            id="too many steps",
        ),
        pytest.param(
            small("".join(f"      p{number}: {{at: {{day: 1}}, steps: [{{wait: 1d}}]}}\n" for number in range(501))),
            ["small.yaml:3: stages: there are 501 plays, and a playbook has at most 500"],
            id="too many plays",
        ),
        pytest.param(
            small("".join(f"      p{number}: {{on: [login, login, ticket.opened], steps: [{{wait: 1d}}]}}\n" for number in range(51))),
            [
                "small.yaml:8: stage growth, plays: 51 plays begin on login, and in one stage 50 may; give one play their steps, each with an 'if'",
                "small.yaml:8: stage growth, plays: 51 plays begin on ticket.opened, and in one stage 50 may; give one play their steps, each with "
                "an 'if'",
            ],
            id="too many plays on one event",
        ),
        pytest.param(
            small("      {}\n", "".join(f"      m{number}: {{kind: customer, due: 1d}}\n" for number in range(201))),
            ["small.yaml:3: stages: there are 201 milestones, and a playbook has at most 200"],
            id="too many milestones",
        ),
        pytest.param(
            small(
                "".join(
                    f"      p{number}:\n        when: segment.matches('[{number}]\\w{{20}}')\n        steps: [{{wait: 1d}}]\n"
                    for number in range(20)
                )
            ),
            [
                "small.yaml:10: stage growth, play p0, when: the conditions of the playbook look through lists and for patterns for 485 ms in "
                "all, this one for 24 ms, and 300 ms are the most; say them more simply, or fewer of them"
            ],
            id="conditions that take long together",
        ),
        pytest.param(
            play("on: login", f"[{{id: {'a' * 60}, task: {{title: Call, due: 1d, ladder: [{{after: 1d, to: boss}}]}}}}]"),
            [
                "small.yaml:9: stage growth, play hi: a task with a ladder or an offer with an approval has too long an id; "
                "give it an 'id' of 50 characters at most"
            ],
            id="an id that leaves no room for those of the ladder",
        ),
    ],
)
def test_too_much_or_too_little_is_refused_with_the_line_and_the_remedy(text: str, told: list[str]) -> None:
    assert faults(text) == told


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(play("every: {A: 5d, B: 10d}, tiers: [A, B]"), id="a rhythm for every tier of the play"),
        pytest.param(play("tiers: [C], on: login", "[{task: {title: Call, due: {C: 2d}}}]"), id="a task for every tier of the play"),
        pytest.param(play('at: {day: 1, time: "09:30"}'), id="a time of day in quotes"),
        pytest.param(play("at: {day: 1, time: 09:30:15}"), id="a time of day with seconds"),
        pytest.param(play("at: {before_end: 0.25}"), id="a part of a term as a decimal"),
        pytest.param(with_policy("contract: {grace: 0d, win_back: 3bd, away_long: 2w}"), id="no grace at all"),
        pytest.param(with_policy("contact_policy: {jitter: 1439m}"), id="a jitter of nearly a day"),
    ],
)
def test_what_is_within_the_bounds_reads(text: str) -> None:
    read_playbook(text, {"hello": HELLO})


def test_a_play_that_an_older_release_published_without_bounds_still_serves_the_tiers_that_it_names() -> None:
    playbook = read_playbook(play("every: {A: 5d, B: 10d}, tiers: [A, B]"), {})
    raw: dict[str, Any] = playbook.model_dump(mode="json", by_alias=True, exclude_none=True)
    raw["stages"]["growth"]["plays"]["hi"]["tiers"] = ["A", "B", "C"]
    older = type(playbook).model_validate(raw).stages[Stage.GROWTH].plays["hi"]
    assert [tier for tier in Tier if older.serves(tier)] == [Tier.A, Tier.B]


BOMBS = {
    "a list in a list in a list": ("[" * 100_000, "small.yaml:1: is nested more than 40 deep"),
    "a mapping in a mapping": ("{a: " * 100_000, "small.yaml:1: is nested more than 40 deep"),
    "a billion laughs": (
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n",
        "small.yaml:1: a: '&a' is an anchor; write the value out where it is used",
    ),
    "a mountain of text": (
        "playbook: " + "a" * 500_000,
        "small.yaml:1: the file has 500,010 characters, and a playbook has at most 500,000",
    ),
    "a number without end": (
        play("at: {day: 1" + "0" * 100_000 + "}"),
        "small.yaml:9: stage growth, play hi, at, day: unable to parse input string as an integer, exceeded maximum size, and this is '1000",
    ),
    "a fraction without end": (
        play(f"at: {{before_end: {'1' * 5000}/{'2' * 5000}}}"),
        "small.yaml:9: stage growth, play hi, at, before_end: '111",
    ),
    "no number": (play("at: {day: .nan}"), "small.yaml:9: stage growth, play hi, at, day: input should be a valid integer"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_document_that_would_burst_is_refused_before_it_does(name: str) -> None:
    text, told = BOMBS[name]
    assert faults(text)[0].startswith(told)
