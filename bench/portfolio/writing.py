"""Writes a base into a ledger database: each life by the code that writes it in production, and then so many customers more with the same life.

A copy is another customer with another id and the same days: it makes a base large, and says nothing that its life did not say. So a base of 2,000
from 200 lives has the sharpness of 200; tests ask of it only what is planted far beyond that.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from activities.ledger.database.touch_table import TOUCHES, TouchState
from activities.ledger.ledger import Ledger, receipt_json
from activities.ledger.record.tables import CUSTOMERS, FACTS, TASKS
from activities.ledger.record.writing import write_asked, write_lines
from bench.portfolio.fates import fates
from bench.portfolio.living import Lived, live
from bench.portfolio.truths import Truths
from lifecycle.domain.asked import asked_of
from lifecycle.domain.record import RecordLines
from lifecycle.domain.touch import OUTCOME_OF_ANSWER
from lifecycle.explain.simulator import done

LIVES, SEED = 200, 12


def make_base(engine: sa.Engine, truths: Truths, *, customers: int = 2000, lives: int = LIVES, seed: int = SEED) -> None:
    """Write a base of so many customers, a multiple of `lives`, into that empty database."""
    write_base(engine, [live(fate, truths, seed) for fate in fates(lives, truths, seed)], customers // lives)


def write_base(engine: sa.Engine, lived: Sequence[Lived], times: int) -> None:
    """Write these lives, each for so many customers."""
    with engine.begin() as connection:
        connection.execute(TOUCHES.insert(), [row for life in lived for row in _sent(life)])
    # What did not go out, or not at first: of a touch that went out after all, that stands.
    Ledger(engine).record(record for life in lived for record in life.records)
    with engine.begin() as connection:
        for life in lived:
            lines = RecordLines(life=life.life, as_of=life.as_of, version=1, facts=life.facts, values=life.row.values())
            write_lines(connection, life.customer, lines)
            for touch in life.touches:
                if (asked := asked_of(touch)) is not None:
                    write_asked(connection, life.customer, asked)
        originals = sa.select(CUSTOMERS.c.customer).where(~CUSTOMERS.c.customer.contains("-"))
        for number in range(2, times + 1):
            for table in (TOUCHES, FACTS, TASKS, CUSTOMERS):
                columns = [_copied(table, column, f"-{number}") for column in table.c]
                copies = sa.select(*columns).where(table.c.customer.in_(originals))
                connection.execute(table.insert().from_select([column.name for column in table.c], copies))


def _sent(life: Lived) -> list[dict[str, object]]:
    """The touches that went out, as the ledger has them when they are confirmed."""
    receipts = ((touch, done(touch, touch.at)) for touch in life.touches)
    return [
        {
            "key": touch.key,
            "customer": touch.customer,
            "play": touch.play,
            "kind": touch.kind.value,
            "name": touch.name,
            "at": touch.at,
            "state": TouchState.CONFIRMED,
            "outcome": OUTCOME_OF_ANSWER[receipt.answer],
            "reference": receipt.reference,
            "receipt": receipt_json(receipt),
            "attempts": 1,
            "acted": 1,
            "playbook": touch.playbook.partition("@")[0],
            "tier": touch.tier.value if touch.tier is not None else None,
        }
        for touch, receipt in receipts
    ]


_NAMES_THE_CUSTOMER = {"key", "id", "data", "receipt"}
"""Columns in which the customer's id stands with a stroke behind it, as in a touch's key."""


def _copied(table: sa.Table, column: sa.Column[object], suffix: str) -> sa.ColumnElement[object]:
    """The column as a copy of its row has it."""
    customer = table.c.customer
    if column is customer:
        return (customer + suffix).label(column.name)
    if table is CUSTOMERS and column.name == "name":
        return (column + suffix.replace("-", " ")).label(column.name)
    if column.name in _NAMES_THE_CUSTOMER:
        return sa.func.replace(column, customer + "/", customer + f"{suffix}/").label(column.name)
    return column
