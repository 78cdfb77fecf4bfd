"""What is slow to import is there before a worker polls."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from activities.settings import Settings
from runtime import serving
from runtime.temporal.dev_server import DevServer
from workflows.search_attributes import ALL

ROOT = Path(__file__).parents[2]

LOOKED_UP = """
import sys
from datetime import date
from lifecycle.domain import calendar
calendar.preload()
before = set(sys.modules)
for country in ("DE", "DE-BY", "US-CA", "JP", "CN", "SA", "IL", "BR", "IN", "ET"):
    calendar.check_country(country)
    for year in range(2025, 2031):
        calendar.add_business_days(date(year, 12, 20), 10, country)
print(sorted(set(sys.modules) - before))
"""


def test_after_it_no_country_s_holidays_import_anything() -> None:
    ran = subprocess.run([sys.executable, "-c", LOOKED_UP], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("[]\n", "")


@pytest.mark.server
async def test_a_worker_preloads_before_it_polls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    class Watched(Worker):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            done.append("worker")
            super().__init__(*args, **kwargs)

    monkeypatch.setattr(serving, "preload", lambda: done.append("preload"))
    monkeypatch.setattr(serving, "Worker", Watched)
    async with (
        await DevServer.start(None, search_attributes=ALL) as server,
        serving.serving(await Client.connect(server.address), Settings(home=tmp_path)),
    ):
        assert done == ["preload", "worker"]
