"""Tasks that a server of before has left in any part of a queue are found by one that reads as few parts as it may."""

import asyncio
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

from runtime.temporal.dev_server import process
from runtime.temporal.dev_server.dev_server import DevServer
from runtime.temporal.dev_server.process import DATABASE, Launch
from runtime.temporal.dev_server.queue_parts import other_parts_hold_tasks

LEFT = 24
ONE_PART = "matching.numTaskqueueReadPartitions=1"


@workflow.defn(sandboxed=False)
class AtOnce:
    """Ends with its first task."""

    @workflow.run
    async def run(self) -> str:
        return "done"


async def leave(home: Path, count: int) -> None:
    """Have tasks wait that no worker takes, on a server that is killed then."""
    server = await DevServer.start(home)
    client = await Client.connect(server.address)
    for number in range(count):
        await client.start_workflow(AtOnce.run, id=f"left-{number}", task_queue="left")
    while (await waiting(client)) < count:
        await asyncio.sleep(0.05)
    await server.kill()


async def waiting(client: Client) -> int:
    """How many of them have a task that waits to be taken."""
    described = [await client.get_workflow_handle(f"left-{number}").describe() for number in range(LEFT)]
    return sum(each.raw_description.HasField("pending_workflow_task") for each in described)


def reads_one_part(home: Path | None) -> bool:
    return ONE_PART in Launch(Path("temporal"), home, "default", time_travel=False).command(7233, None)


@pytest.mark.server
async def test_a_server_that_writes_to_one_part_reads_one_and_one_after_it_too(tmp_path: Path) -> None:
    assert (reads_one_part(None), reads_one_part(tmp_path)) == (True, True)
    await leave(tmp_path, LEFT)
    assert reads_one_part(tmp_path)
    await all_are_taken(tmp_path)


@pytest.mark.server
async def test_what_a_server_has_left_in_other_parts_is_read_from_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr(process, "_LESS_WORK", ())
        before.setattr(process, "_READ_ONE_PART", "matching.numTaskqueueReadPartitions=4")
        await leave(tmp_path, LEFT)
    assert not reads_one_part(tmp_path)
    await all_are_taken(tmp_path)


async def all_are_taken(home: Path) -> None:
    async with await DevServer.start(home) as server:
        client = await Client.connect(server.address)
        async with Worker(client, task_queue="left", workflows=[AtOnce]):
            handles = [client.get_workflow_handle(f"left-{number}") for number in range(LEFT)]
            assert [await handle.result() for handle in handles] == ["done"] * LEFT
        await server.kill()


def test_a_database_that_cannot_be_asked_may_hold_some_and_one_that_is_not_there_holds_none(tmp_path: Path) -> None:
    assert not other_parts_hold_tasks(tmp_path / DATABASE)
    (tmp_path / DATABASE).write_text("no database")
    assert other_parts_hold_tasks(tmp_path / DATABASE)
