"""docs/practices.md: the tests that it calls by the beginning of their names are there, and what names one of its rows stands in that row."""

import re
from itertools import chain

from lifecycle.facts.facts import MEASURES
from tests.docs.pages import ROOT

PRACTICES = "tests/playbooks/test_practices.py"
LINES = [line for line in (ROOT / "docs" / "practices.md").read_text(encoding="utf-8").splitlines() if line.startswith("| R")]
ROWS = [row.rsplit("|", 2)[1] for row in LINES]


def numbers_of(line: str) -> list[int]:
    """The rows that a line of the table is, of `R08` as of `R03-R06, R65`."""
    parts = [re.findall(r"\d+", part) for part in line.split("|")[1].split(",")]
    return list(chain.from_iterable(range(int(part[0]), int(part[-1]) + 1) for part in parts))


LINE_OF = {number: line for line in LINES for number in numbers_of(line)}


def as_name(sentence: str) -> str:
    return re.sub(r"\W+", "_", sentence.lower().replace("'", "")).strip("_")


def test_what_a_row_is_shown_by_is_a_test() -> None:
    called = [
        found.groups() for row in ROWS for part in re.split(r"[;.] ", row) if (found := re.match(r" *(?:P|`([\w/]+\.py)`): ([^.]*)", part))
    ]
    assert len(called) > 40
    for file, sentence in called:
        text = (ROOT / (file or PRACTICES)).read_text(encoding="utf-8")
        known = re.findall(r'def test_(\w+)|^ *"([^"]+)":', text, re.MULTILINE)
        assert any(as_name(name or case).startswith(as_name(sentence)) for name, case in known), sentence


def test_every_row_that_code_or_a_playbook_names_is_in_the_page() -> None:
    folders = ("activities", "console", "gateway", "lifecycle", "playbooks", "runtime", "workflows")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*") if file.suffix in (".py", ".yaml")]
    named = {(file.name, int(number)) for file in files for number in re.findall(r"\bR(\d\d)\b", file.read_text(encoding="utf-8"))}
    assert len(named) > 60
    assert [each for each in sorted(named) if each[1] not in LINE_OF] == []


def test_every_play_of_the_standard_playbook_stands_in_the_rows_that_it_says_it_is_for() -> None:
    text = (ROOT / "playbooks" / "standard.yaml").read_text(encoding="utf-8")
    plays = re.findall(r"^ +([\w-]+):\n +about: .*  # (R\d\d.*)$", text, re.MULTILINE)
    said = [(name, int(number)) for name, rows in plays for number in re.findall(r"\bR(\d\d)\b", rows)]
    assert len(said) > 50
    assert [f"R{number}: `{name}`" for name, number in said if f"`{name}`" not in LINE_OF[number]] == []


def test_everything_that_health_can_measure_stands_in_its_row() -> None:
    assert [measure for measure in MEASURES if f"`{measure}`" not in LINE_OF[33]] == []
