"""Two builds side by side: lives are pinned to theirs, move to the current one when they are asked to, and notice nothing of it."""

import asyncio
import inspect
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from console.customers.customer_client import CustomerClient
from gateway.intake.results import ACCEPTED
from gateway.intake.signalling import Signals
from lifecycle.domain.errors import Failure, Mistake
from lifecycle.engine import engine
from lifecycle.state.formats import FORMAT, READABLE
from runtime.temporal.deployment.deployment import has_been_cut
from runtime.temporal.deployment.routing import Announced, Formats
from runtime.temporal.deployment.staying import Stayed, why_they_stay
from tests.workflows.harness.building import a_customer, moment
from tests.workflows.harness.customer_workflow import CustomerWorkflow, in_order, until
from tests.workflows.harness.two_builds import CALL, GREETING, WELCOME, build_of, moved, two_builds
from tests.workflows.harness.worker_harness import WorkerHarness, a_worker_harness
from tests.workflows.harness.workflow_variants import CannotRead, TooLarge
from workflows import names
from workflows.customer_lifecycle import CustomerLifecycle
from workflows.messages.signals import described
from workflows.names import MOVE_TO_CURRENT_BUILD

pytestmark = pytest.mark.slow

SOON = timedelta(seconds=3)


@pytest.fixture
async def harness(client: Client, tmp_path: Path) -> AsyncIterator[WorkerHarness]:
    """Without a worker."""
    async with a_worker_harness(client, tmp_path, None) as made:
        yield made


def test_the_sdk_still_sends_a_run_that_continues_as_new_to_the_current_build() -> None:
    """It is experimental there. If this fails, only workflows/versioning.py has to learn the SDK's new words."""
    assert "AUTO_UPGRADE" in workflow.ContinueAsNewVersioningBehavior.__members__
    assert "initial_versioning_behavior" in inspect.signature(workflow.continue_as_new).parameters
    assert callable(workflow.Info.is_target_worker_deployment_version_changed)


def test_the_workflow_has_the_names_that_draining_calls() -> None:
    assert names.NOT_MOVED_BECAUSE in vars(CustomerLifecycle)
    assert names.MOVE_TO_CURRENT_BUILD in described()


async def test_twenty_lives_move_and_answer_throughout(harness: WorkerHarness) -> None:
    lives: list[CustomerWorkflow] = []
    answered = 0
    async with two_builds(harness, lives, 20):
        before = [await life.timeline() for life in lives]

        async def ask() -> None:
            nonlocal answered
            while True:
                for number, life in enumerate(lives):
                    customer = CustomerClient(harness.client, life.customer.id)
                    assert (await customer.status()).customer == life.customer.id
                    event = life.event("ticket.opened", await life.now(), id=f"t{answered}-{number}", ticket=f"T{answered}")
                    assert not (await customer.tell(event))[0].repeated
                    answered += 1

        asking = asyncio.create_task(ask())
        drained = await moved(harness)
        assert not asking.done()
        asking.cancel()

        assert (drained.moved, drained.left, drained.current) == (20, 0, "two")
        assert {await build_of(life) for life in lives} == {"two"}
        assert answered > 0
        for life, known in zip(lives, before, strict=True):
            assert (await life.timeline())[: len(known)] == known
            assert len(await life.runs()) == 2
    assert harness.sent_twice == (0, 0)


async def test_a_life_that_moves_goes_on_as_the_simulator_says(harness: WorkerHarness) -> None:
    lives: list[CustomerWorkflow] = []
    async with two_builds(harness, lives):
        [life] = lives
        await life.live_until("2038-01-07 12:00")  # it waits for a login now
        await moved(harness)
        await life.tell("login", "2038-01-08 10:00")
        await life.live_until("2038-02-05 12:00")
        assert await life.touches() == [
            f"2038-01-05 09:00 {WELCOME}",
            f"2038-01-08 10:00 {CALL}",
            "2038-02-03 09:00 late/1/email-late",
        ]
        assert in_order(await life.timeline()) == in_order(life.simulated(life.at("2038-02-05 12:00")).life.log.timeline)
        assert await build_of(life) == "two"
        assert await life.events(EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED) == []


