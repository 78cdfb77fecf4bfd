"""A chart worked out: where each bar, line and word of it stands. `charts.html` draws it; here is no markup.

All charts have one width, in units that are about a pixel, so that their words are as large as the page's on any screen. Bars stand on the bottom where
their labels are short, as days and months are, and lie on their side where they are long, as reasons and names are.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from activities.reports.page.amounts import NOT_TOLD, amount, short_amount
from activities.reports.page.scales import Scale, scale_of
from activities.reports.report import Chart, ChartKind, Series
from lifecycle.domain.texts.text import one_line

WIDTH, HEIGHT = 360.0, 210.0
COLOURS = 6
"""Colours that there are; a seventh series has the first one's again, and a line its own dashes."""
_LETTER = 6.6
"""Units that a letter takes at most, on the average; a wide one takes twice as many."""
_TOP, _BOTTOM, _RIGHT = 10.0, 22.0, 10.0
_SHORT = 8
"""Letters of a label under a standing bar."""
_ROW, _ROW_GAP, _THIN_ROW = 14.0, 8.0, 9.0
_LINE = 14.0
_LABELS = 120.0
"""Units that labels beside lying bars have."""
_MOST_SAID = 3
"""Labels that the description names where a series is not told."""


@dataclass(frozen=True)
class Word:
    """A text of the chart: where it stands, how it is aligned there (start, middle, end), and what else it is called by."""

    x: float
    y: float
    text: str
    anchor: str = "middle"
    whole: str = ""


@dataclass(frozen=True)
class Rule:
    """A straight line from one point to another; `zero` is that of nothing."""

    x1: float
    y1: float
    x2: float
    y2: float
    zero: bool = False


@dataclass(frozen=True)
class Bar:
    """A bar of the series of that colour, and what it says."""

    x: float
    y: float
    width: float
    height: float
    colour: int
    says: str


@dataclass(frozen=True)
class Dot:
    """A value on a line, and what it says."""

    x: float
    y: float
    says: str


@dataclass(frozen=True)
class Line:
    """The line of the series of that number, in pieces: it is broken where nothing is told."""

    number: int
    pieces: tuple[str, ...]
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Drawing:
    """A chart as it is drawn; `description` says in words what it shows."""

    height: float
    description: str
    rules: list[Rule] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    width: float = WIDTH


def drawing_of(chart: Chart) -> Drawing | None:
    """The chart worked out; None where there is nothing to draw."""
    values = [value for series in chart.series for value in series.values if value is not None]
    if not values or not chart.labels:
        return None
    scale = scale_of(values, chart.unit, from_zero=chart.kind is ChartKind.BARS)
    if chart.kind is ChartKind.LINES:
        return _lines(chart, scale)
    return _standing(chart, scale) if all(len(one_line(label)) <= _SHORT for label in chart.labels) else _lying(chart, scale)


def colour_of(number: int) -> int:
    """Which colour the series of that number has."""
    return number % COLOURS


def _lines(chart: Chart, scale: Scale) -> Drawing:
    frame = _Frame(chart, scale)
    drawing = Drawing(HEIGHT, describe(chart))
    frame.draw_axis(drawing)
    for number, series in enumerate(chart.series):
        pieces: list[list[Dot]] = [[]]
        for index, value in enumerate(values_of(chart, series)):
            if value is None:
                pieces.append([])
            else:
                pieces[-1].append(Dot(frame.middle(index), frame.y(value), _says(chart, series, index, value)))
        told = [piece for piece in pieces if piece]
        paths = tuple(" ".join(f"{_short(dot.x)},{_short(dot.y)}" for dot in piece) for piece in told if len(piece) > 1)
        drawing.lines.append(Line(number, paths, tuple(dot for piece in told for dot in piece)))
    return drawing


def _standing(chart: Chart, scale: Scale) -> Drawing:
    frame = _Frame(chart, scale)
    drawing = Drawing(HEIGHT, describe(chart))
    frame.draw_axis(drawing)
    room = frame.slot * (0.8 if frame.slot > 6 else 0.95)
    width = min(room / max(1, len(chart.series)), 40.0)
    for number, series in enumerate(chart.series):
        for index, value in enumerate(values_of(chart, series)):
            if value is None:
                continue
            top, foot = sorted((frame.y(value), frame.y(0.0)))
            x = frame.middle(index) + (number - len(chart.series) / 2) * width
            drawing.bars.append(Bar(x, top, width, max(foot - top, 0.5), colour_of(number), _says(chart, series, index, value)))
    return drawing


class _Frame:
    """Where values and labels stand in a chart whose labels are along the bottom."""

    def __init__(self, chart: Chart, scale: Scale) -> None:
        self.chart, self.scale = chart, scale
        self.marks = [short_amount(mark, chart.unit, chart.currency) for mark in scale.marks]
        self.left = 8 + max(_length(mark) for mark in self.marks)
        self.slot = (WIDTH - _RIGHT - self.left) / len(chart.labels)

    def y(self, value: float) -> float:
        """How far down the value stands."""
        return HEIGHT - _BOTTOM - self.scale.part(value) * (HEIGHT - _TOP - _BOTTOM)

    def middle(self, index: int) -> float:
        """How far right the middle of the label of that number stands."""
        return self.left + (index + 0.5) * self.slot

    def draw_axis(self, drawing: Drawing) -> None:
        """The marks with their lines, and as many labels as have room."""
        for mark, written in zip(self.scale.marks, self.marks, strict=True):
            drawing.rules.append(Rule(self.left, self.y(mark), WIDTH - _RIGHT, self.y(mark), zero=not mark))
            drawing.words.append(Word(self.left - 4, self.y(mark) + 3.5, written, "end"))
        shown = _thinned(self.chart.labels, self.slot)
        room = min(WIDTH / 2, self.slot * (shown[1] - shown[0]) if len(shown) > 1 else WIDTH)
        for index in shown:
            label = one_line(self.chart.labels[index])
            text = shortened(label, room)
            half = _length(text) / 2
            x = min(max(self.middle(index), half), WIDTH - half)
            drawing.words.append(Word(x, HEIGHT - 6, text, whole=label))


