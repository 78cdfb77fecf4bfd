"""`make docs`: writes the tables of docs/reports.md from the measures of the report's subjects."""

import re
from pathlib import Path

from activities.reports.measures import Measure
from activities.reports.reporting import SUBJECTS

PAGE = Path(__file__).parents[1] / "docs" / "reports.md"
HEAD = "## What each figure counts\n"

_PRACTICES = re.compile(r" \(R\d+(?:, R\d+)*\)")
"""References to docs/practices.md, which only readers of the code need."""


def with_tables(page: str) -> str:
    """That page with its last chapter made anew: a table a subject, with a row a figure, in the order in which they are shown."""
    before, _, _ = page.partition(HEAD)
    return (
        before
        + HEAD
        + "".join(_subject(_PRACTICES.sub("", " ".join((subject.__doc__ or "").split())), subject.MEASURES) for subject in SUBJECTS)
    )


def _subject(says: str, measures: tuple[Measure, ...]) -> str:
    return f"\n**{says}**\n\n| figure | in | counts |\n|---|---|---|\n" + "".join(_row(measure) for measure in measures)


def _row(measure: Measure) -> str:
    each = f"<br>each {measure.each}" if measure.each else ""
    return f"| `{measure.id}`{each} | {measure.unit.value} | {measure.title}. {measure.definition} |\n"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
