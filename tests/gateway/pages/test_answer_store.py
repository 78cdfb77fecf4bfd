"""The answers of links' holders: the same is stored once, another becomes the next, also from many at the same time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import example, given
from hypothesis import strategies as st

from activities.ledger.database.database import open_database
from gateway.pages.answer_store import AnswerStore, subject_of

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AnswerStore]:
    engine = open_database(f"sqlite:///{tmp_path / 'said.sqlite'}")
    yield AnswerStore(engine)
    engine.dispose()


def test_the_same_said_again_is_the_same_and_another_thing_comes_next(store: AnswerStore) -> None:
    assert [store.store("s", content, AT).sequence for content in ("9", "9", "3", "9", "9")] == [1, 1, 2, 3, 3]
    assert store.store("another", "9", AT).sequence == 1


def test_what_holds_for_a_while_is_the_same_until_then(store: AnswerStore) -> None:
    held = timedelta(minutes=1)
    moments = [AT, AT + held - timedelta(microseconds=1), AT + held, AT + held * 3]
    assert [store.store("s", "out", at, held).sequence for at in moments] == [1, 1, 2, 3]


def test_what_was_said_last_is_known(store: AnswerStore) -> None:
    assert store.last("s") is None
    for content in ("9", "3"):
        store.store("s", content, AT)
    last = store.last("s")
    assert last is not None and (last.sequence, last.content, last.at) == (2, "3", AT)


def all_at_once(engine: sa.Engine, contents: list[str]) -> list[int]:
    store = AnswerStore(engine)
    with ThreadPoolExecutor(len(contents)) as threads:
        return list(threads.map(lambda content: store.store("s", content, AT).sequence, contents))


def rows(engine: sa.Engine) -> list[tuple[int, str]]:
    with engine.connect() as connection:
        return [(row.sequence, row.content) for row in connection.execute(sa.text("select sequence, content from said order by sequence"))]


def test_many_at_once_say_the_same_once_and_different_things_side_by_side(engine: sa.Engine) -> None:
    assert set(all_at_once(engine, ["9"] * 12)) == {1}
    different = [f"{number} more" for number in range(12)]
    sequences = all_at_once(engine, different)
    assert sorted(sequences) == list(range(2, 14))
    assert rows(engine) == [(1, "9"), *sorted(zip(sequences, different, strict=True))]


PARTS = st.lists(st.text(max_size=12), min_size=3, max_size=6)


@given(PARTS, PARTS)
@example(["acme", "m1", "ana@acme.example"], ["acme", "m1ana", "@acme.example"])
@example(["a", 'b", "c', "d"], ["a", "b", "c", "d"])
@example(["a", "b", ""], ["a", "b", "", ""])
def test_no_two_messages_contacts_or_surveys_share_a_subject(one: list[str], other: list[str]) -> None:
    assert (subject_of(*one) == subject_of(*other)) is (one == other)
