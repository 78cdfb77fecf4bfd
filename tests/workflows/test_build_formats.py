"""Builds whose lives are stored in another format: promoted, ramped and gone back to only where each can read what comes to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from lifecycle.domain.errors import Mistake
from lifecycle.state.formats import FORMAT, READABLE
from runtime.temporal.deployment.routing import Formats
from tests.workflows.harness.building import a_customer
from tests.workflows.harness.customer_workflow import CustomerWorkflow, until
from tests.workflows.harness.two_builds import GREETING, build_of, moved, two_builds
from tests.workflows.harness.worker_harness import WorkerHarness, a_worker_harness

pytestmark = pytest.mark.slow

NEXT = Formats(writes=FORMAT + 1, reads=(*READABLE, FORMAT + 1))
"""Of a build that is one format further than this one."""


@pytest.fixture
async def harness(client: Client, tmp_path: Path) -> AsyncIterator[WorkerHarness]:
    """Without a worker."""
    async with a_worker_harness(client, tmp_path, None) as made:
        yield made


def writing(build: str, number: int) -> str:
    """The sentence about a build that writes a format which `one` does not read."""
    known = " and ".join(str(each) for each in READABLE)
    return f"Build one reads lives of format {known}, and build {build} writes format {number}: "


async def test_a_build_that_cannot_read_what_another_writes_is_not_promoted(harness: WorkerHarness) -> None:
    lives: list[CustomerWorkflow] = []
    async with two_builds(harness, lives):
        await moved(harness)
        await harness.deployment.announce("two", NEXT)
        with pytest.raises(Mistake) as told:
            await harness.deployment.promote("one")
        assert str(told.value) == writing("two", NEXT.writes) + "those lives would stand still. Take a build that reads it."
        assert (await harness.deployment.routing()).current == "two"


async def test_there_is_a_way_back_as_long_as_no_life_was_written_in_the_new_format(harness: WorkerHarness) -> None:
    lives: list[CustomerWorkflow] = []
    async with two_builds(harness, lives):
        await harness.deployment.announce("two", NEXT)
        await harness.deployment.promote("one")
        assert (await harness.deployment.routing()).current == "one"
        assert (await moved(harness)).left == 0
        assert await build_of(lives[0]) == "one"


async def test_a_life_that_has_ended_bars_the_way_back_as_well_for_it_can_be_reset(harness: WorkerHarness) -> None:
    async with harness.working(build="one"), harness.working(build="two"):
        await harness.deployment.announce("two", NEXT)
        await harness.deployment.promote("two")
        life = await harness.enrol(a_customer(), GREETING, travel=False)

        async def is_on_two() -> bool:
            return await harness.deployment.lives_on("two") == 1

        await until(is_on_two)
        await life.handle.terminate()

        async def has_ended() -> bool:
            return await harness.deployment.lives_on("two") == 0

        await until(has_ended)
        with pytest.raises(Mistake) as told:
            await harness.deployment.promote("one")
        assert str(told.value).startswith(writing("two", NEXT.writes) + "no life is on that one now, but ended ones are")


async def test_a_life_that_has_not_begun_yet_bars_the_way_back_for_its_format_is_that_of_the_current_build(harness: WorkerHarness) -> None:
    async with harness.working(build="one"):
        async with harness.working(build="two"):
            await harness.deployment.announce("two", NEXT)
            await harness.deployment.promote("two")
        await harness.enrol(a_customer(), GREETING, travel=False)

        async def is_waiting() -> bool:
            return await harness.deployment.lives_on(None) == 1

        await until(is_waiting)
        with pytest.raises(Mistake, match="and build two writes format"):
            await harness.deployment.promote("one")


async def test_a_ramp_is_refused_where_the_current_build_cannot_read_what_comes_back(harness: WorkerHarness) -> None:
    async with harness.working(build="one"), harness.working(build="two"):
        await harness.deployment.announce("two", NEXT)
        with pytest.raises(Mistake) as told:
            await harness.deployment.promote("two", 10)
        assert str(told.value) == (
            writing("two", NEXT.writes) + "of the lives that a ramp gives to the one, some come back to the other, and would stand still. "
            "Promote it without --ramp."
        )
        assert (await harness.deployment.routing()).ramping is None
        await harness.deployment.promote("two")


async def test_a_ramp_ends_with_another_promotion_and_by_itself(harness: WorkerHarness) -> None:
    deployment = harness.deployment
    async with harness.working(build="one"), harness.working(build="two"), harness.working(build="three"):
        await deployment.promote("two", 40)
        await deployment.promote("one")
        assert ((await deployment.routing()).current, (await deployment.routing()).ramping) == ("one", None)
        await deployment.promote("two", 40)
        assert (await deployment.routing()).ramping == "two"
        await deployment.end_ramp()
        assert ((await deployment.routing()).current, (await deployment.routing()).ramping) == ("one", None)
        await deployment.promote("two", 40)
        await deployment.promote("three")
        assert ((await deployment.routing()).current, (await deployment.routing()).ramping) == ("three", None)


async def test_a_ramp_does_not_end_where_the_lives_that_it_took_could_not_be_read(harness: WorkerHarness) -> None:
    async with harness.working(build="one"), harness.working(build="two"):
        await harness.deployment.promote("two", 99)
        await harness.deployment.announce("two", NEXT)  # as one that was ramped by a build which did not look

        async def some_are_on_two() -> bool:
            await harness.enrol(a_customer(), GREETING, travel=False)
            return await harness.deployment.lives_on("two") > 0

        await until(some_are_on_two)
        with pytest.raises(Mistake, match="and build two writes format"):
            await harness.deployment.end_ramp()
        with pytest.raises(Mistake, match="and build two writes format"):
            await harness.deployment.promote("one")
        assert (await harness.deployment.routing()).ramping == "two"
