"""The record on a real server: written along with touches, at once where a person waits for it, by a life that is cut after everything."""

from pathlib import Path

import pytest
from temporalio.client import Client

from activities.ledger.record.tables import CUSTOMERS, FACTS, TASKS
from activities.ledger.record.writing import RecordWriting
from console.commands.record_rebuild import MARK, rebuild
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.records import lines_missing, recorded, rows, whole
from tests.workflows.harness.worker_harness import a_worker_harness
from tests.workflows.harness.workflow_variants import AlwaysContinuesAsNew

pytestmark = [pytest.mark.server, pytest.mark.slow]

LETTERS = a_playbook(
    stage(
        "onboarding",
        """
hello:
  at: {day: 1}
  steps:
    - task: {title: Call them, due: 2bd, ladder: [{after: 5bd, to: head}]}
      id: call
    - email: {template: welcome, category: operational}
news:
  at: {day: 20}
  steps:
    - email: {template: news, category: operational}
""",
    )
)


async def test_a_life_that_is_cut_after_everything_has_its_record_written_and_it_can_be_made_anew(client: Client, tmp_path: Path) -> None:
    async with a_worker_harness(client, tmp_path, AlwaysContinuesAsNew) as harness:
        engine = harness.activities.engine
        life = await harness.enrol(a_customer(), LETTERS)
        name = life.customer.id
        [row] = rows(engine, CUSTOMERS, name)
        assert (row["stage"], life.clock(row["next_touch_at"]), row["open_tasks"]) == ("onboarding", "2038-01-05 09:00", 0)

        await life.live_until("2038-01-05 12:00")
        [task] = rows(engine, TASKS, name)
        assert (task["title"], task["closed_as"], life.clock(task["due_at"])) == ("Call them", None, "2038-01-07 09:00")

        await life.tell("task.done", "2038-01-07 15:00", task="call", by="Kim", note="nobody there")
        [task] = rows(engine, TASKS, name)
        assert (task["closed_as"], task["closed_by"], task["note"], task["late_hours"]) == ("done", "Kim", "nobody there", 6.0)

        await life.tell("survey.answered", "2038-01-12 10:00", survey="nps", score=9)
        await life.tell("note.added", "2038-01-13 10:00", text="they like it", way="call", by="Kim")
        kinds = [(row["kind"], row["what"]) for row in sorted(rows(engine, FACTS, name), key=lambda row: row["at"])]
        assert kinds == [
            ("enrolled", "onboarding"), ("task.asked", "call"), ("task.done", "call"), ("survey.answered", "nps"), ("health", ""), ("note.added", ""),
        ]  # fmt: skip

        await life.live_until("2038-01-25 12:00")
        assert await lines_missing(engine, life) == set()
        written = whole(engine, name)
        with engine.begin() as connection:
            connection.execute(CUSTOMERS.update().where(CUSTOMERS.c.customer == name).values(stage="lost"))
            connection.execute(TASKS.delete().where(TASKS.c.customer == name))
        done = await rebuild(client, RecordWriting(engine), [name], tmp_path / MARK, show=False)
        assert (done.asked, done.without, done.failed, (tmp_path / MARK).exists()) == (1, 0, {}, False)
        assert whole(engine, name) == written
        assert (await recorded(life)).tasks == []
