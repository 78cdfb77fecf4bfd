"""What the holders of links have answered, in the database: a row for every answer that differs from the last one.

A row is written before its event is told, so that an answer that is sent again after a failure is the same event.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from activities.ledger.database.database import METADATA, UtcDateTime, insert
from activities.mail.message_links import identity_of
from lifecycle.domain.enums import Category
from lifecycle.domain.texts.addresses import address_key

ANSWERS = sa.Table(
    "said",
    METADATA,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer about a subject: its number among that subject's answers, from 1, and when it was given, in the customer's time."""

    sequence: int
    content: str
    at: datetime


class AnswerStore:
    """The answers in one database. Blocks, and raises SQLAlchemyError: call it from a thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def last(self, subject: str) -> StoredAnswer | None:
        """The last answer about the subject; None if there is none."""
        newest = sa.select(ANSWERS).where(ANSWERS.c.subject == subject).order_by(ANSWERS.c.sequence.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(newest).one_or_none()
        return StoredAnswer(row.sequence, row.content, row.at) if row is not None else None

    def store(self, subject: str, content: str, at: datetime, same_for: timedelta | None = None) -> StoredAnswer:
        """Store an answer given at `at`, with its zone, and return it.

        If the last answer has the same content it is returned instead: always, or only up to `same_for` after it was given.
        """
        while True:
            last = self.last(subject)
            if last is not None and last.content == content and (same_for is None or at < last.at + same_for):
                return last
            stored = StoredAnswer(last.sequence + 1 if last is not None else 1, content, at)
            row = {"subject": subject, "sequence": stored.sequence, "content": content, "at": at}
            statement = insert(self._engine, ANSWERS).values(row).on_conflict_do_nothing().returning(ANSWERS.c.sequence)
            with self._engine.begin() as connection:
                is_written = connection.execute(statement).first() is not None
            if is_written:
                return stored
            # Another request was quicker, and may have stored the same.

    def of_people(self, customer: str, touches: Collection[str], addresses: Iterable[str]) -> dict[str, list[StoredAnswer]]:
        """What these people of the customer have answered in the messages of the touches of these keys, by subject, oldest first."""
        subjects = self._subjects(customer, touches, addresses)
        found: dict[str, list[StoredAnswer]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(sa.select(ANSWERS).order_by(ANSWERS.c.subject, ANSWERS.c.sequence)):
                if row.subject in subjects:
                    found.setdefault(row.subject, []).append(StoredAnswer(row.sequence, row.content, row.at))
        return found

    def erase(self, subjects: Iterable[str]) -> int:
        """Delete the answers about these subjects; how many there were."""
        with self._engine.begin() as connection:
            return sum(connection.execute(sa.delete(ANSWERS).where(ANSWERS.c.subject == subject)).rowcount for subject in subjects)

    def _subjects(self, customer: str, touches: Collection[str], addresses: Iterable[str]) -> set[str]:
        """Every subject that they can have answered: a row does not say whose it is, but what it is about."""
        with self._engine.connect() as connection:
            contents = connection.scalars(sa.select(ANSWERS.c.content).distinct())
            abouts = {about for content in contents if (about := _about(json.loads(content)["data"])) is not None}
        keys = {address_key(address) for address in addresses}
        wishes = {subject_of("wish", customer, key, category.value) for key in keys for category in Category}
        messages = [identity_of(touch) for touch in touches]
        return wishes | {subject_of(kind, customer, message, key, about) for kind, about in abouts for message in messages for key in keys}


def _about(data: dict[str, object]) -> tuple[str, str] | None:
    """With which link something was answered (`activities.mail.links.Purpose`), and about what of the playbook."""
    for kind, field in (("answer", "survey"), ("meeting", "meeting"), ("milestone", "milestone")):
        if field in data:
            return kind, str(data[field])
    return None


def subject_of(*parts: str) -> str:
    """A hash that names these parts together: no other list of parts has it."""
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()
