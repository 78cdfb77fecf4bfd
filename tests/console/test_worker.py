"""`worker.py` and `starter.py dev` as processes: they serve, end in good order when told to, and go on where they were."""

import asyncio
import json
import os
import re
import shlex
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import httpx
import pytest
from temporalio.client import Client

from runtime.temporal.dev_server.dev_server import DevServer
from tests.console.command_line import ROOT, ran, row, write_customers

pytestmark = [pytest.mark.server, pytest.mark.slow]

LONGEST = 120


async def start(*words: str, **env: str) -> Process:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TEMPORAL_", "EVERGREEN_"))}
    return await asyncio.create_subprocess_exec(sys.executable, *words, cwd=ROOT, env=clean | env, stdout=PIPE, stderr=PIPE)


async def line_with(stream: asyncio.StreamReader | None, words: str) -> str:
    """The first line that has these words. Fails when the stream ends before."""
    assert stream is not None
    seen = b""
    async with asyncio.timeout(LONGEST):
        while line := await stream.readline():
            seen += line
            if words in line.decode():
                return line.decode()
    raise AssertionError(f"no line with {words!r} in {seen.decode()}")


async def ended(process: Process) -> tuple[int | None, str, str]:
    out, err = await asyncio.wait_for(process.communicate(), LONGEST)
    return process.returncode, out.decode(), err.decode()


async def tell(curl: list[str]) -> int:
    """The status of the request that the command `curl -i URL -H HEADER -H HEADER -d BODY` makes."""
    [_, _, url, _, authorization, _, kind, _, body] = curl
    token = re.sub(r"\$\(cat (.*)\)", lambda found: Path(found[1]).read_text().strip(), authorization)
    headers = dict(header.split(": ") for header in (token, kind))
    async with httpx.AsyncClient() as http:
        return (await http.post(url, content=body, headers=headers)).status_code


async def test_a_worker_serves_logs_json_and_ends_with_status_0_on_sigterm(server: DevServer, client: Client, tmp_path: Path) -> None:
    worker = await start("worker.py", TEMPORAL_ADDRESS=server.address, EVERGREEN_HOME=str(tmp_path))
    try:
        serving = json.loads(await line_with(worker.stderr, '"event": "serving"'))
        assert (serving["namespace"], serving["task_queue"]) == ("default", "evergreen")
        worker.send_signal(signal.SIGTERM)
        status, out, err = await ended(worker)
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.wait()
    assert (status, out) == (0, "")
    assert [json.loads(line)["event"] for line in err.splitlines()][-1] == "served"


@pytest.mark.parametrize(
    ("env", "sentence"),
    [
        ({"EVERGREEN_LOG_LEVEL": "loud"}, "EVERGREEN_LOG_LEVEL 'loud' is no level: write one of debug, info, warning, error, critical.\n"),
        (
            {"EVERGREEN_PUBLIC_URL": "https://door.example.com"},
            "EVERGREEN_PUBLIC_URL is set and EVERGREEN_LINK_SECRETS is not, so messages would carry no links: 'openssl rand -hex 32' "
            "makes a secret, and worker and gateway need the same.\n",
        ),
    ],
    ids=["log level", "links"],
)
async def test_a_worker_with_settings_that_do_not_read_says_so_and_ends_with_status_2(env: dict[str, str], sentence: str) -> None:
    assert await ended(await start("worker.py", **env)) == (2, "", sentence)


async def test_dev_goes_on_where_a_killed_one_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEMPORAL_ADDRESS")
    monkeypatch.setenv("EVERGREEN_HOME", str(tmp_path))
    first = await start("starter.py", "dev", EVERGREEN_HOME=str(tmp_path))
    told = shlex.split(await line_with(first.stdout, "curl -i "))
    await line_with(first.stdout, "Ctrl-C ends it; nothing is lost.")
    enrolled = await ran("enroll", write_customers(tmp_path, row("acme"), row("nordwind")), "--shift")
    assert (enrolled.status, enrolled.err) == (0, "")
    assert await tell(told) == 202
    before = (await ran("status", "acme", "--json")).json
    first.kill()
    await first.wait()
    second = await start("starter.py", "dev", EVERGREEN_HOME=str(tmp_path))
    try:
        told = shlex.split(await line_with(second.stdout, "curl -i "))
        await line_with(second.stdout, "Ctrl-C ends it; nothing is lost.")
        assert (await ran("status", "acme", "--json")).json == before
        assert await tell(told) == 202
        third = await ended(await start("starter.py", "dev", EVERGREEN_HOME=str(tmp_path)))
        assert third[:2] == (1, "") and third[2].startswith(f"Another Evergreen runs on the folder {tmp_path}")
        second.send_signal(signal.SIGINT)
        status, out, _ = await ended(second)
        assert (status, out) == (0, "Stopping: touches that have begun get to their end.\n")
    finally:
        if second.returncode is None:
            second.kill()
            await second.wait()
