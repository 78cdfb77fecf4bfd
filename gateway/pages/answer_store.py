"""What the holders of links have said: a row for every time that somebody says something else.

Its row is written before it is told, so that what is sent again after a failure is the same event and has one effect.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from activities.ledger.database import METADATA, UtcDateTime, insert

SAID = sa.Table(
    "said",
    METADATA,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was said of a subject, as the how-manieth thing, and when by the customer's time."""

    sequence: int
    content: str
    at: datetime


class Said:
    """The sayings of one database. Blocks: call it from a thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def last(self, subject: str) -> Kept | None:
        """What was said last; None if nothing was."""
        newest = sa.select(SAID).where(SAID.c.subject == subject).order_by(SAID.c.sequence.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(newest).one_or_none()
        return Kept(row.sequence, row.content, row.at) if row is not None else None

    def keep(self, subject: str, content: str, at: datetime, holds: timedelta | None = None) -> Kept:
        """Keep that this was said. What was said last, said again, is the same and kept once: for ever, or as long as it `holds`."""
        while True:
            last = self.last(subject)
            if last is not None and last.content == content and (holds is None or at < last.at + holds):
                return last
            kept = Kept(last.sequence + 1 if last is not None else 1, content, at)
            row = {"subject": subject, "sequence": kept.sequence, "content": content, "at": at}
            unseen = insert(self._engine, SAID).values(row).on_conflict_do_nothing().returning(SAID.c.sequence)
            with self._engine.begin() as connection:
                written = connection.execute(unseen).first() is not None
            if written:
                return kept
            # Somebody was quicker, and may have said the same.


def subject_of(*parts: str) -> str:
    """What names these parts together: no other list of parts has that name."""
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()
