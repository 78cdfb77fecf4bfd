"""A figure, its target where it has one, and how figures are shown."""

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One measurement in its unit; `most` is the highest value that is still good, `least` the lowest."""

    name: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def good(self) -> bool:
        """Whether it keeps its target; one without a target does."""
        return (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)

    @property
    def target(self) -> str:
        """The target in words; empty where there is none."""
        limits = [("at most", self.most), ("at least", self.least)]
        return ", ".join(f"{word} {limit:g} {self.unit}" for word, limit in limits if limit is not None)


def show(title: str, figures: list[Figure]) -> None:
    """A table of figures on the terminal."""
    table = Table(title=title)
    for head in ("figure", "measured", "target", ""):
        table.add_column(head, justify="left" if head == "figure" else "right")
    for figure in figures:
        kept = "kept" if figure.good else "NOT KEPT"
        table.add_row(figure.name, f"{figure.value:,.2f} {figure.unit}", figure.target, kept if figure.target else "")
    Console().print(table)
