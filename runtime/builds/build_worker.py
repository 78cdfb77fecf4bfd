"""A worker of another build, as a process of its own."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from temporalio.client import Client

from activities.environment_settings import IN_A_FILE
from activities.private_files import make_folder, open_private
from activities.settings import Settings
from runtime.process.processes import Child

_BUILD_ID = Settings.variable("build_id")
_OTHERS = {
    "PYTHONPATH",
    *(Settings.variable(name) for name in Settings.model_fields),
    *(f"{variable}{IN_A_FILE}" for variable in Settings.secret_variables()),
}

GRACE = 30.0
"""Seconds that it gets to end the touches that have begun."""


class BuildWorker:
    """A running `worker.py` of a build. It dies with this process, however that ends (on Linux)."""

    def __init__(self, build: str, child: Child) -> None:
        """For `start` alone."""
        self.build = build
        self._child = child

    @classmethod
    def start(cls, folder: Path, build: str, env: Mapping[str, str], log: Path, python: str = sys.executable) -> Self:
        """Start the `worker.py` of `folder` as that build; what it logs is added to `log`. `python` may be another environment's.

        `env` holds TEMPORAL_* and EVERGREEN_* variables (`worker_environment` makes them), in the place of those of the same settings
        here. It runs in the working folder of this process, so that a path means to it what it means here. It serves after some
        seconds: `Deployment.is_served` tells. Blocks for a moment.
        """
        inherited = {name: value for name, value in os.environ.items() if name not in _OTHERS and not name.startswith("TEMPORAL_")}
        make_folder(log.parent)
        with open_private(log, "ab") as output:
            return cls(build, Child([python, str(folder.absolute() / "worker.py")], output, inherited | dict(env) | {_BUILD_ID: build}))

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._child.running

    def stop(self, grace: float = GRACE) -> None:
        """Let the touches that have begun end, and then end it; at once with a `grace` of 0. Blocks."""
        self._child.end(grace)


def worker_environment(client: Client, settings: Settings) -> dict[str, str]:
    """The variables by which a worker meets the same server, one of this machine without TLS, and has the same settings. Holds secrets."""
    return {
        "TEMPORAL_ADDRESS": client.service_client.config.target_host,
        "TEMPORAL_NAMESPACE": client.namespace,
        "TEMPORAL_CONFIG_FILE": os.devnull,  # the user's profile is of another server
        **settings.to_env(),
    }