def _lying(chart: Chart, scale: Scale) -> Drawing:
    labels = [one_line(label) for label in chart.labels]
    longest = max(_length(label) for label in labels)
    above = _LINE if longest > _LABELS else 0.0  # what has no room beside its bars stands above them
    left, right = (8.0 if above else longest + 8), WIDTH - 24
    thick = _ROW if len(chart.series) == 1 else _THIN_ROW
    bars = thick * max(1, len(chart.series))
    group = above + bars + _ROW_GAP
    height = _TOP + group * len(labels) + _BOTTOM
    drawing = Drawing(height, describe(chart))

    def x(value: float) -> float:
        return left + scale.part(value) * (right - left)

    marks = scale.marks[:: 2 if len(scale.marks) > 4 else 1]
    for mark in marks:
        drawing.rules.append(Rule(x(mark), _TOP, x(mark), height - _BOTTOM, zero=not mark))
        drawing.words.append(Word(x(mark), height - 6, short_amount(mark, chart.unit, chart.currency)))
    for index, label in enumerate(labels):
        top = _TOP + index * group + _ROW_GAP / 2 + above
        if above:
            drawing.words.append(Word(left + 2, top - 4, shortened(label, WIDTH - left - 2), "start", label))
        else:
            drawing.words.append(Word(left - 6, top + bars / 2 + 3.5, label, "end"))
        for number, series in enumerate(chart.series):
            value = values_of(chart, series)[index]
            if value is None:
                continue
            first, last = sorted((x(value), x(0.0)))
            says = _says(chart, series, index, value)
            drawing.bars.append(Bar(first, top + number * thick, max(last - first, 0.5), thick - 1, colour_of(number), says))
    return drawing


def values_of(chart: Chart, series: Series) -> list[float | None]:
    """A value a label, whatever the series has."""
    values: list[float | None] = list(series.values[: len(chart.labels)])
    return values + [None] * (len(chart.labels) - len(values))


def _says(chart: Chart, series: Series, index: int, value: float) -> str:
    named = f"{one_line(chart.labels[index])}, {one_line(series.name)}" if len(chart.series) > 1 else one_line(chart.labels[index])
    return f"{named}: {amount(value, chart.unit, chart.currency)}"


def describe(chart: Chart) -> str:
    """What the chart shows, in words: of each series the least, the most and the last value, and where nothing is told."""
    labels = list(map(one_line, chart.labels))
    kind = "Lines" if chart.kind is ChartKind.LINES else "Bars"
    across = f"from {labels[0]} to {labels[-1]}" if len(labels) > 1 else f"for {labels[0]}"
    return f"{kind} {across}. {' '.join(_describe_series(chart, series, labels) for series in chart.series)}"


def _describe_series(chart: Chart, series: Series, labels: Sequence[str]) -> str:
    values = values_of(chart, series)
    told = [(value, index) for index, value in enumerate(values) if value is not None]
    name = one_line(series.name)
    if not told:
        return f"{name}: {NOT_TOLD}."
    least, most, (last, _) = min(told, key=_value), max(told, key=_value), told[-1]
    said = [f"least {_at(chart, labels, *least)}", f"most {_at(chart, labels, *most)}", f"last {amount(last, chart.unit, chart.currency)}"]
    missing = [labels[index] for index, value in enumerate(values) if value is None]
    if missing:
        more = f" and {len(missing) - _MOST_SAID} more" if len(missing) > _MOST_SAID else ""
        said.append(f"{NOT_TOLD} for {', '.join(missing[:_MOST_SAID])}{more}")
    return f"{name}: {'; '.join(said)}." if len(told) > 1 else f"{name}: {_at(chart, labels, *least)}."


def _value(point: tuple[float, int]) -> float:
    return point[0]


def _at(chart: Chart, labels: Sequence[str], value: float, index: int) -> str:
    return f"{amount(value, chart.unit, chart.currency)} ({labels[index]})"


def _thinned(labels: Sequence[str], slot: float) -> list[int]:
    """Which labels are shown, so that each has room: every one, every second, ... from the first on."""
    longest = min(max(_length(one_line(label)) for label in labels) + 8, WIDTH / 4)
    every = 1
    while every * slot < longest and every < len(labels):
        every += 1
    return list(range(0, len(labels), every))


def _length(text: str) -> float:
    return _LETTER * sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def shortened(text: str, room: float) -> str:
    """The text, or as much of its beginning as has room, with an ellipsis."""
    if _length(text) <= room:
        return text
    return f"{''.join(_fitting(text, room - _LETTER)).rstrip()}…"


def _fitting(text: str, room: float) -> Iterator[str]:
    for letter in text:
        room -= _length(letter)
        if room < 0:
            return
        yield letter


def _short(place: float) -> str:
    return f"{place:.1f}"
