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
from runtime.temporal.dev_server.dev_server import DevServer
from workflows.showing.search_attributes import ALL

ROOT = Path(__file__).parents[2]

WATCHED = """
import sys
loaded = []

def watch(event, args):
    if event in ("import", "open"):
        loaded.append(f"{event} {args[0]}")

def since(what):
    print(what, loaded)
    loaded.clear()
"""
"""Names every module that is imported and every file that is opened from `sys.addaudithook(watch)` on."""

LOOKED_UP = (
    WATCHED
    + """
from datetime import date, time
from lifecycle.domain.time import business_days, calendar, zones
business_days.preload()
sys.addaudithook(watch)
for country, parts in business_days._countries().items():
    for code in (country, *(f"{country}-{part}" for part in parts)):
        calendar.add_business_days(date(2026, 12, 20), 10, business_days.check_country(code))
for name in sorted(zones.zone_names()):
    zones.at_local(date(2026, 12, 20), time(9), zones.check_zone(name))
since("looked up")
"""
)

LIVED = (
    WATCHED
    + """
from pathlib import Path
import worker
from activities.mail.preload import preload_messages
from lifecycle.domain.time.business_days import preload
from lifecycle.domain.enums import Role
from lifecycle.explain.status import in_markdown, status_of
from lifecycle.state.life import Lifecycle
from runtime.playbook_files import load
from tests.activities.mail.composing import PUBLIC, SECRETS, PublishedPlaybook, a_composer
from tests.lifecycle import building as b

playbook, templates = load(Path("playbooks/standard.yaml"))
composer = a_composer(PublishedPlaybook(playbook, templates), PUBLIC, SECRETS)
customer = b.a_customer(timezone="America/New_York", country="US-CA")
preload()
preload_messages()
sys.addaudithook(watch)
life = b.living(playbook, customer)
since("first decision")
in_markdown(status_of(life.session, life.now))
since("first status")
Lifecycle.model_validate_json(life.life.model_dump_json())
life.advance(b.utc("2028-01-01"))
since("two years")
for touch in life.touches:
    if touch.to:
        composer.compose(touch)
since("messages")
"""
)


def printed_by(code: str) -> str:
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    return ran.stdout + ran.stderr


def test_after_it_no_country_and_no_zone_loads_anything() -> None:
    assert printed_by(LOOKED_UP) == "looked up []\n"


def test_after_it_the_first_decision_the_first_status_and_the_first_messages_load_nothing() -> None:
    assert printed_by(LIVED).splitlines() == ["first decision []", "first status []", "two years []", "messages []"]


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
