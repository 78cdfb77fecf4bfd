"""One server and one worker for the tests of this folder; the command line finds them by the environment."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import Client

from activities.registry import Activities
from activities.settings import Settings
from runtime.serving import serving
from runtime.temporal.converter import data_converter
from runtime.temporal.dev_server.dev_server import DevServer
from tests.console.command_line import write_playbook
from workflows.showing.search_attributes import ALL


@pytest.fixture(autouse=True)
def nobodys_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a server of its own a command meets nobody's."""
    monkeypatch.setattr("runtime.temporal.deployment.deployment.TAKES_WORK", 4.0)  # nobody waits longer for a worker that was killed
    for name in [name for name in os.environ if name.startswith(("TEMPORAL_", "EVERGREEN_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EVERGREEN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
async def server() -> AsyncIterator[DevServer]:
    """Of its own: what is listed here is all that was enrolled here."""
    async with await DevServer.start(None, search_attributes=ALL) as running:
        yield running


@pytest.fixture(scope="session")
async def client(server: DevServer) -> Client:
    return await Client.connect(server.address, data_converter=data_converter)


@pytest.fixture(scope="session")
async def serves(client: Client, home: Path) -> AsyncIterator[Activities]:
    folder = home / "playbooks"
    folder.mkdir()
    write_playbook(folder)
    async with serving(client, Settings(home=home), playbooks=folder, grace=timedelta(seconds=1)) as activities:
        yield activities


@pytest.fixture
def served(serves: Activities, server: DevServer, home: Path, monkeypatch: pytest.MonkeyPatch) -> Activities:
    """The environment of a command that talks to them."""
    monkeypatch.setenv("EVERGREEN_HOME", str(home))
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    return serves
