"""docs/timeline.md has a row for every cause, and names every field and kind of a line."""

import re
from dataclasses import fields

from lifecycle.domain.why import Cause
from lifecycle.state.log import TIMELINE_KEPT, Entry, EntryKind
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "timeline.md").read_text(encoding="utf-8")
FIRST_CELLS = [name for cell in re.findall(r"^\| ([^|]+) \|", PAGE, re.MULTILINE) for name in re.findall(r"`(\w+)`", cell)]


def test_every_cause_and_field_has_a_row() -> None:
    assert sorted(FIRST_CELLS) == sorted([*(cause.value for cause in Cause), *(field.name for field in fields(Entry))])


def test_every_kind_is_named() -> None:
    [row] = re.findall(r"^\| `kind` \| (.+) \|$", PAGE, re.MULTILINE)
    assert re.findall(r"`(\w+)`", row) == [kind.value for kind in EntryKind]


def test_how_many_lines_are_kept_is_true() -> None:
    assert f"the last {TIMELINE_KEPT} lines" in PAGE
