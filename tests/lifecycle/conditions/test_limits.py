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
    "a pattern laid out in full, with spaces in its braces": (
        'segment.matches("a{ 1000 }b{ 2, 3 }")',
        "looks for a pattern that repeats 3000 times, and 100 are the most; write * or + for any number",
    ),
    "a pattern laid out in full, with spaces in its number": (
        'segment.matches("(?ix)a{1 0 0 0}")',
        "looks for a pattern with (?x), which has no meaning here; leave it out",
    ),
    "classes of letters, each with hundreds of ranges": (
        'segment.matches("\\\\w{20}\\\\P{L}{2}")',
        "looks for a pattern of 80 classes of letters (\\w, \\d, \\p), each as often as it is repeated, and 32 are the most; "
        "write letters out, such as [a-zA-Z0-9]",
    ),
    "a pattern that is laid out for each element": (
        f"{SIXTY}.exists(x, segment.matches('.{{11}}'))",
        "looks, for each element of a list, for a pattern that repeats 11 times, and 10 are the most; write * or + for any number",
    ),
    "classes of letters for each element": (
        f"{SIXTY}.exists(x, x > 0 && segment.matches(r'\\w\\d'))",
        "looks, for each element of a list, for a pattern of 2 classes of letters (\\w, \\d, \\p), each as often as it is repeated, and 1 is "
        "the most; write letters out, such as [a-zA-Z0-9]",
    ),
    "a list for each element of a list": (
        f"{SIXTY}.map(x, {SIXTY}) == []",
        "makes a list or a map of 120 words for each element of another, in 'map', and 30 are the most",
    ),
    "a sum of thousands of parts": ("1" + " + 1" * 500 + " > 3", "has 1,003 names, signs and texts, and 1,000 are the most"),
    "a path of thousands of parts": ("attributes" + '["a"]' * 400 + " == 1", "has 1,203 names, signs and texts, and 1,000 are the most"),
    "a path deeper than the stack": ("attributes" + ".a" * 20_000 + " == 1", "has 40,015 characters, and 5,000 are the most"),
    "a text of thousands of characters": (f"segment == '{'x' * 5000}'", "has 5,013 characters, and 5,000 are the most"),
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
    r'segment.matches(r"^\w+-\w{2,8}$")',
    'milestones.exists(m, m.matches("(?i)^import-[0-9]+"))',
    "[1, 2].map(x, x in [2, 3]).exists(found, found)",
    '["a", "b"].map(x, {"a": 1, "b": 2}[x]).size() == company_size',
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
