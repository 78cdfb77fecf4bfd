"""The tests that docs/practices.md calls by the beginning of their names are there."""

import re

from tests.docs.pages import ROOT

PRACTICES = "tests/playbooks/test_practices.py"
ROWS = [row.rsplit("|", 2)[1] for row in (ROOT / "docs" / "practices.md").read_text(encoding="utf-8").splitlines() if row.startswith("| R")]


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
