"""The one way to a Temporal server: by the environment, its profile file, or the dev server that runs here."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, GrpcCompression
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.service import RPCError, RPCStatusCode

from lifecycle.domain.errors import one_line
from runtime.process.processes import command_line
from runtime.temporal.converter import data_converter
from runtime.temporal.dev_server.server_note import ServerNote, data_home, read_note
from runtime.temporal.errors import Unreachable

_DEFAULT_ADDRESS = "localhost:7233"
_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
_CONNECT_TIMEOUT = timedelta(seconds=10)
_PAUSE = 0.5


async def connect(home: Path | None = None, *, patience: timedelta = timedelta(0)) -> Client:
    """Connect as TEMPORAL_* variables and the profile file say (address, namespace, TLS, API key).

    Where they name no address it is the dev server whose note lies in `home` (EVERGREEN_HOME, .evergreen), if it runs, else
    localhost:7233. Retries for as long as `patience`. Raises Unreachable.
    """
    until = time.monotonic() + patience.total_seconds()
    while True:
        try:
            return await _connect_once(home or data_home())
        except Unreachable:
            if time.monotonic() >= until:
                raise
        await asyncio.sleep(_PAUSE)


def settings(home: Path) -> ClientConnectConfig:
    """What `connect` connects to. Raises Unreachable when the profile or its file does not read."""
    try:
        config = ClientConfig.load_client_connect_config()
    except RuntimeError as error:  # the SDK's ConfigError
        raise Unreachable(
            f"The Temporal settings do not read ({one_line(error, 200)}): look at TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE and the file they name."
        ) from error
    if "target_host" not in config:
        note = _running(home)
        if note is not None:
            config["target_host"] = note.address
            config.setdefault("namespace", note.namespace)
        else:
            config["target_host"] = _DEFAULT_ADDRESS
    config.setdefault("namespace", "default")
    return config


def compression_to(address: str) -> GrpcCompression:
    """How calls to the server at `address` (host:port) are compressed: not at all on this machine, where it costs time and saves none."""
    host = address.rpartition(":")[0].strip("[]")
    return GrpcCompression.NONE if host in _THIS_MACHINE else GrpcCompression.GZIP


def on_dev_server(home: Path) -> bool:
    """Whether `connect` finds the dev server of `home`, where customers may live on clocks of their own. Raises Unreachable."""
    note = _running(home)
    return note is not None and settings(home)["target_host"] == note.address


def _running(home: Path) -> ServerNote | None:
    note = read_note(home)
    return note if note is not None and "start-dev" in (command_line(note.pid) or "") else None


async def _connect_once(home: Path) -> Client:
    config = settings(home)
    address, namespace = config["target_host"], config["namespace"]
    try:
        client = await Client.connect(
            **config, data_converter=data_converter, connect_timeout=_CONNECT_TIMEOUT, grpc_compression=compression_to(address)
        )
    except (RuntimeError, ValueError, OSError) as error:
        raise Unreachable(
            f"No Temporal server can be reached at {address} ({_reason(str(error))}): start one with 'make dev', or name another "
            "with TEMPORAL_ADDRESS."
        ) from error
    try:
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=namespace))
    except RPCError as error:
        if error.status == RPCStatusCode.PERMISSION_DENIED:  # a key may work in a namespace without describing it
            return client
        if error.status == RPCStatusCode.NOT_FOUND:
            raise Unreachable(
                f"The Temporal server at {address} has no namespace '{namespace}': create it there, or name another with TEMPORAL_NAMESPACE."
            ) from error
        if error.status == RPCStatusCode.UNAUTHENTICATED:
            raise Unreachable(
                f"The Temporal server at {address} does not accept the credentials for namespace '{namespace}': look at "
                "TEMPORAL_API_KEY or the TEMPORAL_TLS_* settings."
            ) from error
        raise Unreachable(f"The Temporal server at {address} does not answer ({one_line(error, 200)}): try again in a moment.") from error
    return client


def _reason(message: str) -> str:
    """The transport's words, in ours."""
    if "ConnectionRefused" in message:
        return "nothing listens there"
    if "dns error" in message:
        return "its name is not known"
    if "InvalidContentType" in message:
        return "it does not speak TLS, and an API key or a TLS setting asks for it"
    if "invalid target URL" in message:
        return "that is no address of the form host:port"
    if "deadline" in message.lower() or "timed out" in message.lower():
        return "it does not answer in time"
    return message.removeprefix("Failed client connect: ").splitlines()[0][:200]
