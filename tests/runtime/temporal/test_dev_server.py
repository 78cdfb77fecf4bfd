"""The embedded server: it comes up ready, is nobody's orphan, and loses nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from runtime.process.processes import command_line
from runtime.temporal.dev_server.dev_server import DevServer
from runtime.temporal.dev_server.ports import preferred
from runtime.temporal.dev_server.server_note import ServerNote, read_note, write_note
from runtime.temporal.errors import DevServerFailed, SearchAttributesRefused
from runtime.temporal.search_attributes import register, registered

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[3]
STAGE = SearchAttributeKey.for_keyword("Stage")
SCORE = SearchAttributeKey.for_int("HealthScore")
PAUSED = SearchAttributeKey.for_bool("Paused")

# A program that starts a server, tells its pid, and waits to be killed.
STARTER = """
import asyncio, sys
from pathlib import Path
from runtime.temporal.dev_server.dev_server import DevServer

async def main() -> None:
    server = await DevServer.start(Path(sys.argv[1]) if sys.argv[1:] else None)
    print(server.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def listening(address: str) -> bool:
    host, port = address.split(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except OSError:
        return False
    return True


def gone(pid: int, within: float = 10) -> bool:
    deadline = time.monotonic() + within
    while command_line(pid) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@contextmanager
def somebody_elses_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


async def test_a_server_in_memory_answers_and_knows_its_search_attributes_at_once() -> None:
    async with await DevServer.start(None, search_attributes=[STAGE, SCORE]) as server:
        client = await Client.connect(server.address)
        assert {"Stage", "HealthScore"} <= (await registered(client)).keys()
        attributes = TypedSearchAttributes([SearchAttributePair(STAGE, "growth"), SearchAttributePair(SCORE, 71)])
        await client.start_workflow("Any", id="any", task_queue="any", search_attributes=attributes)
        assert server.ui_url is None
        assert listening(server.address)
    assert not server.running
    assert not listening(server.address)


async def test_what_a_server_knew_is_there_again_and_so_are_names_that_are_new(tmp_path: Path) -> None:
    async with await DevServer.start(tmp_path, search_attributes=[STAGE]) as server:
        client = await Client.connect(server.address)
        await client.start_workflow(
            "Any", id="any", task_queue="any", search_attributes=TypedSearchAttributes([SearchAttributePair(STAGE, "growth")])
        )
    async with await DevServer.start(tmp_path, search_attributes=[STAGE, SCORE]) as server:
        client = await Client.connect(server.address)
        again = await client.get_workflow_handle("any").describe()
        assert again.typed_search_attributes[STAGE] == "growth"
        scored = TypedSearchAttributes([SearchAttributePair(SCORE, 71)])
        await client.start_workflow("Any", id="other", task_queue="any", search_attributes=scored)
        await server.kill()


async def test_a_killed_server_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    server = await DevServer.start(tmp_path)
    client = await Client.connect(server.address)
    ids = [f"any-{number}" for number in range(20)]
    for workflow_id in ids:
        await client.start_workflow("Any", id=workflow_id, task_queue="any")
    await server.kill()
    async with await DevServer.start(tmp_path) as again:
        client = await Client.connect(again.address)
        for workflow_id in ids:
            assert (await client.get_workflow_handle(workflow_id).describe()).id == workflow_id
        await again.kill()


async def test_a_namespace_of_ones_own_is_made() -> None:
    async with await DevServer.start(None, namespace="evergreen", search_attributes=[STAGE]) as server:
        client = await Client.connect(server.address, namespace="evergreen")
        assert "Stage" in await registered(client)


async def test_the_web_ui_is_served_where_it_says() -> None:
    async with await DevServer.start(None, ui_port=0) as server:
        assert server.ui_url is not None
        assert listening(server.ui_url.removeprefix("http://"))


async def test_the_note_tells_where_it_listens_while_it_does(tmp_path: Path) -> None:
    async with await DevServer.start(tmp_path, ui_port=0) as server:
        assert read_note(tmp_path) == ServerNote(address=server.address, ui_url=server.ui_url, namespace="default", pid=server.pid)
    assert read_note(tmp_path) is None


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_it_dies_with_its_starter_however_that_ends(ending: signal.Signals) -> None:
    starter = subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    assert "start-dev" in (command_line(pid) or "")
    starter.send_signal(ending)
    # Reading to the end also shows that nobody else holds the starter's standard output.
    assert starter.communicate(timeout=10)[0] == ""
    assert gone(pid)


async def test_a_server_left_over_is_stopped_by_the_next_start(tmp_path: Path) -> None:
    left = await DevServer.start(tmp_path)
    note = read_note(tmp_path)
    assert note is not None
    lock = left._lock
    assert lock is not None
    lock.close()  # as the kernel does when the starter is killed
    async with await DevServer.start(tmp_path) as server:
        assert server.pid != note.pid
        assert not left.running
        assert not listening(note.address)
        await server.kill()


async def test_a_note_whose_pid_is_another_programs_by_now_harms_nobody(tmp_path: Path) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    write_note(tmp_path, ServerNote(address="127.0.0.1:1", ui_url=None, namespace="default", pid=bystander.pid))
    async with await DevServer.start(tmp_path) as server:
        assert bystander.poll() is None
        await server.kill()
    bystander.communicate(b"\n")
    assert bystander.returncode == 0


async def test_a_folder_in_use_is_refused_with_the_address_of_its_server(tmp_path: Path) -> None:
    async with await DevServer.start(tmp_path) as server:
        with pytest.raises(
            DevServerFailed, match=f"Another Evergreen runs on the folder .* at {server.address}.*: stop it first"
        ) as refused:
            await DevServer.start(tmp_path)
        assert "\n" not in str(refused.value)
        assert server.running
        await server.kill()


async def test_a_port_that_somebody_holds_is_refused_in_a_sentence() -> None:
    with somebody_elses_port() as port:
        with pytest.raises(DevServerFailed, match=rf"^The port {port} is in use by another program: stop that one, or give another port"):
            await DevServer.start(None, port=port)
        with pytest.raises(DevServerFailed, match=rf"^The Web UI port {port} is in use by another program"):
            await DevServer.start(None, ui_port=port)
        assert preferred(port) == 0
    assert preferred(port) == port


async def test_a_server_that_cannot_start_says_how_its_log_ends(tmp_path: Path) -> None:
    (tmp_path / "temporal.sqlite").write_text("this is no database, " * 100)
    with pytest.raises(DevServerFailed, match=r"^The Temporal server did not start, and its log ends: .*database"):
        await DevServer.start(tmp_path)
    (tmp_path / "temporal.sqlite").unlink()
    async with await DevServer.start(tmp_path) as server:
        assert listening(server.address)
        await server.kill()


async def test_registering_again_adds_nothing_and_another_type_is_refused(server: DevServer) -> None:
    client = await Client.connect(server.address)
    assert await register(client, [PAUSED]) == ["Paused"]
    assert await register(client, [PAUSED]) == []
    with pytest.raises(
        SearchAttributesRefused, match=r"^The search attribute Paused of namespace 'default' is a Bool and has to be a Keyword"
    ):
        await register(client, [SearchAttributeKey.for_keyword("Paused")])


def test_its_process_is_not_reached_by_a_signal_to_ours() -> None:
    starter = subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True)
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    assert os.getpgid(pid) != os.getpgid(starter.pid)
    starter.kill()
    starter.communicate(timeout=10)
