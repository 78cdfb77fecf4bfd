"""The report as one HTML page."""

from pathlib import Path
from uuid import uuid4

from activities.private_files import make_folder, open_private
from activities.reports import periods
from activities.reports.page import amounts
from activities.reports.page.templates import template
from activities.reports.report import SMALL, Period, Report
from lifecycle.domain.time.zones import local


def page_of(report: Report) -> str:
    """The whole page, to be written as UTF-8: it asks for nothing, runs nothing, and prints."""
    as_of = local(report.as_of, report.zone)
    command = f"starter.py report {_options(report.period)}{f' --zone {report.zone}' if report.zone != 'UTC' else ''} --explain"
    return template("page.html").render(report=report, as_of=f"{amounts.day(as_of.date())} at {as_of:%H:%M}", small=SMALL, command=command)


def write_page(report: Report, file: Path) -> None:
    """Write the page into that file, for its owner alone; whoever reads it meanwhile has the one before, whole. Blocks. Raises OSError."""
    make_folder(file.parent)
    aside = file.with_name(f".{file.name}.{uuid4().hex}")
    try:
        with open_private(aside, "w", encoding="utf-8") as opened:
            opened.write(page_of(report))
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def _options(period: Period) -> str:
    """How the command is asked for that period."""
    if period == periods.quarter_of(period.first):
        return f"--quarter {period.name}"
    if period == periods.month(period.first.year, period.first.month):
        return f"--month {period.first:%Y-%m}"
    return f"--from {period.first} --to {period.last}"
