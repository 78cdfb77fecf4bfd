"""`starter.py dev` on a database that another build served: one command, killed anywhere and begun again."""

import asyncio
import os
import signal
from asyncio.subprocess import Process
from pathlib import Path

import pytest

from console.customers.customer_list import Filter, list_customers
from runtime.builds.archive import archive_of
from runtime.temporal.connect import connect
from runtime.temporal.deployment.deployment import Deployment
from tests.console.command_line import ROOT, ran, row, write_customers
from tests.console.test_worker import ended, line_with, start

pytestmark = [pytest.mark.server, pytest.mark.slow]

UP = "Ctrl-C ends it; nothing is lost."


def database(home: Path) -> str:
    """One in the home, named from the folder that processes are started in."""
    return f"sqlite:///{os.path.relpath(home / 'data.sqlite', ROOT)}"


async def dev(home: Path, build: str) -> Process:
    return await start("starter.py", "dev", EVERGREEN_HOME=str(home), EVERGREEN_BUILD_ID=build, EVERGREEN_DATABASE_URL=database(home))


async def killed(process: Process) -> None:
    process.kill()
    await process.wait()


async def test_lives_of_another_build_move_at_the_next_start_a_killed_upgrade_goes_on_and_without_an_archive_they_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEMPORAL_ADDRESS")
    monkeypatch.setenv("EVERGREEN_HOME", str(tmp_path))
    monkeypatch.setenv("EVERGREEN_DATABASE_URL", database(tmp_path))
    monkeypatch.chdir(ROOT)
    names = [f"c{number}" for number in range(12)]
    first = await dev(tmp_path, "old")
    await line_with(first.stdout, UP)
    assert (await ran("enroll", write_customers(tmp_path, *(row(name) for name in names)), "--shift")).status == 0
    before = {name: (await ran("status", name, "--json")).json for name in names}
    await killed(first)
    assert (archive_of(tmp_path, "old") / "worker.py").is_file()

    second = await dev(tmp_path, "new")
    told = await line_with(second.stdout, "lives are on build old")
    assert told == f"12 lives are on build old: a worker of it is started from {tmp_path / 'builds' / 'old'}, and they move to build new.\n"
    await killed(second)

    third = await dev(tmp_path, "new")
    try:
        try:
            moved = await line_with(third.stdout, " moved to build new")
        except AssertionError as error:
            raise AssertionError(f"{error}; {(await ended(third))[2]}") from error
        assert moved.endswith("; none is left on an old build.\n")
        await line_with(third.stdout, UP)
        client = await connect(tmp_path)
        deployment = Deployment(client)
        assert [await deployment.lives_on(build) for build in ("old", "new", None)] == [0, 12, 0]
        assert {each["customer"] for each in await list_customers(client, Filter())} == set(names)
        assert {name: (await ran("status", name, "--json")).json for name in before} == before
        status = await ran("deploy", "status", "--json")
        assert [(each["build"], each["state"], each["lives"]) for each in status.json["builds"]] == [
            ("new", "current", 12),
            ("old", "draining", 0),
        ]
        assert list((tmp_path / "builds").rglob("*.sqlite")) == [], "the old build's worker had the same database"
        third.send_signal(signal.SIGINT)
        assert (await ended(third))[0] == 0
    finally:
        if third.returncode is None:
            await killed(third)

    await asyncio.to_thread(lambda: archive_of(tmp_path, "new").rename(tmp_path / "away"))
    fourth = await dev(tmp_path, "newest")
    try:
        told = await line_with(fourth.stdout, "are on build new")
        assert told == "12 lives are on build new, and move to build newest only where a worker of build new runs.\n"
        await line_with(fourth.stderr, f"{archive_of(tmp_path, 'new')} is gone, so build new has no worker here")
        await line_with(fourth.stdout, UP)
    finally:
        await killed(fourth)
