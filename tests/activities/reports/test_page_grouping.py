"""Figures for several parts are a table, and what stands alone stays by itself."""

import re

from activities.reports.page.grouping import grouped
from activities.reports.page.page import page_of
from activities.reports.report import Figure, Section, Unit
from tests.activities.reports.a_report import a_figure, a_report

CURRENCIES = [
    a_figure(
        f"retention.gross-{code.lower()}", title=f"Gross retention, {code}", definition="G.", value=value, count=count, low=0.5, high=0.9
    )
    for code, value, count in (("EUR", 0.8, 40), ("USD", 0.7, 4), ("CHF", None, 0))
]


def names(figures: list[Figure]) -> list[str]:
    return [figure.title for figure in figures]


def test_three_figures_that_differ_by_their_part_are_one_table_with_the_whole_called_all() -> None:
    tiers = [
        a_figure(f"sla.kept-{tier}", title=title, definition="S.")
        for tier, title in (("all", "Kept"), ("a", "Kept, tier A"), ("b", "Kept, tier B"))
    ]
    shown = grouped([a_figure(title="Alone"), *CURRENCIES, *tiers])
    assert names(shown.alone) == ["Alone"]
    assert [(group.title, [part.name for part in group.parts]) for group in shown.groups] == [
        ("Gross retention", ["EUR", "USD", "CHF"]),
        ("Kept", ["all", "tier A", "tier B"]),
    ]


def test_two_are_too_few_and_another_definition_or_unit_or_title_is_another_figure() -> None:
    two = CURRENCIES[:2]
    others = [
        CURRENCIES[2].model_copy(update={"definition": "Another."}),
        CURRENCIES[2].model_copy(update={"unit": Unit.DAYS}),
        CURRENCIES[2].model_copy(update={"title": "Net retention, CHF"}),
    ]
    assert names(grouped([*two, *others]).alone) == names([*two, *others])


def test_names_with_a_comma_share_as_much_as_they_share() -> None:
    figures = [a_figure(title=f"Days in the stage, nine of ten, {stage}", definition="D.") for stage in ("growth", "renewal", "lapsed")]
    [group] = grouped(figures).groups
    assert (group.title, [part.name for part in group.parts]) == ("Days in the stage, nine of ten", ["growth", "renewal", "lapsed"])


def test_a_table_says_of_each_part_its_value_interval_the_value_before_and_how_many_rows() -> None:
    html = page_of(a_report(Section(id="retention", title="Retention", figures=tuple(CURRENCIES))))
    rows = [" ".join(re.sub("<[^>]*>", " ", row).split()) for row in re.findall(r"<tr>.*?</tr>", html)]
    assert rows == [
        "for 2026-Q4 2026-Q3 n",
        "EUR 80% 50% to 90% not told 40",
        "USD 70% 50% to 90% not told small: 4",
        "CHF not told not told",
    ]
    assert "G. (retention.gross-eur, retention.gross-usd, retention.gross-chf)" in html
