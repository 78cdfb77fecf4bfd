"""What a figure is before anything is counted: its id, its definition, its unit; and how it is made of rows."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from activities.reports import numbers
from activities.reports.material import Material
from activities.reports.numbers import Measured
from activities.reports.report import Behind, Figure, Unit
from lifecycle.domain.enums import Tier

LONGEST_PART = 60
"""Characters of what stands in an id behind its measure."""


@dataclass(frozen=True)
class Measure:
    """A figure to be made. `id` is `section.name`; one that is made for each currency, tier, stage, survey or the like has that behind a hyphen,
    `retention.gross-eur`, and `each` says for what.
    """

    id: str
    title: str
    definition: str
    unit: Unit
    each: str = ""

    def share(self, rows: Sequence[Behind], part: str = "") -> Figure:
        """What part of the rows is counted."""
        return self.made(numbers.share(sum(row.counted for row in rows), len(rows)), rows, part)

    def median(self, rows: Sequence[Behind], part: str = "") -> Figure:
        """The median of the rows' values."""
        return self.of_values(numbers.median, rows, part)

    def p90(self, rows: Sequence[Behind], part: str = "") -> Figure:
        """The smallest value that nine of ten rows do not exceed."""
        return self.of_values(lambda values: numbers.quantile(values, 0.9), rows, part)

    def mean(self, rows: Sequence[Behind], part: str = "") -> Figure:
        """The mean of the rows' values."""
        return self.of_values(numbers.mean, rows, part)

    def of_values(self, measuring: Callable[[Sequence[float]], Measured], rows: Sequence[Behind], part: str = "") -> Figure:
        """What `measuring` makes of the rows' values."""
        return self.made(measuring([row.value for row in rows if row.value is not None]), rows, part)

    def number(self, rows: Sequence[Behind], part: str = "", *, told: bool) -> Figure:
        """How many rows are counted; where nobody could have told any, not told."""
        return self.made(Measured(float(sum(row.counted for row in rows)) if told else None), rows, part)

    def total(self, rows: Sequence[Behind], part: str = "", *, currency: str = "") -> Figure:
        """The sum of the counted rows' values; not told where there is no row."""
        worth = sum(row.value or 0.0 for row in rows if row.counted) if rows else None
        return self.made(Measured(worth), rows, part, currency=currency)

    def not_told(self, part: str = "") -> Figure:
        """The figure where nobody has told what it is made of."""
        return self.made(numbers.NOTHING, (), part)

    def made(self, measured: Measured, rows: Iterable[Behind], part: str = "", *, currency: str = "") -> Figure:
        """The figure with that value and these rows behind it; for `currency` alone, where one is given."""
        rows, part = tuple(rows), part or currency
        return Figure(
            id=f"{self.id}-{slug(part)}" if part else self.id,
            title=f"{self.title}, {part}" if part else self.title,
            definition=self.definition,
            unit=self.unit,
            value=measured.value,
            count=len(rows),
            low=measured.low,
            high=measured.high,
            currency=currency,
            behind=rows,
        )


def slug(text: str) -> str:
    """The text as a part of an id: small letters and digits, and hyphens between them; of a long one the beginning."""
    return re.sub(r"[\W_]+", "-", text.casefold())[:LONGEST_PART].strip("-") or "other"


def by_tier(material: Material, rows: Sequence[Behind], figure: Callable[[Sequence[Behind], str], Figure]) -> list[Figure]:
    """The figure of all these rows, and that of each tier's customers."""
    of_tier: dict[str, list[Behind]] = defaultdict(list)
    for row in rows:
        of_tier[material.customer(row.customer).tier].append(row)
    return [figure(rows, ""), *(figure(of_tier[tier], f"tier {tier}") for tier in Tier if of_tier[tier])]
