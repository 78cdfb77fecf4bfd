"""A figure, its target where it has one, and how figures are shown."""

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One measurement in its unit; `most` is the highest value that is still good."""

    name: str
    value: float
    unit: str
    most: float | None = None

    @property
    def good(self) -> bool:
        """Whether it keeps its target; one without a target does."""
        return self.most is None or self.value <= self.most


def show(title: str, figures: list[Figure]) -> None:
    """A table of figures on the terminal."""
    table = Table(title=title)
    for head in ("figure", "measured", "at most", ""):
        table.add_column(head, justify="left" if head == "figure" else "right")
    for figure in figures:
        most = f"{figure.most:g} {figure.unit}" if figure.most is not None else ""
        table.add_row(
            figure.name, f"{figure.value:,.2f} {figure.unit}", most, "" if figure.most is None else "kept" if figure.good else "NOT KEPT"
        )
    Console().print(table)