async def test_a_paused_life_moves_and_stays_paused(harness: WorkerHarness) -> None:
    lives: list[CustomerWorkflow] = []
    async with two_builds(harness, lives):
        [life] = lives
        await life.pause("they move house")
        assert (await moved(harness)).left == 0
        status = await life.status()
        assert (await build_of(life), status.paused, status.paused_why) == ("two", True, "they move house")


async def test_a_new_stage_begins_on_the_current_build_without_being_asked(harness: WorkerHarness) -> None:
    lives: list[CustomerWorkflow] = []
    async with two_builds(harness, lives):
        [life] = lives
        await life.live_until("2038-03-01 12:00")
        assert await build_of(life) == "one"
        await life.live_until("2038-04-12 12:00")
        assert await build_of(life) == "two"


async def test_a_life_is_not_cut_for_a_build_that_it_is_on(harness: WorkerHarness) -> None:
    lives: list[CustomerWorkflow] = []
    async with two_builds(harness, lives):
        [life] = lives
        await moved(harness)
        runs = len(await life.runs())
        await life.handle.signal(MOVE_TO_CURRENT_BUILD)
        await life.wait_until_idle()
        assert len(await life.runs()) == runs


async def test_a_life_with_an_update_under_way_is_named_and_moves_when_it_is_answered(harness: WorkerHarness) -> None:
    customer = a_customer("patient")
    life = engine.begin(customer, GREETING[0].ref, moment("2038-01-04 08:00", customer.timezone))
    async with harness.working(build="one"):
        handle = await harness.client.start_workflow(
            CustomerLifecycle.run, life, id=f"customer/{customer.id}", task_queue=harness.task_queue
        )  # its playbook is not published yet
        seen = CustomerWorkflow(
            harness.client, harness.travel, customer, GREETING[0], life.progress.enrolled, str(handle.first_execution_run_id)
        )
        update = asyncio.create_task(seen.pause("they move house"))

        async def is_on_one() -> bool:
            return await harness.deployment.lives_on("one") == 1

        await until(is_on_one)
        async with harness.working(build="two"):
            await harness.deployment.promote("two")
            left = await moved(harness, patience=SOON)
            assert [(each.customer, each.build, each.why) for each in left.stayed] == [
                (customer.id, "one", "its run has only begun, and loads its playbook")
            ]
            harness.activities.playbooks.publish(*GREETING)
            assert await update == "patient is paused"

            async def is_on_two() -> bool:
                return await build_of(seen) == "two"

            await until(is_on_two)


async def test_a_life_too_large_to_be_handed_on_is_named(harness: WorkerHarness) -> None:
    async with harness.working(TooLarge, build="one"):
        life = await harness.enrol(a_customer(), GREETING)
        async with harness.working(build="two"):
            await harness.deployment.promote("two")
            left = await moved(harness, patience=SOON)
            assert (left.moved, left.left) == (0, 1)
            assert left.stayed[0].customer == life.customer.id
            assert left.stayed[0].why.startswith("its state has ")
            assert (await life.status()).customer == life.customer.id


async def test_lives_that_began_before_there_were_builds_get_the_first_one(harness: WorkerHarness) -> None:
    async with harness.working():
        life = await harness.enrol(a_customer(), GREETING)
    async with harness.working(build="one"):
        assert await harness.deployment.lives_on(None) == 1
        drained = await moved(harness)
        assert (drained.moved, await build_of(life), len(await life.runs())) == (1, "one", 1)


async def test_a_build_whose_worker_has_just_ended_is_not_promoted(harness: WorkerHarness) -> None:
    harness.deployment.takes_work = 1.0
    async with harness.working(build="one"):
        async with harness.working(build="two"):
            assert await harness.deployment.is_working("two")
        assert await harness.deployment.is_served("two")
        with pytest.raises(Mistake, match=r"^No worker of build two runs, so its lives would stand still: start one first\.$"):
            await harness.deployment.promote("two")
        assert (await harness.deployment.routing()).current == "one"


