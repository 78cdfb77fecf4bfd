"""Figures of a section that are one figure for several parts (currencies, tiers, stages) are shown together, a row each."""

from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

from activities.reports.report import Figure

FEWEST = 3
"""Parts from which on they are a table."""
WHOLE = "all"
_BETWEEN = ", "


class Part(NamedTuple):
    """A figure of a group, and for what it is."""

    name: str
    figure: Figure


class Group(NamedTuple):
    """One figure for several parts; the definition holds for each."""

    title: str
    definition: str
    parts: tuple[Part, ...]


class Shown(NamedTuple):
    """The figures of a section as they are shown: those that stand alone, and groups."""

    alone: list[Figure]
    groups: list[Group]


def grouped(figures: Sequence[Figure]) -> Shown:
    """The figures, each in its order, with those that differ by their part alone put together."""
    alike: dict[tuple[str, str, str], list[Figure]] = {}
    for figure in figures:
        alike.setdefault((figure.definition, figure.unit, figure.title.partition(_BETWEEN)[0]), []).append(figure)
    groups = [each for each in alike.values() if len(each) >= FEWEST]
    taken = {id(figure) for group in groups for figure in group}
    return Shown([figure for figure in figures if id(figure) not in taken], [_group(each) for each in groups])


def _group(figures: Sequence[Figure]) -> Group:
    pieces = [figure.title.split(_BETWEEN) for figure in figures]
    shared = [column[0] for column in takewhile(_alike, zip(*pieces, strict=False))]
    parts = tuple(Part(_BETWEEN.join(piece[len(shared) :]) or WHOLE, figure) for piece, figure in zip(pieces, figures, strict=True))
    return Group(_BETWEEN.join(shared), figures[0].definition, parts)


def _alike(words: Sequence[str]) -> bool:
    return len(set(words)) == 1
