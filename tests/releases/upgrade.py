"""An upgrade as operations people do it: a server, workers of two builds as processes, promote, drain, and everybody lives on."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError

from console.customers.customer_client import CustomerClient
from lifecycle.explain.status import Status
from lifecycle.facts.events import Event
from runtime.temporal.converter import data_converter
from runtime.temporal.deployment.deployment import Deployment
from runtime.temporal.dev_server.dev_server import DevServer
from runtime.temporal.time_travel import TimeTravel
from tests.releases.lives import Life, Standing, lives, playbooks_of
from tests.releases.processes import Surroundings, TreeWorker, begin_command, cpu_seconds, run_command
from tests.releases.receiver import WebhookReceiver
from tests.releases.trees import Tree
from tests.workflows.harness.customer_workflow import CustomerWorkflow, until
from workflows.messages.messages import Tell
from workflows.names import id_of
from workflows.showing.search_attributes import ALL

BEFORE = timedelta(seconds=30)
"""How long before its moment an event is told; it is held until then, and so meets the deadlines of that very moment."""

TRAVELLERS = 16
MOST_TOLD = 2
QUESTIONS = 5.0
"""How many a second are asked while lives move: each is work for the workers that move them."""
LOOK_AGAIN = 0.3
_PAUSED_WHY = "they move house"


@dataclass
class Answers:
    """What callers got while the builds changed: counts, and the faults, of which there are to be none."""

    queries: int = 0
    updates: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass
class Upgrade:
    """Lives on `old` that move to `new`. The parts are called in their order: `prepare`, `change`, `drain`.

    `before` is how each life stood at the change; `seconds` how long the parts took, `drain` until all had moved that have no touch
    in flight for longer than a run waits. `cpu` is the processor time, in seconds, that each process had for one of
    them, from the first on.
    """

    old: Tree
    new: Tree
    server_home: Path
    server: DevServer
    client: Client
    around: Surroundings
    receiver: WebhookReceiver
    lives: list[Life]
    files: dict[Path, Path]
    workers: dict[str, TreeWorker] = field(default_factory=dict)
    customers: dict[str, CustomerWorkflow] = field(default_factory=dict)
    before: dict[str, Status] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)
    drained: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.deployment = Deployment(self.client)
        self.travel = TimeTravel(self.client)
        self.playbooks = playbooks_of(self.lives)
        self._room = asyncio.Semaphore(TRAVELLERS)

    async def kill_everything(self) -> None:
        """End server and workers as a crash would."""
        for worker in self.workers.values():
            await worker.kill()
        await self.server.kill()

    async def start_everything(self) -> None:
        """Start the server on its folder and port again, and the workers that there were."""
        port = int(self.server.address.rpartition(":")[2])
        self.server = await DevServer.start(self.server_home, port=port, search_attributes=ALL)
        await asyncio.gather(*(self.start_worker(worker.tree) for worker in list(self.workers.values())))

    def standing(self, standing: Standing) -> list[Life]:
        """The lives that stand so at the change."""
        return [life for life in self.lives if life.standing is standing]

    # ---- on the old build

    async def prepare(self) -> None:
        """Enrol everybody with the old build's own command, and live until the change."""
        with self._timed("prepare"):
            await self.start_worker(self.old)
            for playbook, file in self.files.items():
                enrolled = await run_command(self.old, self.around, "enroll", str(file), "--playbook", str(playbook))
                assert not enrolled["faults"], enrolled
            await self._each(self.lives, self._live_until_the_change)

    async def _live_until_the_change(self, life: Life) -> None:
        self.customers[life.customer.id] = await self._seen(life)
        for events in life.before():
            await self._tell_ahead(life, events)
        await self.travel.to(id_of(life.customer.id), life.at(0))
        await self.customers[life.customer.id].wait_until_idle()
        if life.standing is Standing.PAUSED:
            await CustomerClient(self.client, life.customer.id).pause(_PAUSED_WHY)
        self.before[life.customer.id] = await CustomerClient(self.client, life.customer.id).status()

    async def _seen(self, life: Life) -> CustomerWorkflow:
        described = await self.client.get_workflow_handle(id_of(life.customer.id)).describe()
        first = described.raw_description.workflow_execution_info.first_run_id
        return CustomerWorkflow(self.client, self.travel, life.customer, self.playbooks[life.playbook], life.enrolled, first)

    # ---- the change

    async def change(self) -> None:
        """Stop the old build's worker, tell some of events meanwhile, start both builds' workers, promote the new one, and get touches in flight."""
        with self._timed("change"):
            await self.workers[self.old.build].stop()
            for life in self.standing(Standing.TOLD):
                at = life.at(0, 10, 20)
                await self._signal(life, [life.event("feature.used", at, feature="reports"), life.event("ticket.opened", at, ticket="T1")])
            await asyncio.gather(self.start_worker(self.old), self.start_worker(self.new))
            await run_command(self.new, self.around, "deploy", "promote", self.new.build)
            await self._get_in_flight()
            # A worker that has served its build for long has the lives in memory; this one was started anew to leave some untaken.
            await self._each(self.lives, self._warm)

    async def _warm(self, life: Life) -> None:
        await CustomerClient(self.client, life.customer.id).status()

    async def _get_in_flight(self) -> None:
        sent: dict[Standing, tuple[str, dict[str, Any]]] = {
            Standing.BRIEFLY_IN_FLIGHT: ("handoff.accepted", {}),
            Standing.IN_FLIGHT: ("order.placed", {"order": "O1"}),
        }
        flying = [life for life in self.lives if life.standing in sent]
        for life in flying:
            type_, data = sent[life.standing]
            customer = CustomerClient(self.client, life.customer.id)
            await customer.tell(life.event(type_, await customer.now(), **data))

        async def are_in_flight() -> bool:
            return len(self.receiver.held) == len(flying)

        await until(are_in_flight)

    async def begin_drain(self) -> asyncio.subprocess.Process:
        """`deploy drain` of the new build, begun."""
        return await begin_command(self.new, self.around, "deploy", "drain", "--json")

    async def left(self) -> int:
        """How many lives are on the old build."""
        return await self.deployment.lives_on(self.old.build)

    async def until_left(self, most: int) -> None:
        """Return once at most so many are."""
        while await self.left() > most:
            await asyncio.sleep(LOOK_AGAIN)

    async def drain(self) -> None:
        """Move everybody with the command, ask meanwhile, and stop the old build's worker. Those that have moved live on at once."""
        taken_over = self.standing(Standing.IN_FLIGHT)
        others = [life for life in self.lives if life.standing is not Standing.IN_FLIGHT]
        began = time.monotonic()
        draining = await self.begin_drain()
        asking = [asyncio.create_task(self._ask(life)) for life in self.standing(Standing.ASKED)]
        await self.until_left(len(self.lives) - 1)
        self.receiver.release_brief()
        processes = {
            "the server": self.server.pid,
            "the old build's worker": self.workers[self.old.build].pid,
            "the new build's worker": self.workers[self.new.build].pid,
            "the command": draining.pid,
        }
        before = {name: cpu_seconds(pid) for name, pid in processes.items()}
        already = len(self.lives) - await self.left()
        await self.until_left(len(taken_over))
        self.seconds["drain"] = time.monotonic() - began
        moved = len(self.lives) - len(taken_over) - already
        self.cpu = {name: max(0.0, cpu_seconds(pid) - before[name]) / max(1, moved) for name, pid in processes.items()}
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        on = asyncio.create_task(self._each(others, self._live_on))
        await asyncio.gather(self._end_drain(draining, began), *(self._release_when_moved(life) for life in taken_over))
        await self.workers.pop(self.old.build).stop()
        await self._each(taken_over, self._live_on)
        await on
        self.seconds["all"] = time.monotonic() - began

    async def _release_when_moved(self, life: Life) -> None:
        """Answer the life's webhook once its next run, which asks for it again, has begun: later the run would call it late."""
        handle = self.client.get_workflow_handle(id_of(life.customer.id))

        async def is_on_new() -> bool:
            info = (await handle.describe()).raw_description.workflow_execution_info
            return info.versioning_info.deployment_version.build_id == self.new.build

        while not await is_on_new():
            await asyncio.sleep(0.3)
        self.receiver.release_long(life.customer.id)

    async def _end_drain(self, draining: asyncio.subprocess.Process, began: float) -> None:
        said, complained = await draining.communicate()
        if draining.returncode != 0:
            raise RuntimeError(f"the drain failed: {complained.decode()}")
        self.drained = json.loads(said)
        self.seconds["the command's start"] = max(0.0, time.monotonic() - began - self.drained["seconds"])

    async def _ask(self, life: Life) -> None:
        """A query after the other, and some updates, all of which are to be answered."""
        customer = CustomerClient(self.client, life.customer.id)
        told, pause = 0, len(self.standing(Standing.ASKED)) / QUESTIONS
        while True:
            try:
                assert (await customer.status()).customer == life.customer.id
                self.answers.queries += 1
                if told < MOST_TOLD:
                    told += 1
                    event = life.event("ticket.opened", life.at(0, 10, 40 + told), ticket=f"A{told}")
                    assert not (await asyncio.shield(customer.tell(event)))[0].repeated
                    self.answers.updates += 1
            except Exception as fault:  # noqa: BLE001  whatever a caller meets is a finding
                self.answers.faults.append(f"{life.customer.id}: {fault!r}")
            await asyncio.sleep(pause)

    # ---- on the new build

    async def _live_on(self, life: Life) -> None:
        customer = self.customers[life.customer.id]
        if life.standing is Standing.PAUSED:
            await self.travel.to(id_of(life.customer.id), life.at(0, 20))
            await CustomerClient(self.client, life.customer.id).resume()
        for events in life.after():
            await self._tell_ahead(life, events)
        if await self.travel.to(id_of(life.customer.id), life.until):
            await customer.wait_until_idle()

    # ---- how

    async def start_worker(self, tree: Tree) -> None:
        """Start that build's worker, and return when it serves."""
        worker = self.workers[tree.build] = TreeWorker(tree, self.around)
        await worker.start()
        await worker.until_serving(self.deployment)

    async def _each(self, lives: list[Life], do: Callable[[Life], Awaitable[None]]) -> None:
        async def one(life: Life) -> None:
            async with self._room:
                await do(life)

        await asyncio.gather(*(one(life) for life in lives))

    async def _tell_ahead(self, life: Life, events: list[Event]) -> None:
        if await self.travel.to(id_of(life.customer.id), events[0].at - BEFORE):
            await self._signal(life, events)

    async def _signal(self, life: Life, events: list[Event]) -> None:
        try:
            await self.client.get_workflow_handle(id_of(life.customer.id)).signal("event", Tell(events=events))
        except RPCError as error:
            raise RuntimeError(f"{life.customer.id} could not be told {[event.type for event in events]}: {error.message}") from error

    def _timed(self, name: str) -> "_Timed":
        return _Timed(self.seconds, name)


class _Timed:
    def __init__(self, into: dict[str, float], name: str) -> None:
        self.into, self.name = into, name

    def __enter__(self) -> None:
        self.began = time.monotonic()

    def __exit__(self, *fault: object) -> None:
        self.into[self.name] = time.monotonic() - self.began


@asynccontextmanager
async def an_upgrade(
    old: Tree, new: Tree, count: int, folder: Path, *, with_standard: bool = True, lease: float = 60.0
) -> AsyncIterator[Upgrade]:
    """An upgrade of so many lives on a dev server of its own; its processes are ended with the block."""
    made, files = lives(count, folder, with_standard=with_standard)
    async with await DevServer.start(folder / "server", search_attributes=ALL) as server, WebhookReceiver() as receiver:
        client = await Client.connect(server.address, data_converter=data_converter)
        around = Surroundings(server.address, folder / "home", receiver.urls, lease)
        upgrade = Upgrade(old, new.distinct_from(old), folder / "server", server, client, around, receiver, made, files)
        try:
            yield upgrade
        finally:
            for worker in upgrade.workers.values():
                await worker.kill()
            await upgrade.server.stop()