async def test_no_life_is_cut_for_a_current_build_that_has_no_worker(harness: WorkerHarness) -> None:
    lives: list[CustomerWorkflow] = []
    async with harness.working(build="one"):
        lives += [await harness.enrol(a_customer(), GREETING)]
        async with harness.working(build="two"):
            await harness.deployment.promote("two")
        harness.deployment.takes_work = 1.0
        with pytest.raises(
            Failure, match=r"^No worker of build two runs, the current one, and a life that is cut for it would stand still"
        ):
            await moved(harness)
        assert (await build_of(lives[0]), len(await lives[0].runs())) == ("one", 1)


async def test_a_life_that_is_cut_has_not_moved_before_its_next_run_has_begun(harness: WorkerHarness) -> None:
    async with harness.working(build="one"):
        life = await harness.enrol(a_customer(), GREETING)
        async with harness.working(build="two"):
            await harness.deployment.promote("two")
        await life.handle.signal(MOVE_TO_CURRENT_BUILD)

        async def is_cut() -> bool:
            return has_been_cut(await life.handle.describe())

        await until(is_cut)
        harness.deployment.takes_work = 1.0
        [stayed] = await why_they_stay(harness.deployment, [life.handle.id], "two")
        assert stayed == Stayed(life.customer.id, "one", "it is cut, and its next run waits for a worker of build two", needs="two")
        async with harness.working(CannotRead, build="two"):
            failing = await moved(harness, patience=SOON)
            assert (failing.moved, failing.left) == (0, 1)
            assert re.fullmatch(
                r"it is cut, and its next run fails on build two \(attempt \d+\): see the workflow in the Temporal UI",
                failing.stayed[0].why,
            )


async def test_a_life_that_another_build_sent_back_counts_as_left_until_it_has_begun(harness: WorkerHarness) -> None:
    """A run that a ramp gave to the current build, and that can't begin there, is still shown under the build that it was on."""
    async with harness.working(CannotRead, build="one"), harness.working(build="two"):
        await harness.deployment.promote("two")
        life = await harness.enrol(a_customer(), GREETING)
        await harness.deployment.promote("one")
        await life.handle.signal(MOVE_TO_CURRENT_BUILD)

        async def is_cut() -> bool:
            return has_been_cut(await life.handle.describe())

        await until(is_cut)
        assert await build_of(life) == "two"
        assert await harness.deployment.count(harness.deployment.lives.not_begun_on("two")) == 1
        await harness.deployment.promote("two")
        assert (await moved(harness)).left == 0
        assert not has_been_cut(await life.handle.describe())


async def test_a_build_that_lives_are_on_is_no_name_for_other_code(harness: WorkerHarness) -> None:
    deployment = harness.deployment
    await deployment.refuse_other_code("one", "a1")  # nobody has gone by it yet
    async with harness.working(build="one"):
        await deployment.announce("one", Formats(FORMAT, READABLE), "a1")
        await deployment.refuse_other_code("one", "a1")
        assert await deployment.announced_by("one") == Announced(Formats(FORMAT, READABLE), "a1")
        with pytest.raises(
            Mistake, match=r"^Build one is other code than the code here: .* Name this one otherwise with EVERGREEN_BUILD_ID"
        ):
            await deployment.refuse_other_code("one", "b2")


async def test_one_may_go_back_to_the_build_before(harness: WorkerHarness) -> None:
    lives: list[CustomerWorkflow] = []
    async with two_builds(harness, lives):
        await moved(harness)
        await harness.deployment.promote("one")
        assert (await moved(harness)).left == 0
        assert await build_of(lives[0]) == "one"


async def test_a_life_that_ended_on_a_build_without_workers_still_answers(harness: WorkerHarness) -> None:
    async with harness.working(build="one"):
        life = await harness.enrol(a_customer(), GREETING)
        told = life.event("customer.churned", "2038-01-04 09:00", kind="natural", reason="closed down")
        await life.travel_to(life.at("2038-01-04 09:00"))
        await life.send(told)
        await life.live_until("2038-03-04 09:00")
        timeline, status = await life.timeline(), await life.status()
    async with harness.working(build="two"):
        await harness.deployment.promote("two")
        customer = CustomerClient(harness.client, life.customer.id, SOON)
        assert (await customer.status(), await customer.timeline()) == (status, timeline)
        assert await Signals(harness.client, 5).tell(life.customer.id, [told]) == [ACCEPTED]
