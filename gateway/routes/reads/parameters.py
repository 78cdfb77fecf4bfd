"""What may stand in the query of a read, and what is said of one that may not."""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from starlette.datastructures import QueryParams

from activities.ledger.record.pages import Order, Which
from activities.reports.periods import quarter_of, read_quarter
from activities.reports.report import Period
from lifecycle.domain.enums import Band, Stage, Tier
from lifecycle.domain.errors import Mistake
from lifecycle.domain.model import EARLIEST, LATEST, Frozen
from lifecycle.domain.texts.text import one_line

MOST_ROWS, ROWS = 200, 50
"""Rows of a page, at most and where the query does not say."""
LONGEST = 200
MOST_DAYS = 366

Query = TypeVar("Query", bound=Frozen)


class BadQuery(ValueError):
    """The query can't be answered: one sentence, and the parameter that is wrong."""

    def __init__(self, sentence: str, parameter: str) -> None:
        super().__init__(sentence)
        self.parameter = parameter


def _whole(least: int, most: int) -> Callable[[object], object]:
    def read(told: object) -> object:
        if isinstance(told, str) and (re.fullmatch(r"[0-9]{1,9}", told) is None or not least <= int(told) <= most):
            raise ValueError(f"is a whole number from {least} to {most}")
        return told

    return read


def _truth(told: object) -> object:
    if isinstance(told, str) and told not in ("true", "false"):
        raise ValueError("is true or false")
    return told == "true" if isinstance(told, str) else told


def _text(told: str) -> str:
    if not told or len(told) > LONGEST or "\0" in told:
        raise ValueError(f"is a text of 1 to {LONGEST} characters")
    return told


def _quarter(told: str) -> str:
    try:
        read_quarter(told)
    except Mistake:
        raise ValueError(f"is a quarter of the years {EARLIEST.year} to {LATEST.year}, such as 2026-Q4") from None
    return told


def _any_case(told: object) -> object:
    return told.upper() if isinstance(told, str) else told


Text = Annotated[str, AfterValidator(_text), Field(json_schema_extra={"minLength": 1, "maxLength": LONGEST})]


class Paged(Frozen):
    """What every list may be asked for. `sort` names a field of the answer, with - before it for the other way round."""

    COLUMNS: ClassVar[dict[str, str]] = {}

    limit: Annotated[int, BeforeValidator(_whole(1, MOST_ROWS)), Field(ge=1, le=MOST_ROWS)] = Field(
        ROWS, description="Rows of a page, at most."
    )
    cursor: Text | None = Field(None, description="`next_cursor` of the page before; everything else as it was asked for there.")

    def order_of(self, sort: str) -> Order:
        """The order that this `sort` stands for."""
        name = sort.removeprefix("-")
        return Order(self.COLUMNS.get(name, name), descending=sort.startswith("-"))


class OfCustomers(Paged):
    """What every list of customers may be asked for, in the words of the commands."""

    COLUMNS: ClassVar[dict[str, str]] = {"health_score": "health", "at": "next_touch_at"}

    stage: Stage | None = Field(None, description="Those in this stage.")
    tier: Annotated[Tier, BeforeValidator(_any_case)] | None = Field(None, description="Those of this tier.")
    segment: Text | None = Field(None, description="Those of this segment, in any case.")
    owner: Text | None = Field(None, description="Those that this person looks after: a part of the name, in any case.")
    health: Band | None = Field(None, description="Those of this health.")

    @property
    def which(self) -> Which:
        """The customers that match."""
        return Which(stage=self.stage, tier=self.tier, segment=self.segment, owner=self.owner, health=self.health)


class CustomersQuery(OfCustomers):
    """The query of GET /customers."""

    sort: Literal[
        "customer",
        "-customer",
        "annual_value",
        "-annual_value",
        "health_score",
        "-health_score",
        "health_change",
        "-health_change",
        "contract_end",
        "-contract_end",
        "next_touch_at",
        "-next_touch_at",
    ] = Field("customer", description="By what they come; - turns it round. What is not known comes last.")


class UpcomingQuery(OfCustomers):
    """The query of GET /upcoming."""

    days: Annotated[int, BeforeValidator(_whole(1, MOST_DAYS)), Field(ge=1, le=MOST_DAYS)] = Field(7, description="So far ahead.")
    sort: Literal["at", "-at", "customer", "-customer", "annual_value", "-annual_value"] = Field(
        "at", description="By what they come; - turns it round."
    )


class RenewalsQuery(OfCustomers):
    """The query of GET /renewals."""

    quarter: Annotated[str, AfterValidator(_quarter)] | None = Field(
        None, description="That quarter, such as 2026-Q4; the present one, in UTC, without it."
    )
    sort: Literal[
        "contract_end", "-contract_end", "customer", "-customer", "annual_value", "-annual_value", "health_score", "-health_score"
    ] = Field("contract_end", description="By what they come; - turns it round.")

    def period(self, today: date) -> Period:
        """The quarter that is asked for."""
        return read_quarter(self.quarter) if self.quarter is not None else quarter_of(today)


class TasksQuery(Paged):
    """The query of GET /tasks."""

    owner: Text | None = Field(None, description="Those for this person, or of its customers: a part of the name, in any case.")
    overdue: Annotated[bool, BeforeValidator(_truth)] = Field(False, description="Those that are due already, and not put off.")
    sort: Literal["due_at", "-due_at"] = Field("due_at", description="By what they come; - turns it round. Those without a time come last.")


class NoQuery(Frozen):
    """Of a read that has no parameters."""


def read_query(model: type[Query], told: QueryParams) -> Query:
    """The query as that model. Raises BadQuery."""
    items = told.multi_items()
    for name, _ in items:
        if name not in model.model_fields:
            known = f"there are {', '.join(sorted(model.model_fields))}" if model.model_fields else "there are none"
            raise BadQuery(f"'{_shown(name)}' is no parameter here: {known}.", _shown(name))
    names = [name for name, _ in items]
    for name in names:
        if names.count(name) > 1:
            raise BadQuery(f"'{name}' is given {names.count(name)} times: give it once.", name)
    try:
        return model.model_validate(dict(items))
    except ValidationError as error:
        fault = error.errors()[0]
        name = str(fault["loc"][0])
        raise BadQuery(f"'{name}' {_why(fault)}, and not '{_shown(dict(items)[name])}'.", name) from None


def _why(fault: Any) -> str:
    if fault["type"] in ("enum", "literal_error"):
        return f"is {fault['ctx']['expected']}"
    return str(fault["msg"]).removeprefix("Value error, ")


def _shown(told: str) -> str:
    return one_line(told)[:60]
