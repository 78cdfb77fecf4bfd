"""The lives that customers have had: what outlives a workflow and its closed runs, so that who comes back is known again.

A row a customer: how many lives, the highest term in a touch key, offers that were granted, what people refuse (by the hash of their
address), the reason of the last loss. `life` is the one that runs or ran last, and `before` what it was told when it began, so that it is
told the same however often it asks. `last_known` is the customer as it last knew it, for a life to be begun anew when the server has nothing
more of that one; empty where a build before version 1.4 wrote the row, and where the customer was erased.
"""

import json
from collections.abc import Sequence

import sqlalchemy as sa

from activities.ledger.database.database import METADATA, insert
from activities.ledger.database.touch_table import TOUCHES
from activities.ledger.record.writing import write_lines
from lifecycle.domain.enums import Outcome, TouchKind
from lifecycle.domain.model import Frozen
from lifecycle.domain.people.earlier_lives import EarlierLives
from lifecycle.domain.record import RecordLines
from lifecycle.state.last_known import LastKnown

LIVES = sa.Table(
    "lives",
    METADATA,
    sa.Column("customer", sa.Text, primary_key=True),
    sa.Column("life", sa.Text, nullable=False),
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("terms", sa.Integer, nullable=False),
    sa.Column("offers", sa.Text, nullable=False),
    sa.Column("opted_out", sa.Text, nullable=False),
    sa.Column("newcomers_opted_out", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("last_known", sa.Text, nullable=False, server_default=""),
)


class RecallLives(Frozen):
    """Which customer's earlier lives are asked for, and by which life: the id of its first run, and with what it begins."""

    customer: str
    life: str
    last: LastKnown | None = None


class RememberLife(Frozen):
    """What a life leaves behind as it stands, and which life of which customer it is; lines of the record go along."""

    customer: str
    life: str
    remains: EarlierLives
    carries: RecordLines | None = None
    last: LastKnown | None = None


class KeptLives(Frozen):
    """What is kept of a customer's lives: what the next one is told, and the customer as the last one knew it, where that is known."""

    earlier: EarlierLives
    last: LastKnown | None = None


class Lives:
    """The lives of one database. Every method is one short transaction and blocks: call it from a thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def recall(self, asked: RecallLives) -> EarlierLives:
        """What is known of the customer from before that life; asked again by the same life, the same."""
        with self._engine.begin() as connection:
            row = self._row(connection, asked.customer)
            if row is not None and row["life"] == asked.life:
                return EarlierLives.model_validate_json(row["before"])
            earlier = self._earlier(connection, asked.customer, row)
            begun = _values(earlier) | {"customer": asked.customer, "life": asked.life, "before": earlier.model_dump_json()}
            begun |= {"number": earlier.lives + 1, "last_known": _written(asked.last)}
            self._write(connection, begun)
        return earlier

    def remember(self, told: RememberLife) -> None:
        """Keep what the life leaves behind, and what it carries in the record, in one transaction.

        What an earlier life or an older telling had of terms and offers stays.
        """
        with self._engine.begin() as connection:
            row = self._row(connection, told.customer)
            remains = told.remains
            if row is not None:
                known = _known(row)
                offers = sorted({*known.offers, *remains.offers})
                remains = remains.model_copy(update={"terms": max(known.terms, remains.terms), "offers": offers})
            before = row["before"] if row is not None and row["life"] == told.life else EarlierLives().model_dump_json()
            row_of_life = {"customer": told.customer, "life": told.life, "before": before, "last_known": _written(told.last)}
            self._write(connection, _values(remains) | row_of_life)
            if told.carries is not None:
                write_lines(connection, told.customer, told.carries)

    def kept_of(self, customer: str) -> KeptLives | None:
        """What is kept of the customer's lives; None where it has had none. Nothing is changed."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(LIVES).where(LIVES.c.customer == customer)).mappings().first()
            earlier = self._earlier(connection, customer, row)
        if earlier.lives == 0:
            return None
        last = LastKnown.model_validate_json(row["last_known"]) if row is not None and row["last_known"] else None
        return KeptLives(earlier=earlier, last=last)

    def _earlier(self, connection: sa.Connection, customer: str, row: sa.RowMapping | None) -> EarlierLives:
        """What the row says, and the touches of builds that wrote none, or of a life that was ended by force."""
        known = _known(row) if row is not None else EarlierLives()
        touches = connection.execute(
            sa.select(TOUCHES.c.key, TOUCHES.c.kind, TOUCHES.c.name, TOUCHES.c.outcome).where(TOUCHES.c.customer == customer)
        )
        terms, offers = [known.terms], set(known.offers)
        lives = known.lives
        for key, kind, name, outcome in touches:
            lives = max(lives, 1)
            terms.append(_term_of(key))
            if kind == TouchKind.OFFER and outcome == Outcome.SENT:
                offers.add(name)
        return known.model_copy(update={"lives": lives, "terms": max(terms), "offers": sorted(offers)})

    def _row(self, connection: sa.Connection, customer: str) -> sa.RowMapping | None:
        return connection.execute(sa.select(LIVES).where(LIVES.c.customer == customer).with_for_update()).mappings().first()

    def _write(self, connection: sa.Connection, values: dict[str, object]) -> None:
        new = insert(self._engine, LIVES).values(values)
        changes = {name: new.excluded[name] for name in values if name != "customer"}
        connection.execute(new.on_conflict_do_update(index_elements=["customer"], set_=changes))


def _written(last: LastKnown | None) -> str:
    return last.model_dump_json() if last is not None else ""


def _term_of(key: str) -> int:
    """The term in a touch key; 0 in one that has none."""
    parts: Sequence[str] = key.split("/")
    return int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() else 0


def _known(row: sa.RowMapping) -> EarlierLives:
    return EarlierLives(
        lives=row["number"],
        terms=row["terms"],
        offers=json.loads(row["offers"]),
        opted_out=json.loads(row["opted_out"]),
        newcomers_opted_out=row["newcomers_opted_out"],
        reason=row["reason"],
        detail=row["detail"],
    )


def _values(lives: EarlierLives) -> dict[str, object]:
    return {
        "number": lives.lives,
        "terms": lives.terms,
        "offers": json.dumps(lives.offers),
        "opted_out": json.dumps(lives.opted_out),
        "newcomers_opted_out": lives.newcomers_opted_out,
        "reason": lives.reason,
        "detail": lives.detail,
    }
