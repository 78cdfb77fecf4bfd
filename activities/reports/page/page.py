"""The report as one HTML page."""

from activities.reports.page import amounts
from activities.reports.page.templates import template
from activities.reports.report import SMALL, Report
from lifecycle.domain.time.zones import local


def page_of(report: Report) -> str:
    """The whole page, to be written as UTF-8: it asks for nothing, runs nothing, and prints."""
    as_of = local(report.as_of, report.zone)
    return template("page.html").render(report=report, as_of=f"{amounts.day(as_of.date())} at {as_of:%H:%M}", small=SMALL)
