"""Charts worked out: axes that people read, bars that stand on nothing, lines that break where nothing is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.reports.page.charts import HEIGHT, WIDTH, Drawing, describe, drawing_of, shortened
from activities.reports.page.scales import scale_of
from activities.reports.report import Chart, ChartKind, Unit
from tests.activities.reports.a_report import LONG, MONTHS, a_chart


@pytest.mark.parametrize(
    ("values", "unit", "from_zero", "marks"),
    [
        ([3.0, 12.0], Unit.COUNT, True, (0, 5, 10, 15)),
        ([1.0, 3.0], Unit.COUNT, True, (0, 1, 2, 3)),
        ([0.91, 0.97], Unit.SHARE, False, (0.9, 0.92, 0.94, 0.96, 0.98)),
        ([0.2, 0.97], Unit.SHARE, False, (0, 0.2, 0.4, 0.6, 0.8, 1)),
        ([0.05, 1.0], Unit.SHARE, True, (0, 0.2, 0.4, 0.6, 0.8, 1)),
        ([-8_000.0, 120_000.0], Unit.MONEY, True, (-50_000, 0, 50_000, 100_000, 150_000)),
        ([-30.0, -10.0], Unit.SCORE, True, (-30, -20, -10, 0)),
        ([0.0, 0.0], Unit.COUNT, True, (0, 1)),
        ([0.93], Unit.SHARE, False, (0, 0.2, 0.4, 0.6, 0.8, 1)),
        ([7.0], Unit.DAYS, False, (0, 2, 4, 6, 8)),
    ],
)
def test_an_axis_has_round_marks_and_room_for_every_value(
    values: list[float], unit: Unit, from_zero: bool, marks: tuple[float, ...]
) -> None:
    assert scale_of(values, unit, from_zero=from_zero).marks == pytest.approx(marks)


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=20), st.sampled_from(Unit), st.booleans())
def test_any_values_have_a_place_on_their_axis_and_few_marks(values: list[float], unit: Unit, from_zero: bool) -> None:
    scale = scale_of(values, unit, from_zero=from_zero)
    assert all(-1e-6 <= scale.part(value) <= 1 + 1e-6 for value in values)
    assert 2 <= len(scale.marks) <= 9
    assert list(scale.marks) == sorted(set(scale.marks))
    assert not from_zero or scale.low <= 0 <= scale.high


def drawn(chart: Chart) -> Drawing:
    drawing = drawing_of(chart)
    assert drawing is not None
    return drawing


@pytest.mark.parametrize("kind", ChartKind)
@pytest.mark.parametrize("labels", [("A",), MONTHS, tuple(f"W{week}" for week in range(40)), (LONG, "B"), ("製" * 40, "B")])
@pytest.mark.parametrize("values", [(3.0,), (-3.0, 4.0), (None, 2.0), (0.0,)])
def test_nothing_stands_outside_of_the_picture(kind: ChartKind, labels: tuple[str, ...], values: tuple[float | None, ...]) -> None:
    row = tuple(values[index % len(values)] for index in range(len(labels)))
    drawing = drawn(a_chart(kind, labels, row, row)) if any(value is not None for value in row) else None
    if drawing is None:
        return
    assert drawing.width == WIDTH
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH and bar.y >= 0 and bar.y + bar.height <= drawing.height for bar in drawing.bars)
    assert all(0 <= dot.x <= WIDTH and 0 <= dot.y <= drawing.height for line in drawing.lines for dot in line.dots)
    for word in drawing.words:
        length = 6.6 * sum(2 if letter == "製" else 1 for letter in word.text)
        left = word.x - length * {"start": 0, "middle": 0.5, "end": 1}[word.anchor]
        assert left >= -7 and left + length <= WIDTH + 7, word


def test_a_bar_below_nothing_hangs_from_the_line_of_zero() -> None:
    drawing = drawn(a_chart(ChartKind.BARS, ("A", "B"), (10.0, -10.0)))
    above, below = drawing.bars
    zero = next(rule for rule in drawing.rules if rule.zero)
    assert above.y + above.height == pytest.approx(zero.y1) == pytest.approx(below.y)
    assert above.height == pytest.approx(below.height)
    assert [bar.says for bar in drawing.bars] == ["A: 10", "B: −10"]


def test_a_line_breaks_where_nothing_is_told_and_a_lone_value_is_a_dot() -> None:
    [line] = drawn(a_chart(ChartKind.LINES, MONTHS[:6], (1.0, 2.0, None, 3.0, None, 4.0))).lines
    assert len(line.pieces) == 1
    assert [dot.says for dot in line.dots] == ["Jan 2026: 1", "Feb 2026: 2", "Apr 2026: 3", "Jun 2026: 4"]


def test_no_bar_is_drawn_where_nothing_is_told_and_a_bar_of_nothing_is() -> None:
    assert [bar.says for bar in drawn(a_chart(ChartKind.BARS, ("A", "B"), (None, 0.0))).bars] == ["B: 0"]


def test_bars_with_long_labels_lie_and_grow_downwards_with_their_number() -> None:
    one, forty = (drawn(a_chart(ChartKind.BARS, tuple(f"Play number {play}" for play in range(number)))) for number in (2, 40))
    assert one.height < HEIGHT < forty.height
    assert len({bar.x for bar in forty.bars}) == 1
    assert len(forty.bars) == 40


def test_a_label_that_has_no_room_beside_its_bars_stands_above_them() -> None:
    long = "missing feature: cutting plan"
    beside, above = (drawn(a_chart(ChartKind.BARS, (label, "Price"))) for label in ("No decision", long))
    assert [word.text for word in beside.words if word.anchor == "end"] == ["No decision", "Price"]
    assert [word.text for word in above.words if word.anchor == "start"] == [long, "Price"]
    assert beside.words[-2].x < beside.bars[0].x
    assert above.words[-2].y < above.bars[0].y < above.words[-1].y


def test_labels_that_have_no_room_are_left_out_evenly_and_long_ones_are_shortened_with_the_whole_beside_them() -> None:
    labels = [word.text for word in drawn(a_chart(ChartKind.LINES, MONTHS)).words if word.whole]
    assert labels == ["Jan 2026", "Apr 2026", "Jul 2026", "Oct 2026"]
    [long] = [word for word in drawn(a_chart(ChartKind.BARS, (LONG, "Price"))).words if word.whole == LONG]
    assert long.text == "The people who had asked for it have all left, and n…"
    assert shortened("short", 60) == "short"


@pytest.mark.parametrize("chart", [a_chart(ChartKind.LINES, ()), a_chart(ChartKind.BARS, ("A",), (None,))])
def test_nothing_is_drawn_where_nothing_is_told(chart: Chart) -> None:
    assert drawing_of(chart) is None


def test_the_words_beside_the_picture_say_least_most_and_last_of_each_series_and_what_is_missing() -> None:
    chart = a_chart(ChartKind.LINES, MONTHS[:4], (0.91, None, 0.97, 0.93), (None,) * 4, unit=Unit.SHARE)
    assert describe(chart) == (
        "Lines from Jan 2026 to Apr 2026. Series 1: least 91% (Jan 2026); most 97% (Mar 2026); last 93%; not told for Feb 2026. "
        "Series 2: not told."
    )
    assert describe(a_chart(ChartKind.BARS, ("A",), (3.0,))) == "Bars for A. Series 1: 3 (A)."


def test_a_series_with_more_or_fewer_values_than_labels_is_drawn_as_far_as_both_go() -> None:
    assert len(drawn(a_chart(ChartKind.BARS, ("A", "B"), (1.0,), (1.0, 2.0, 3.0))).bars) == 3
