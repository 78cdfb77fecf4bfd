"""docs/reports.md has every figure that a report may hold, as the code defines it."""

from activities.reports.reporting import MEASURES
from tools.report_docs import PAGE, with_tables


def test_the_page_is_what_the_measures_say() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_tables(page), "run 'make docs'"
    assert all(f"`{measure.id}`" in page and measure.definition in page for measure in MEASURES)


def test_no_two_measures_share_an_id_and_each_begins_with_its_section() -> None:
    ids = [measure.id for measure in MEASURES]
    assert len(set(ids)) == len(ids)
    assert all(id.count(".") == 1 for id in ids)
