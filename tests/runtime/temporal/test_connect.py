"""Connecting: the environment first, then the dev server that runs here, then Temporal's own default."""

import asyncio
import socket
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel
from temporalio.client import GrpcCompression

from runtime.temporal.connect import compression_to, connect, settings
from runtime.temporal.dev_server.dev_server import DevServer
from runtime.temporal.dev_server.server_note import ServerNote, write_note
from runtime.temporal.errors import Unreachable

ENVIRONMENT = ("ADDRESS", "NAMESPACE", "API_KEY", "TLS", "PROFILE", "CONFIG_FILE")
START_ONE = "start one with 'make dev', or name another with TEMPORAL_ADDRESS."


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ENVIRONMENT:
        monkeypatch.delenv(f"TEMPORAL_{name}", raising=False)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "none.toml"))


def test_without_settings_it_is_temporals_own_default(tmp_path: Path) -> None:
    assert settings(tmp_path) == {"target_host": "localhost:7233", "namespace": "default"}


@pytest.mark.parametrize(
    ("address", "compressed"),
    [
        ("localhost:7233", False),
        ("127.0.0.1:7233", False),
        ("[::1]:7233", False),
        ("temporal:7233", True),
        ("evergreen.a1b2c.tmprl.cloud:7233", True),
        ("127.0.0.1.example:7233", True),
    ],
)
def test_calls_are_compressed_but_on_this_machine(address: str, compressed: bool) -> None:
    assert (compression_to(address) is GrpcCompression.GZIP) is compressed


@pytest.mark.server
async def test_without_settings_it_is_the_dev_server_that_runs_here(tmp_path: Path) -> None:
    async with await DevServer.start(tmp_path, namespace="evergreen") as server:
        client = await connect(tmp_path)
        assert (client.service_client.config.target_host, client.namespace) == (server.address, "evergreen")
        await server.kill()


def test_a_note_of_a_server_that_is_gone_counts_for_nothing(tmp_path: Path) -> None:
    write_note(tmp_path, ServerNote(address="127.0.0.1:1", ui_url=None, namespace="default", pid=2**22 - 1))
    assert settings(tmp_path)["target_host"] == "localhost:7233"


@pytest.mark.server
async def test_the_environment_beats_the_dev_server(server: DevServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_note(tmp_path, ServerNote(address="127.0.0.1:1", ui_url=None, namespace="other", pid=server.pid))
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    client = await connect(tmp_path)
    assert (client.service_client.config.target_host, client.namespace) == (server.address, "default")


def test_a_profile_gives_address_namespace_key_and_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "temporal.toml"
    file.write_text('[profile.cloud]\naddress = "ns.example.com:7233"\nnamespace = "ns"\napi_key = "k"\n')
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(file))
    monkeypatch.setenv("TEMPORAL_PROFILE", "cloud")
    assert settings(tmp_path) == {"target_host": "ns.example.com:7233", "namespace": "ns", "api_key": "k", "tls": True}


class Word(BaseModel):
    word: str


@pytest.mark.server
async def test_models_go_through_the_connection_as_they_are(server: DevServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    converter = (await connect(tmp_path)).data_converter
    assert await converter.decode(await converter.encode([Word(word="hello")]), [Word]) == [Word(word="hello")]


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        (
            {"ADDRESS": "127.0.0.1:1"},
            f"No Temporal server can be reached at 127.0.0.1:1 (nothing listens there): {START_ONE}",
        ),
        (
            {"ADDRESS": "temporal.invalid:7233"},
            f"No Temporal server can be reached at temporal.invalid:7233 (its name is not known): {START_ONE}",
        ),
        (
            {"ADDRESS": "not an address"},
            f"No Temporal server can be reached at not an address (that is no address of the form host:port): {START_ONE}",
        ),
        (
            {"PROFILE": "nobody"},
            "The Temporal settings do not read (Profile 'nobody' not found): look at TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE and the file they name.",
        ),
    ],
)
async def test_what_cannot_be_reached_is_said_in_a_sentence(
    environment: dict[str, str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(f"TEMPORAL_{name}", value)
    with pytest.raises(Unreachable) as unreachable:
        await connect(tmp_path)
    assert str(unreachable.value) == sentence


@pytest.mark.server
async def test_a_namespace_that_is_not_there_and_a_server_without_tls_are_named(
    server: DevServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "nobody")
    with pytest.raises(Unreachable, match=rf"^The Temporal server at {server.address} has no namespace 'nobody': create it there"):
        await connect(tmp_path)
    monkeypatch.setenv("TEMPORAL_API_KEY", "secret-key")
    with pytest.raises(Unreachable, match=r"it does not speak TLS, and an API key or a TLS setting asks for it") as unreachable:
        await connect(tmp_path)
    assert "secret-key" not in str(unreachable.value)


@pytest.mark.server
async def test_patience_waits_for_a_server_that_is_still_to_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{port}")
    waiting = asyncio.create_task(connect(tmp_path, patience=timedelta(seconds=30)))
    async with await DevServer.start(None, port=port):
        assert (await waiting).service_client.config.target_host == f"127.0.0.1:{port}"
