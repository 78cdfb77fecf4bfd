"""The page: everything of the report is on it, it stands alone, and nothing from outside is markup."""

import re
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from activities.reports.page.page import page_of
from activities.reports.report import ChartKind, Column, Report, Section, Table, Unit
from tests.activities.reports.a_report import LONG, PERIOD, RENEWALS, WHOLE, a_chart, a_figure, a_report
from tests.hostile_texts import HOSTILE, is_text, unprintable

EMPTY = {"meta"}


class Reader(HTMLParser):
    """The page's elements in order, its texts, and what is not closed as it was opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open and self.open[-1] != "style":
            self.texts.append((self.open[-1], data.strip()))

    def of(self, tag: str) -> list[str]:
        return [text for where, text in self.texts if where == tag]


def test_every_figure_says_its_value_its_change_its_interval_and_how_many_rows_are_behind_it() -> None:
    html = page_of(a_report(RENEWALS))
    shown = [
        re.sub(r"\s+", " ", unescape(re.sub("<[^>]*>", " ", part))).strip()
        for part in re.findall(r"<article class=\"sheet figure\".*?<details>", html, re.S)
    ]
    assert shown == [
        "Renewed 93.4% +2.1 points, was 91.3% in 2026‑Q3 95% interval 88.7% to 96.4% n = 214",
        "Renewed value, EUR €1,234,500 −€75,500, was €1,310,000 in 2026‑Q3 n = 214",
        "Renewed value, CHF CHF 48,000 not told in 2026‑Q3 small number: n = 4",
        "Change by renewals −$12,350 −$14,750, was $2,400 in 2026‑Q3 n = 214",
        "Committed not told",
        "Time to first value, median 12.5 days −1.5 days, was 14 days in 2026‑Q3 small number: n = 7",
        "First answer to a ticket, median 24 minutes as in 2026‑Q3 n = 88",
        "Net promoter score −8.2 +3.8, was −12 in 2026‑Q3 95% interval −20.1 to 3.4 n = 61",
        "Losses 14 +5, was 9 in 2026‑Q3",
        f"{LONG} 0 −1, was 1 in 2026‑Q3",
    ]  # fmt: skip


def test_every_figure_has_its_definition_on_screen_and_on_paper_and_says_how_its_customers_are_listed() -> None:
    read = Reader(page_of(a_report(RENEWALS)))
    on_screen = read.of("p")
    for figure in RENEWALS.figures:
        assert figure.definition in on_screen
        assert f"{figure.definition} ({figure.id})" in on_screen
        assert f"starter.py report --quarter 2026-Q4 --zone Europe/Berlin --explain {figure.id}" in read.of("code")


def test_headings_are_in_order_tables_have_scopes_and_every_reference_leads_somewhere() -> None:
    read = Reader(page_of(WHOLE))
    levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert {attributes.get("scope") for tag, attributes in read.tags if tag == "th"} == {"col", "row"}
    ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    referred = {
        name
        for _, attributes in read.tags
        for names in ("aria-labelledby", "aria-describedby")
        for name in (attributes.get(names) or "").split()
    }
    links = {(attributes["href"] or "")[1:] for tag, attributes in read.tags if tag == "a"}
    assert referred | links <= set(ids)


def test_every_chart_has_a_title_a_description_and_its_numbers_as_a_table() -> None:
    chart = a_chart(ChartKind.LINES, ("Oct", "Nov"), (0.5, None), (1.0, 0.25), title="Kept", unit=Unit.SHARE)
    read = Reader(page_of(a_report(Section(id="sla", title="SLA", charts=(chart,)))))
    [picture] = [attributes for tag, attributes in read.tags if tag == "svg" and "role" in attributes]
    assert picture["role"] == "img" and picture["aria-labelledby"] == "chart-1-1-title chart-1-1-desc"
    assert read.of("desc") == ["Lines from Oct to Nov. Series 1: 50% (Oct). Series 2: least 25% (Nov); most 100% (Oct); last 25%."]
    assert (read.of("th"), read.of("td")) == (["Series 1", "Series 2", "Oct", "Nov"], ["50%", "100%", "not told", "25%"])
    assert read.of("li")[-2:] == ["Series 1", "Series 2"]


def test_what_has_nothing_says_so() -> None:
    read = Reader(page_of(WHOLE))
    assert "Nothing is told about this." in read.of("p")
    assert "Nothing in this period." in read.of("p")
    assert "There is nothing to report." in Reader(page_of(a_report())).of("p")


def test_the_head_says_of_which_days_it_is_and_as_of_when() -> None:
    read = Reader(page_of(WHOLE))
    assert read.of("h1") == read.of("title")[:1] == ["Report of 2026-Q4"]
    assert read.of("p")[:2] == [
        "1 October 2026 to 31 December 2026, compared with 2026-Q3. Days are those of Europe/Berlin.",
        "1,840 customers in the record, as it was on 1 January 2027 at 09:30.",
    ]


def test_it_stands_alone() -> None:
    html = page_of(WHOLE)
    read = Reader(html)
    assert not {tag for tag, _ in read.tags} & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "style script"}
    loads = {
        name
        for _, attributes in read.tags
        for name in attributes
        if name in ("src", "srcset", "style", "xlink:href") or name.startswith("on")
    }
    assert loads == set()
    assert "url(" not in html and "@import" not in html and "http" not in html.replace("http-equiv", "")
    policy = next(attributes["content"] for tag, attributes in read.tags if attributes.get("http-equiv"))
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def said_everywhere(text: str) -> Report:
    """A report with that text wherever a text may stand."""
    words = {"title": text, "definition": text}
    columns = (Column(title="Reason").model_copy(update={"title": text}), Column(title="A year", unit=Unit.MONEY))
    table = Table(id="x.t", title="", definition="", columns=columns, rows=()).model_copy(
        update=words | {"rows": ((text, 1.0), (text, None))}
    )
    charts = [
        a_chart(kind, ("A", "B"), (1.0, 2.0), (None, 1.0)).model_copy(update={"title": text, "labels": labels})
        for kind in ChartKind
        for labels in ((text, "B"), (text[:4], text[-4:]))
    ]
    charts = [
        each.model_copy(update={"series": tuple(series.model_copy(update={"name": text}) for series in each.series)}) for each in charts
    ]
    figure = a_figure(before=0.5).model_copy(update=words | {"id": text, "currency": text, "unit": Unit.MONEY})
    section = Section(id="x", title="", figures=(figure,)).model_copy(update={"title": text, "tables": (table,), "charts": tuple(charts)})
    period = PERIOD.model_copy(update={"name": text})
    return a_report().model_copy(update={"period": period, "before": period, "sections": (section,)})


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_from_outside_is_markup_wherever_it_stands(text: str) -> None:
    html = page_of(said_everywhere(text))
    assert is_text(html)
    assert not unprintable(html)
    shapes = {(tag, *sorted(attributes)) for tag, attributes in Reader(html).tags}
    assert shapes <= {
        (tag, *sorted(attributes)) for text in ("x", "many words") for tag, attributes in Reader(page_of(said_everywhere(text))).tags
    }
