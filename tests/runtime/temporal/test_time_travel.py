"""Time travel on a real server, with clients and workers that know nothing of it."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from runtime.temporal.converter import data_converter
from runtime.temporal.dev_server.dev_server import DevServer
from runtime.temporal.errors import TimeTravelFailed
from runtime.temporal.time_travel import TimeTravel
from tests.runtime.temporal.sleepers import Busy, Days, Patient, Provider, next_nine, touch

pytestmark = pytest.mark.server

# Virtual time runs on between a skip and the worker's look at it; on a busy machine that is a fraction of a second.
LATE = timedelta(seconds=30)


def worker(client: Client, task_queue: str, *activities: Callable[..., Any]) -> Worker:
    return Worker(client, task_queue=task_queue, workflows=[Days, Patient, Busy], activities=[touch, *activities])


def nines_from(first: datetime, days: int) -> list[datetime]:
    return [first + timedelta(days=day) for day in range(days)]


def at_nine(woke: Sequence[datetime]) -> list[datetime]:
    """The instants without their lateness, which is bounded and never negative."""
    exact = [instant.replace(minute=0, second=0, microsecond=0) for instant in woke]
    assert [instant for instant, nine in zip(woke, exact, strict=True) if instant - nine > LATE] == []
    return exact


async def test_a_hundred_days_over_ten_runs_wake_at_nine_each_day(client: Client, task_queue: str) -> None:
    travel, workflow_id = TimeTravel(client), f"days-{uuid4()}"
    async with worker(client, task_queue):
        first = next_nine(datetime.now(UTC))
        handle = await client.start_workflow(Days.run, args=[100, []], id=workflow_id, task_queue=task_queue)
        for _ in range(4):
            assert await travel.fast_forward(workflow_id, timedelta(days=20))
        assert await travel.to(workflow_id, first + timedelta(days=90, hours=1))
        assert at_nine(await client.get_workflow_handle(workflow_id).query(Days.so_far)) == nines_from(first, 91)
        assert await travel.fast_forward(workflow_id, timedelta(days=20)) is False
        assert at_nine(await handle.result()) == nines_from(first, 100)


async def test_several_clocks_move_at_once_and_apart(client: Client, task_queue: str) -> None:
    travel, ids = TimeTravel(client), [f"days-{number}-{uuid4()}" for number in range(4)]
    async with worker(client, task_queue):
        for workflow_id in ids:
            await client.start_workflow(Days.run, args=[1000, []], id=workflow_id, task_queue=task_queue)
        began = datetime.now(UTC)
        reached = await asyncio.gather(*(travel.fast_forward(id_, timedelta(days=5 * n)) for n, id_ in enumerate(ids, start=1)))
        assert reached == [True] * 4
        clocks = [await travel.now(workflow_id) for workflow_id in ids]
        assert [round((clock - began) / timedelta(days=1)) for clock in clocks if clock] == [5, 10, 15, 20]


async def test_waits_between_retries_are_skipped_and_last_an_hour_of_the_workflows_time(client: Client, task_queue: str) -> None:
    travel, provider, workflow_id = TimeTravel(client), Provider(failures=5), f"patient-{uuid4()}"
    async with worker(client, task_queue, provider.call):
        began = datetime.now(UTC)
        handle = await client.start_workflow(Patient.run, id=workflow_id, task_queue=task_queue)
        assert await travel.fast_forward(workflow_id, timedelta(days=2)) is False
        answered = await handle.result()
    assert len(provider.attempted_at) == 6
    assert timedelta(hours=5) <= answered - began < timedelta(hours=5) + LATE
    between = [later - earlier for earlier, later in zip(provider.attempted_at, provider.attempted_at[1:], strict=False)]
    assert all(timedelta(hours=1) <= wait < timedelta(hours=1) + LATE for wait in between)


async def test_a_clock_stands_while_an_activity_runs_and_goes_on_when_it_ends(client: Client, task_queue: str) -> None:
    travel, provider, workflow_id = TimeTravel(client), Provider(), f"busy-{uuid4()}"
    async with worker(client, task_queue, provider.ponder):
        began = datetime.now(UTC)
        handle = await client.start_workflow(Busy.run, id=workflow_id, task_queue=task_queue)
        await provider.entered.wait()
        moving = asyncio.create_task(travel.fast_forward(workflow_id, timedelta(hours=36)))
        done, _ = await asyncio.wait([moving], timeout=0.5)
        assert not done
        assert await handle.query(Busy.awake) is None
        provider.let_go.set()
        assert await moving is True
        woke = await handle.query(Busy.awake)
        assert woke is not None
        assert timedelta(days=1) <= woke - began < timedelta(days=1) + LATE


async def test_virtual_time_outlives_a_killed_server(tmp_path: Path, task_queue: str) -> None:
    async with await DevServer.start(tmp_path) as first_server:
        client = await Client.connect(first_server.address, data_converter=data_converter)
        async with worker(client, task_queue):
            first = next_nine(datetime.now(UTC))
            await client.start_workflow(Days.run, args=[40, []], id="days", task_queue=task_queue)
            assert await TimeTravel(client).to("days", first + timedelta(days=14, hours=1))
        await first_server.kill()
    async with await DevServer.start(tmp_path) as second_server:
        client = await Client.connect(second_server.address, data_converter=data_converter)
        travel = TimeTravel(client)
        now = await travel.now("days")
        assert now is not None
        assert first + timedelta(days=14, hours=1) <= now < first + timedelta(days=14, hours=2)
        async with worker(client, task_queue):
            assert await travel.fast_forward("days", timedelta(days=60)) is False
            woke: list[datetime] = await client.get_workflow_handle("days", result_type=list[datetime]).result()
    assert at_nine(woke) == nines_from(first, 40)


async def test_a_time_that_is_past_is_reached_already(client: Client, task_queue: str) -> None:
    travel, workflow_id = TimeTravel(client), f"days-{uuid4()}"
    await client.start_workflow(Days.run, args=[1, []], id=workflow_id, task_queue=task_queue)
    assert await travel.to(workflow_id, datetime(2020, 1, 1, tzinfo=UTC)) is True


async def test_a_workflow_that_is_over_has_no_clock_and_does_not_move(client: Client, task_queue: str) -> None:
    travel, workflow_id = TimeTravel(client), f"days-{uuid4()}"
    handle = await client.start_workflow(Days.run, args=[1, []], id=workflow_id, task_queue=task_queue)
    await handle.terminate()
    assert await travel.now(workflow_id) is None
    assert await travel.fast_forward(workflow_id, timedelta(days=1)) is False


async def test_an_unknown_workflow_is_named(client: Client) -> None:
    with pytest.raises(TimeTravelFailed, match=r"^There is no workflow 'customer/nobody' in namespace 'default'\.$"):
        await TimeTravel(client).fast_forward("customer/nobody", timedelta(days=1))


async def test_a_server_without_time_travel_says_so(task_queue: str) -> None:
    async with await DevServer.start(None, time_travel=False) as server:
        client = await Client.connect(server.address, data_converter=data_converter)
        await client.start_workflow(Days.run, args=[1, []], id="days", task_queue=task_queue)
        with pytest.raises(TimeTravelFailed, match="does not allow time travel"):
            await TimeTravel(client).fast_forward("days", timedelta(days=1))
