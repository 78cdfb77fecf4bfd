"""A folder is taken in at a glance: a dozen modules side by side at most, unless all of them are of one kind."""

import pytest

from tests.docs.pages import ROOT

SOURCE = ("activities", "bench", "console", "gateway", "lifecycle", "runtime", "tools", "workflows")
MOST = 12

OF_ONE_KIND = {
    "activities/reports/figures": "subjects",
    "console/commands": "commands",
    "lifecycle/facts": "subjects",
    "lifecycle/steps": "step kinds",
}
"""Folders that may hold more, for whoever knows one of their files knows what the others are."""


def modules_side_by_side() -> dict[str, int]:
    """How many modules each folder of the source holds, without those of its rooms; an `__init__.py` is none."""
    held: dict[str, int] = {}
    for path in (path for folder in SOURCE for path in (ROOT / folder).rglob("*.py") if path.name != "__init__.py"):
        folder = path.parent.relative_to(ROOT).as_posix()
        held[folder] = held.get(folder, 0) + 1
    return held


def test_no_folder_holds_more_than_a_dozen_modules_side_by_side() -> None:
    crowded = {folder: modules for folder, modules in modules_side_by_side().items() if modules > MOST}
    assert sorted(set(crowded) - set(OF_ONE_KIND)) == [], f"find rooms in them by subject: {crowded}"


@pytest.mark.parametrize("folder", OF_ONE_KIND)
def test_what_is_excepted_needs_to_be(folder: str) -> None:
    assert modules_side_by_side()[folder] > MOST
