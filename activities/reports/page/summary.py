"""The report in a few lines, for a mail: of each section the first figures that are told."""

from collections.abc import Iterator
from typing import NamedTuple

from activities.reports.page import amounts
from activities.reports.page.templates import template
from activities.reports.report import Figure, Period, Report
from lifecycle.domain.texts.text import one_line

OF_EACH = 2
"""Figures of a section, at most."""


class Said(NamedTuple):
    """A figure in a line: its title, its value, and what else is to be known of it."""

    title: str
    value: str
    more: str


def text_of(report: Report) -> str:
    """The lines as plain text."""
    head = f"The report of {one_line(report.period.name)} ({amounts.days(report.period)}) is attached, as a page that any browser opens."
    return "\n".join([head, *_lines(report)]) + "\n"


def html_of(report: Report) -> str:
    """The same as HTML."""
    return template("mail.html").render(report=report, sections=list(main_figures(report)))


def main_figures(report: Report) -> Iterator[tuple[str, list[Said]]]:
    """The sections of which something is told, each with its first figures."""
    for section in report.sections:
        told = [figure for figure in section.figures if figure.told][:OF_EACH]
        if told:
            yield one_line(section.title), [_said(figure, report.before) for figure in told]


def _said(figure: Figure, before: Period) -> Said:
    small = f"small number: n = {figure.count:,}" if figure.small else ""
    more = "; ".join(filter(None, (amounts.change(figure, before), small)))
    return Said(one_line(figure.title), amounts.amount(figure.value, figure.unit, figure.currency), one_line(more))


def _lines(report: Report) -> Iterator[str]:
    for title, lines in main_figures(report):
        yield ""
        yield title
        for said in lines:
            yield f"- {said.title}: {one_line(said.value)}{f' ({said.more})' if said.more else ''}"
