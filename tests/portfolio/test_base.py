"""A base is the same each time, and what production writes of it is what the engine lived."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from activities.ledger.database.touch_table import TOUCHES
from activities.ledger.record.tables import CUSTOMERS, FACTS, TASKS
from activities.ledger.record.writing import RecordWriting
from bench.portfolio.__main__ import main
from bench.portfolio.fates import fates
from bench.portfolio.living import live
from bench.portfolio.truths import NOTHING, PLANTED
from bench.portfolio.writing import SEED, write_base
from lifecycle.domain.enums import Outcome, TouchKind

FEW = 20


def rows(engine: sa.Engine, table: sa.Table, *which: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        query = sa.select(table).where(*which).order_by(*table.primary_key)
        return [dict(row) for row in connection.execute(query).mappings()]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["there.sqlite"], "is there already: name a new file"),
        (["new.sqlite", "--customers", "250"], "--customers 250 is no multiple of 200: write 2000, for example"),
    ],
)
def test_a_base_to_look_at_is_refused_in_a_sentence(
    words: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "there.sqlite").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["portfolio", *words])
    assert main() == 2
    assert says in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["there.sqlite"]


def test_the_same_seed_gives_the_same_lives_and_another_seed_others() -> None:
    once, again, other = ([live(fate, PLANTED, seed) for fate in fates(FEW, PLANTED, seed)[:3]] for seed in (SEED, SEED, SEED + 1))
    assert once == again
    assert once != other


def test_who_has_what_fate_differs_by_its_truths_alone() -> None:
    with_truths, without = fates(FEW, PLANTED, SEED), fates(FEW, NOTHING, SEED)
    assert [(fate.start, fate.chosen) for fate in with_truths] == [(fate.start, fate.chosen) for fate in without]


def test_every_life_of_either_database_is_there_as_often_as_was_asked_and_no_copy_has_the_name_of_another(engine: sa.Engine) -> None:
    lived = [live(fate, PLANTED, SEED) for fate in fates(FEW, PLANTED, SEED)]
    write_base(engine, lived, 3)
    assert len(rows(engine, CUSTOMERS)) == 3 * FEW
    assert len(rows(engine, TOUCHES, TOUCHES.c.outcome == Outcome.SENT)) == 3 * sum(len(life.touches) for life in lived)
    [life] = [life for life in lived if life.customer == "c0003"]
    for customer in ("c0003", "c0003-2", "c0003-3"):
        facts = rows(engine, FACTS, FACTS.c.customer == customer)
        asked = [fact for fact in facts if fact["kind"] == "task.asked"]
        assert len(facts) - len(asked) == len(life.facts)
        tasks = rows(engine, TASKS, TASKS.c.customer == customer)
        assert [task["key"] for task in tasks] == sorted(json.loads(fact["data"])["task"] for fact in asked) != []
        assert {task["key"].partition("/")[0] for task in tasks} == {customer}
        assert [touch["key"] for touch in rows(engine, TOUCHES, TOUCHES.c.customer == customer, TOUCHES.c.kind == TouchKind.TASK)] == [
            task["key"] for task in tasks
        ]


def test_tasks_that_are_made_anew_are_those_that_were_written(engine: sa.Engine) -> None:
    write_base(engine, [live(fate, PLANTED, SEED) for fate in fates(FEW, PLANTED, SEED)], 2)
    before = rows(engine, TASKS)
    record = RecordWriting(engine)
    for customer in record.customers():
        record.make_anew(customer, None)
    assert rows(engine, TASKS) == before
    assert Counter(task["closed_as"] for task in before)["done"] > 2 * FEW


def test_lives_go_through_every_stage_that_the_playbook_has() -> None:
    lived = {
        fact.what for fate in fates(40, PLANTED, SEED) for fact in live(fate, PLANTED, SEED).facts if fact.kind in ("stage", "enrolled")
    }
    assert lived >= {"growth", "renewal", "win_back", "closed"}
