"""`deploy status`, `promote` and `drain` over two builds, each with a worker process of its own."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from signal import SIGINT

import pytest
from temporalio.client import Client

from activities.settings import Settings
from activities.transports.outbox import sent_twice
from runtime.builds.build_id import ROOT
from runtime.builds.build_worker import BuildWorker, worker_environment
from runtime.temporal.converter import data_converter
from runtime.temporal.deployment.deployment import Deployment
from runtime.temporal.dev_server.dev_server import DevServer
from tests.console.command_line import ran, row, write_customers
from tests.console.test_worker import start
from tests.workflows.harness.customer_workflow import until
from workflows.showing.search_attributes import ALL

pytestmark = [pytest.mark.server, pytest.mark.slow]

LIVES = 20


class Builds:
    """A server, and workers of builds on it."""

    def __init__(self, client: Client, home: Path) -> None:
        self.client = client
        self.home = home
        self.deployment = Deployment(client)
        self.workers: dict[str, BuildWorker] = {}

    async def start(self, build: str) -> BuildWorker:
        """The worker of that build, which serves."""
        if build in self.workers:
            return self.workers[build]
        env = worker_environment(self.client, Settings(home=self.home))
        worker = self.workers[build] = BuildWorker.start(ROOT, build, env, self.home / f"{build}.log")

        async def serves() -> bool:
            assert worker.running, (self.home / f"{build}.log").read_text()
            return '"event": "serving"' in (self.home / f"{build}.log").read_text()

        await until(serves)
        return worker

    def kill(self, build: str) -> None:
        self.workers.pop(build).stop(0)
        (self.home / f"{build}.log").write_text("")

    @property
    def address(self) -> str:
        return self.client.service_client.config.target_host

    async def lives(self) -> list[int]:
        return [await self.deployment.lives_on(build) for build in ("one", "two", None)]


@pytest.fixture(scope="module")
async def workers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Builds]:
    async with await DevServer.start(None, search_attributes=ALL) as server:
        client = await Client.connect(server.address, data_converter=data_converter)
        made = Builds(client, tmp_path_factory.mktemp("builds"))
        yield made
        for worker in made.workers.values():
            worker.stop(0)


@pytest.fixture
def builds(workers: Builds, monkeypatch: pytest.MonkeyPatch) -> Builds:
    monkeypatch.setenv("EVERGREEN_HOME", str(workers.home))
    monkeypatch.setenv("TEMPORAL_ADDRESS", workers.address)
    return workers


async def test_a_drain_survives_ctrl_c_and_kills_of_itself_and_of_the_workers(builds: Builds) -> None:
    home = builds.home
    assert (await ran("deploy", "status")).out.startswith("There is no build yet: the first worker that starts")
    await builds.start("one")
    file = write_customers(home, *(row(f"c{number}") for number in range(LIVES)))
    assert (await ran("enroll", file, "--shift")).status == 0
    await builds.start("two")

    async def all_on_one() -> bool:
        return await builds.lives() == [LIVES, 0, 0]

    await until(all_on_one)
    assert (await ran("deploy", "promote", "two")).out.startswith("Build two is current. ")
    assert (await ran("deploy", "promote", "two")).out == "Build two is current already.\n"

    words = ("starter.py", "deploy", "drain", "--rate", "4")
    moved = 0

    async def more_moved() -> bool:
        return moved < (await builds.lives())[1] < LIVES

    stopped = await start(*words, EVERGREEN_HOME=str(home), TEMPORAL_ADDRESS=builds.address)
    await until(more_moved)
    stopped.send_signal(SIGINT)
    said, complained = await stopped.communicate()
    assert (stopped.returncode, said) == (130, b"")
    assert re.fullmatch(
        rf"Stopped\. At the last count \d+ of {LIVES} lives had moved, and what was asked goes by itself: "
        r"give the command again, and it goes on\.\n",
        complained.decode(),
    )
    moved = (await builds.lives())[1]
    drain = await start(*words, EVERGREEN_HOME=str(home), TEMPORAL_ADDRESS=builds.address)
    await until(more_moved)
    drain.kill()
    await drain.wait()
    builds.kill("one")
    builds.kill("two")
    left = await ran("deploy", "drain", "--patience", "0")
    assert left.status == 1
    await builds.start("two")
    await builds.start("one")

    done = await ran("deploy", "drain", "--json")
    assert (done.status, done.json["left"], done.json["stayed"], done.json["current"]) == (0, 0, [], "two")
    assert await builds.lives() == [0, LIVES, 0]
    assert (await ran("deploy", "drain")).out == "No life is on an old build.\n"
    for number in (0, LIVES - 1):
        assert (await ran("status", f"c{number}")).status == 0
        assert (await ran("event", f"c{number}", "ticket.opened", "-d", "ticket=T1", "-d", "subject=Import")).status == 0
    assert sent_twice(home / "outbox") == 0
    shown = (await ran("deploy", "status")).out
    assert [line.split()[:3] for line in shown.splitlines()[1:3]] == [["two", "current", str(LIVES)], ["one", "drained", "0"]]


async def test_what_cannot_be_done_is_said_in_a_sentence(builds: Builds) -> None:
    await builds.start("one")
    await builds.start("two")
    if (await builds.deployment.routing()).current != "one":
        await builds.deployment.promote("one")
    unknown = await ran("deploy", "promote", "three")
    assert (unknown.status, unknown.err) == (
        2,
        "Deployment 'evergreen' has no build three: start a worker of it first; 'starter.py deploy status' lists them.\n",
    )
    assert (await ran("deploy", "promote", "two", "--ramp", "all")).err == (
        "'all' is no share of runs: write one above 0% and below 100%, such as 10%.\n"
    )
    ramped = await ran("deploy", "promote", "two", "--ramp", "10%")
    assert ramped.out == "Build two gets 10% of the runs that begin; the others go on to build one.\n"
    assert {each["build"]: each["percentage"] for each in (await ran("deploy", "status", "--json")).json["builds"]} == {
        "one": None,
        "two": 10,
    }
    drain = await ran("deploy", "drain")
    assert (drain.status, drain.err) == (
        2,
        "Build two is ramping, and lives would be sent to either: 'starter.py deploy promote two' ends the ramp.\n",
    )
    assert (await ran("deploy", "promote", "two", "--ramp", "0%")).out == (
        "Build two gets none of the runs that begin any more; all go to build one. "
        "'starter.py deploy drain' moves the lives that are on other builds.\n"
    )
    assert (await builds.deployment.routing()).ramping is None
    assert (await ran("deploy", "promote", "two", "--ramp", "0")).out == (
        "Build two has no share of the runs that begin, and nothing has changed.\n"
    )
    current = await ran("deploy", "promote", "one", "--ramp", "0%")
    assert (current.status, current.err) == (
        2,
        "Build one is current, and takes every run that no ramp takes: promote another build in its place.\n",
    )
    assert (await ran("deploy", "promote", "two", "--ramp", "10%")).status == 0
    assert (await ran("deploy", "promote", "one")).out == (
        "Build one is current already; the ramp to build two has ended. 'starter.py deploy drain' moves the lives that are on other builds.\n"
    )
    assert (await ran("deploy", "promote", "two", "--ramp", "10%")).status == 0
    assert (await ran("deploy", "promote", "two")).status == 0
    assert (await builds.deployment.routing()).ramping is None
    same = await ran("deploy", "drain", "--build", "two")
    assert (same.status, same.err) == (2, "Build two is the current one, where the lives of others go to: promote another first.\n")
