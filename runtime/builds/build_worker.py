"""A worker of another build, as a process of its own in that build's folder."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from temporalio.client import Client

from activities.private_files import make_folder, open_private
from activities.settings import Settings
from runtime.process.processes import Child

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

        `env` holds TEMPORAL_* and EVERGREEN_* variables (`worker_environment` makes them); it serves after some seconds:
        `Deployment.is_served` tells. Blocks for a moment.
        """
        whole = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | dict(env) | {"EVERGREEN_BUILD_ID": build}
        make_folder(log.parent)
        with open_private(log, "ab") as output:
            return cls(build, Child([python, "worker.py"], output, whole, folder))

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
    """The variables by which a worker in another folder meets the same server, data and links. Holds secrets."""
    env = {
        "TEMPORAL_ADDRESS": client.service_client.config.target_host,
        "TEMPORAL_NAMESPACE": client.namespace,
        "EVERGREEN_HOME": str(settings.home.absolute()),
        "EVERGREEN_PUBLIC_URL": settings.public_url,
        "EVERGREEN_LINK_SECRETS": ",".join(secret.get_secret_value() for secret in settings.link_secrets),
    }
    if settings.database_url.get_secret_value():
        env["EVERGREEN_DATABASE_URL"] = settings.database_url.get_secret_value()
    return env
