"""The templates beside this file. Every text that one writes is escaped and made printable where it is written, whoever wrote it."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from activities.reports.page import amounts
from activities.reports.page.charts import colour_of, drawing_of, values_of
from activities.reports.page.grouping import grouped
from activities.reports.report import Chart
from lifecycle.domain.texts.text import one_line


def template(name: str) -> Template:
    """The template of that name."""
    return _templates().get_template(name)


def _shown(value: Any) -> Any:
    """What is written of a value: of a text, one printable line."""
    return one_line(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _place(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _unbroken(text: str) -> str:
    """The text with hyphens at which no line ends, as in 2026-Q3."""
    return text.replace("-", "\u2011")


def _numbers(chart: Chart) -> list[list[str | float | None]]:
    columns = [values_of(chart, series) for series in chart.series]
    return [[label, *(column[index] for column in columns)] for index, label in enumerate(chart.labels)]


@lru_cache(maxsize=1)
def _templates() -> Environment:
    here = FileSystemLoader(Path(__file__).parent)
    made = Environment(loader=here, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_shown)
    made.filters |= {
        "amount": amounts.amount,
        "cell": amounts.cell,
        "change": amounts.change,
        "colour": colour_of,
        "days": amounts.days,
        "drawing": drawing_of,
        "grouped": grouped,
        "interval": amounts.interval,
        "number": amounts.number,
        "numbers": _numbers,
        "place": _place,
        "unbroken": _unbroken,
    }
    return made
