"""Workers and commands of a tree, each a process of its own, so that they can be killed."""

import asyncio
import json
import os
import signal
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

from runtime.temporal.deployment.deployment import Deployment
from tests.releases.trees import Tree

LONGEST_START = 60.0

_PAUSE = 0.5


def cpu_seconds(pid: int) -> float:
    """The processor time that a process has had so far, of its own and the kernel's; 0 where it has ended, or the system has no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Surroundings:
    """What every process of an upgrade is told: the server, the home, the receiver of webhooks and, in seconds, how long an attempt has a touch."""

    def __init__(self, address: str, home: Path, webhooks: dict[str, str], lease: float) -> None:
        self.lease = lease
        self.address = address
        self.home = home
        self.webhooks = webhooks
        home.mkdir(parents=True, exist_ok=True)

    def environment(self, tree: Tree) -> dict[str, str]:
        """The environment of a process of that tree."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("EVERGREEN_", "TEMPORAL_", "PYTEST_"))}
        return ours | {
            "PYTHONPATH": str(tree.folder),
            "TEMPORAL_ADDRESS": self.address,
            "EVERGREEN_HOME": str(self.home),
            "EVERGREEN_BUILD_ID": tree.build,
            "EVERGREEN_WEBHOOKS": json.dumps(self.webhooks),
            "EVERGREEN_HTTP_TIMEOUT": "120",
            "EVERGREEN_LEASE": str(self.lease),
            "EVERGREEN_LOG_LEVEL": "warning",
        }


class TreeWorker(AbstractAsyncContextManager["TreeWorker"]):
    """`python worker.py` of a tree. What it logs is added to `worker-<build>.log` in the home."""

    def __init__(self, tree: Tree, around: Surroundings) -> None:
        self.tree = tree
        self.around = around
        self.log = around.home / f"worker-{tree.build}.log"
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Begin; `until_serving` waits until it has."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                self.tree.python,
                "worker.py",
                cwd=self.tree.folder,
                env=self.around.environment(self.tree),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def until_serving(self, deployment: Deployment) -> None:
        """Return once the server knows its build and its formats. Raises RuntimeError with its log if it ends instead."""
        assert self._process is not None
        async with asyncio.timeout(LONGEST_START):
            while True:
                if self._process.returncode is not None:
                    raise RuntimeError(f"the worker of build {self.tree.build} ended: {self.log.read_text()}")
                now = await deployment.routing()
                known = self.tree.build in now.builds and now.current is not None
                if known and await deployment.formats_of(self.tree.build) and await deployment.is_served(self.tree.build):
                    return
                await asyncio.sleep(_PAUSE)

    async def stop(self) -> None:
        """End it in good order."""
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """End it as a crash would."""
        await self._end(signal.SIGKILL)

    async def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(how)
            await self._process.wait()

    async def __aenter__(self) -> "TreeWorker":
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await (self.stop() if kind is None else self.kill())


async def begin_command(tree: Tree, around: Surroundings, *words: str) -> asyncio.subprocess.Process:
    """`python starter.py WORDS` of a tree, begun."""
    return await asyncio.create_subprocess_exec(
        tree.python,
        "starter.py",
        *words,
        cwd=tree.folder,
        env=around.environment(tree),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def run_command(tree: Tree, around: Surroundings, *words: str) -> Any:
    """What the command with `--json` says. Raises RuntimeError with what it complains of if it fails."""
    process = await begin_command(tree, around, *words, "--json")
    said, complained = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"'starter.py {' '.join(words)}' of build {tree.build} failed: {complained.decode()}")
    return json.loads(said)
