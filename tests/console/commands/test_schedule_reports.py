"""Scheduling the reports: by the published playbooks, as often as one likes, and taken away again."""

from pathlib import Path

import pytest

from activities.ledger.database.database import open_database
from activities.ledger.published.people_store import PeopleStore
from activities.ledger.published.playbook_store import PlaybookStore
from lifecycle.domain.people.directory import Directory
from lifecycle.playbook.policy import Every, Reports
from runtime.temporal.dev_server.dev_server import DevServer
from tests.activities.building import a_playbook
from tests.console.command_line import ran

ADA = {"name": "Ada", "email": "ada@us.example", "roles": ["cs-manager"]}
QUARTERLY = Reports(to=["cs-manager", "ceo"], every=Every.QUARTER, timezone="Europe/London", country="GB")


def publish(home: Path, reports: Reports | None, version: str, people: bool = True) -> None:
    engine = open_database(f"sqlite:///{home / 'ledger.sqlite'}")
    playbook = a_playbook(version, templates=()).model_copy(update={"reports": reports})
    PlaybookStore(engine).publish(playbook, {})
    if people:
        PeopleStore(engine).publish(Directory.model_validate({"people": {"ada": ADA}, "version": "1"}))
    engine.dispose()


@pytest.fixture
def home(tmp_path: Path, server: DevServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An own ledger, on the folder's server."""
    home = tmp_path / "reporting"
    monkeypatch.setenv("EVERGREEN_HOME", str(home))
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    return home


async def test_it_says_to_whom_how_often_and_when_next_and_given_again_takes_up_what_the_playbook_says_now(home: Path) -> None:
    publish(home, QUARTERLY, "v1")
    first = await ran("schedule-reports")
    said, nobody = first.out.splitlines()
    assert said.startswith(
        "The report of every quarter is mailed to cs-manager and ceo on the first business day of the next one at 07:00 (Europe/London), "
        "from now on; next on "
    )
    assert said.endswith("07:00, for playbook standard.")
    assert nobody == "Nobody in people.yaml holds ceo yet."

    publish(home, QUARTERLY.model_copy(update={"every": Every.MONTH}), "v2")
    assert "every month is mailed to cs-manager and ceo" in (again := (await ran("schedule-reports")).out)
    assert "as the playbook says now; next on" in again
    told = (await ran("schedule-reports", "--json")).json
    assert [(each["playbook"], each["every"], each["nobody_holds"], each["created"]) for each in told["scheduled"]] == [
        ("standard", "month", ["ceo"], False)
    ]

    assert (await ran("schedule-reports", "--remove")).out == "No more reports are mailed for playbook standard.\n"
    assert (await ran("schedule-reports", "--remove")).out == "No reports were scheduled: nothing changes.\n"
    assert (await ran("schedule-reports", "--remove", "--json")).json == {"scheduled": [], "removed": []}


async def test_where_no_playbook_names_anybody_or_nobody_holds_the_role_it_says_how_to_mend_it(home: Path) -> None:
    publish(home, None, "v1", people=False)
    refused = await ran("schedule-reports")
    assert (refused.status, refused.out) == (2, "")
    assert refused.err.startswith("No published playbook names who gets reports: write 'reports: {to: [...]")
    publish(home, QUARTERLY, "v2", people=False)
    refused = await ran("schedule-reports")
    assert refused.status == 2
    assert (
        "Playbook standard has reports go to cs-manager and ceo, and nobody in a published people.yaml holds one of these roles"
        in refused.err
    )
