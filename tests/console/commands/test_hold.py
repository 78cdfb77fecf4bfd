"""`hold`, `hold --list` and `release`: what they answer, and what they refuse."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.ledger.database.database import open_database
from activities.ledger.holds import Holds
from activities.ledger.published.people_store import PeopleStore
from activities.ledger.published.playbook_store import PlaybookStore
from lifecycle.domain.holds import Selection
from lifecycle.playbook.directory_reading import read_directory
from tests.activities.building import TEMPLATES, a_playbook
from tests.console.command_line import ran, row, run
from tests.console.commands.enrolled import begins, enrolled


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    made = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    monkeypatch.setenv("EVERGREEN_DATABASE_URL", made)
    engine = open_database(made)
    PlaybookStore(engine).publish(a_playbook(), TEMPLATES)
    PeopleStore(engine).publish(read_directory("people: {kim: {name: Kim Lee, email: kim@us.example, roles: csm}}"))
    engine.dispose()
    return made


def standing(url: str) -> list[tuple[int, Selection]]:
    engine = open_database(url)
    try:
        return [(hold.number, hold.selection) for hold in Holds(engine).standing()]
    finally:
        engine.dispose()


def test_a_hold_is_placed_once_listed_and_said_by_whom_and_why(url: str) -> None:
    placed = run("hold", "--channel", "email", "--why", "wrong price list", "--by", "Kim Lee")
    said = "held by Kim Lee, because wrong price list"
    assert (placed.status, placed.out) == (0, f"Hold 1 holds channel email: {said}. Nothing of it acts any more.\n")
    again = run("hold", "--channel", "email", "--why", "me too", "--by", "Bo Berg")
    assert (again.status, again.out) == (0, f"That is held already, by hold 1: {said}.\n")
    placed = run("hold", "--all", "--why", "all of it", "--by", "Bo Berg", "--json")
    assert {**placed.json, "since": ""} == {
        "number": 2, "selection": {"channel": None, "playbook": None, "play": None, "customer": None}, "by": "Bo Berg",
        "why": "all of it", "since": "", "until": None, "new": True, "still_acting": 0,
    }  # fmt: skip
    listed = run("hold", "--list")
    assert [line.split()[0] for line in listed.out.splitlines()[1:]] == ["1", "2", "2"]
    assert listed.out.endswith("2 holds.\n")
    assert [(each["number"], each["by"], each["waiting"]) for each in run("hold", "--list", "--json").json] == [
        (1, "Kim Lee", 0),
        (2, "Bo Berg", 0),
    ]


def test_nothing_is_held_at_first(url: str) -> None:
    assert run("hold", "--list").out == "Nothing is held.\n"
    assert run("hold", "--list", "--json").json == []


WHICH = "Say which touches: --all, --channel KIND, --playbook NAME, --play NAME or --customer ID; several narrow it down.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--why", "x"], WHICH),
        (["--all"], 'Say why with --why "...": it stands in the timeline of every customer whom it holds up.\n'),
        (["--all", "--why", "  "], 'Say why with --why "...": it stands in the timeline of every customer whom it holds up.\n'),
        (["--all", "--play", "welcome", "--why", "x"], "--all is everything, and play welcome is less: give the one or the other.\n"),
        (["--all", "--why", "x" * 201], "The reason has 201 characters, and it stands in every line: say it in 200 at most.\n"),
        (["--all", "--why", "x", "--by", " "], "Nobody is named: say who you are with --by NAME.\n"),
        (["--all", "--why", "x", "--by", "x" * 61], "The name has 61 characters, and it stands in every line: say it in 60 at most.\n"),
        (["--customer", "", "--why", "x"], "An empty name selects nothing: give --playbook, --play and --customer each with its name, or --all.\n"),
        (["--playbook", "standart", "--why", "x"], "No playbook 'standart' is published: there is standard.\n"),
        (
            ["--play", "welcom", "--why", "x"],
            "The published playbooks have no play 'welcom': 'starter.py status CUSTOMER' shows what they are called.\n",
        ),
        (
            ["--playbook", "standard", "--play", "welcom", "--why", "x"],
            "Playbook 'standard' has no play 'welcom': 'starter.py status CUSTOMER' shows what they are called.\n",
        ),
        (["--list", "--all"], "--list shows the holds that stand: give it alone, or leave it out to place one.\n"),
        (["--list", "--why", "x"], "--list shows the holds that stand: give it alone, or leave it out to place one.\n"),
    ],
)  # fmt: skip
def test_a_hold_that_is_not_meant_so_is_refused_in_a_sentence_and_holds_nothing(url: str, words: list[str], sentence: str) -> None:
    done = run("hold", *words)
    assert (done.status, done.out, done.err) == (2, "", sentence)
    assert standing(url) == []


def test_a_channel_that_there_is_not_is_refused(url: str) -> None:
    done = run("hold", "--channel", "fax", "--why", "x")
    assert done.status == 2
    assert "fax" in done.err
    assert standing(url) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], WHICH),
        (["1", "--all"], "A hold's number says which one: give the number or the options that it was placed with, not both.\n"),
        (["7"], "There is no hold 7: 'starter.py hold --list' shows those that stand.\n"),
        (["--channel", "task"], "No hold holds exactly channel task: 'starter.py hold --list' shows those that stand.\n"),
        (["--all"], "No hold holds exactly everything: 'starter.py hold --list' shows those that stand.\n"),
    ],
)
def test_a_release_that_is_not_meant_so_is_refused_and_releases_nothing(url: str, words: list[str], sentence: str) -> None:
    run("hold", "--channel", "email", "--why", "x", "--by", "Kim Lee")
    done = run("release", *words)
    assert (done.status, done.out, done.err) == (2, "", sentence)
    assert [number for number, _ in standing(url)] == [1]


def test_a_release_without_a_server_that_could_be_told_releases_nothing(url: str) -> None:
    run("hold", "--all", "--why", "x", "--by", "Kim Lee")
    assert run("release", "1").status == 1
    assert [number for number, _ in standing(url)] == [1]


@pytest.mark.server
@pytest.mark.usefixtures("served")
async def test_what_is_held_says_so_and_goes_when_it_is_released(tmp_path: Path) -> None:
    names = ["held-c", "held-a", "held-b"]
    placed = await ran("hold", "--play", "call", "--why", "wrong price list", "--by", "Kim Lee", "--json")
    number = str(placed.json["number"])
    await enrolled(tmp_path, *(row(name, tier=name[-1].upper(), **begins()) for name in names))
    for name in names:
        assert (await ran("run-now", name, "call")).status == 0
    for name in names:
        line = await outcome(name, "delayed")
        assert (line["cause"], line["why"], line["by"]) == ("held", "held by Kim Lee, because wrong price list", "Kim Lee")
    said = (await ran("status", "held-a", "--json")).json["waiting"]
    assert [each["why"] for each in said if each["what"].startswith("call")] == ["held by Kim Lee, because wrong price list"]
    assert [each["waiting"] for each in (await ran("hold", "--list", "--json")).json] == [3]
    released = await ran("release", number, "--why", "mended", "--by", "Bo Berg", "--rate", "1000")
    assert (released.status, released.err) == (0, "")
    assert released.out == f"Hold {number} is released: 3 touches of 3 customers asked for again, inside their window.\n"
    for name in names:
        await outcome(name, "sent")
    lines = (await ran("timeline", "held-a", "--json")).json["timeline"]
    assert [(line["what"], line["why"], line["by"]) for line in lines if line["kind"] == "operator"][1:] == [
        (f"hold {number} is released", "mended", "Bo Berg")
    ]
    assert (await ran("release", number)).out == f"Hold {number} was released before; nothing waits for it.\n"
    assert (await ran("hold", "--list")).out == "Nothing is held.\n"


async def outcome(customer: str, wanted: str) -> dict[str, str]:
    """The line of the call's touch with that outcome, when it is there."""
    until = datetime.now(UTC) + timedelta(seconds=20)
    while datetime.now(UTC) < until:
        lines = (await ran("timeline", customer, "--json")).json["timeline"]
        for line in lines:
            if "/call/" in line["key"] and line["outcome"] == wanted:
                found: dict[str, str] = line
                return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"the call of {customer} is not {wanted}")
