"""No condition asks for more than a workflow task has time for: what would is a fault, found without working it out."""

import pytest

from lifecycle.conditions.checking import Scope, check
from lifecycle.facts.events import CATALOGUE
from tests.lifecycle.playbook.documents import faults, small

PLAIN = Scope(milestones=frozenset({"imported"}))
SIXTY = "[" + ", ".join(str(number) for number in range(60)) + "]"
NESTED = f"{SIXTY}.all(a, {SIXTY}.all(b, {SIXTY}.all(c, true)))"
INSIDE = "goes through one list inside another, '{}' inside '{}'; no list may be gone through so often"

TOO_MUCH = {
    "loops in loops": (NESTED, INSIDE.format("all", "all")),
    "a loop in another's body, of another kind": ("[1, 2].exists(a, [1, 2].filter(b, b > a).size() > 0)", INSIDE.format("filter", "exists")),
    "a loop in another's body, in brackets": ("[1].exists_one(a, (1 == 1 && (['x'].map(b, b + b) == [])))", INSIDE.format("map", "exists_one")),
    "a text that doubles from list to list": (
        "['x'].map(a, a + a)" + ".map(a, a + a)" * 30 + " == []",
        "goes through 31 lists, and 8 are the most",
    ),
    "two lists made one of the other": ("['x'].map(a, a + a).map(a, a + a) == []", "makes lists of lists, 'map' twice; once is the most"),
    "nine loops side by side": (" && ".join(["[1].all(a, a > 0)"] * 9), "goes through 9 lists, and 8 are the most"),
    "not, and not, and not": ("!" * 990 + "true", "has 990 signs in a row, and 4 are the most"),
    "minus, and minus": ("-" * 5 + "1 == 1", "has 5 signs in a row, and 4 are the most"),
    "brackets": ("(" * 490 + "true" + ")" * 490, "is nested more than 16 deep; make it several plays or steps with a condition each"),
    "brackets of lists": ("[" * 17 + "]" * 17 + " == []", "is nested more than 16 deep; make it several plays or steps with a condition each"),
    "brackets and signs": ("!(" * 17 + "true" + ")" * 17, "is nested more than 16 deep; make it several plays or steps with a condition each"),
    "a pattern laid out in full": (
        'segment.matches("((a{100}){100}){100}")',
        "looks for a pattern that repeats 1000000 times, and 100 are the most; write * or + for any number",
    ),
    "a pattern laid out in full, spelled otherwise": (
        'segment.matches("(\\\\w\\x7b101})")',
        "looks for a pattern that repeats 101 times, and 100 are the most; write * or + for any number",
    ),
    "a long pattern": (f"segment.matches('{'a' * 201}')", "looks for a pattern of 201 characters, and 200 are the most"),
    "a pattern that nobody has read": ("segment.matches(industry)", "'matches' takes its pattern as one text in quotes"),
    "a pattern put together": ("segment.matches('(' + 'a)')", "'matches' takes its pattern as one text in quotes"),
    "five patterns": (
        " || ".join(["segment.matches('a')"] * 5),
        "looks for 5 patterns, and 4 are the most; join them with | in one",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_condition_that_asks_for_too_much_is_told_what(name: str) -> None:
    source, told = TOO_MUCH[name]
    assert check(source, PLAIN) == [told]
    assert check(source, PLAIN.with_event(list(CATALOGUE)).with_clock()) == [told]


ENOUGH = [
    '["a", "b"].exists(x, x == segment) && ["c"].all(x, x != segment)',
    "milestones.exists(m, milestones[m].overdue)",
    "[1, 2, 3].filter(x, x > 1).size() == company_size",
    "[1, 2].map(x, x * 2).exists(x, x == company_size)",
    "!!first_value",
    "!(" * 8 + "first_value" + ")" * 8,
    'segment.matches("(?i)[a-z]{2}[0-9]{1,12}|shop")',
    " || ".join(f'segment == "s{number}"' for number in range(45)),
    "company_size" + " + 1" * 240 + " > 3",
    'segment == "{9999999}" || industry == "!!!!!!!!!!" || segment == "((((((((((((((((((((" || segment == ".all(x, .all(y"',
]


@pytest.mark.parametrize("source", ENOUGH)
def test_a_condition_that_people_write_is_not_too_much(source: str) -> None:
    assert check(source, PLAIN) == []


@pytest.mark.parametrize("where", ["if", "until", "when"])
def test_it_is_a_fault_of_the_playbook_with_its_line(where: str) -> None:
    trigger = "" if where == "when" else "        on: login\n"
    found = faults(small(f"      hi:\n{trigger}        {where}: '{NESTED}'\n        steps: [{{wait: 1d}}]\n"))
    line = 10 if where == "when" else 11
    assert found == [f"small.yaml:{line}: stage growth, play hi, {where}: {INSIDE.format('all', 'all')}"]
