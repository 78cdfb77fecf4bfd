"""`pause` and `resume` of all whom a query finds."""

from pathlib import Path

import pytest

from console.customers.many_customers import LONGEST_LIST, Told, report
from tests.console.command_line import ran, row, run
from tests.console.commands.enrolled import begins, enrolled

WHO = 'Say who: one customer by its id, or many by --query, such as --query \'Stage="growth" AND Tier="B"\'; not both, and not neither.\n'


@pytest.mark.parametrize("command", ["pause", "resume"])
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], WHO),
        (["acme", "--query", "Tier = 'B'"], WHO),
        (["--query", " "], "An empty query would mean everybody: say --query 'Paused = false' or the like, if they are meant.\n"),
    ],
)
def test_one_customer_or_a_query_is_named(command: str, words: list[str], sentence: str) -> None:
    done = run(command, *words)
    assert (done.status, done.out, done.err) == (2, "", sentence)


@pytest.mark.server
@pytest.mark.usefixtures("served")
async def test_all_whom_a_query_finds_are_paused_and_resumed_and_the_others_are_left(tmp_path: Path) -> None:
    owner = {"owner_name": "Ada Many"}
    await enrolled(tmp_path, *(row(f"many-{tier}{number}", tier=tier, **owner, **begins()) for tier in "BC" for number in (1, 2)))
    query = 'Owner = "Ada Many" AND Tier = "B"'
    await ran("pause", "many-B2", "--why", "before", "--by", "Bo")
    done = await ran("pause", "--query", query, "--why", "merger", "--by", "Kim Lee", "--rate", "1000")
    assert (done.status, done.err) == (0, "")
    assert done.out == "1 customer paused.\n1 customer left as they were: many-B2 is paused already: before.\n"
    paused = [each["customer"] for each in (await ran("list", "--paused", "--json")).json]
    assert [each for each in paused if each.startswith("many-")] == ["many-B1", "many-B2"]
    assert (await ran("status", "many-B1", "--json")).json["paused_by"] == "Kim Lee"
    resumed = await ran("resume", "--query", query, "--json", "--rate", "1000")
    assert resumed.json == {"query": query, "resumed": ["many-B1", "many-B2"], "refused": {}, "failed": {}}
    assert (await ran("pause", "--query", 'Owner = "Nobody"')).out == "0 customers paused.\n"


@pytest.mark.server
@pytest.mark.usefixtures("served")
async def test_a_query_that_does_not_read_is_refused_in_a_sentence(tmp_path: Path) -> None:
    done = await ran("pause", "--query", "Size > 3")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("The query does not read (") and done.err.endswith(
        "write it as Temporal lists do, such as 'Stage=\"growth\"'.\n"
    )


def test_who_could_not_be_reached_is_named_and_the_status_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"c-{number:02}" for number in range(LONGEST_LIST + 2)]
    told = Told(done=["a"], already={"b": "b is paused already: x."}, failed=dict.fromkeys(names, "No worker answers."))
    assert report(told, done="paused", query="", as_json=False) == 1
    said = capsys.readouterr()
    assert said.out == "1 customer paused.\n1 customer left as they were: b is paused already: x.\n"
    lines = said.err.splitlines()
    assert lines[:2] == ["c-00: No worker answers.", "c-01: No worker answers."]
    assert lines[LONGEST_LIST:] == [
        "So it is with 2 more; --json names them all.",
        "22 customers could not be reached: give the command again for them; who has taken it is left as it is.",
    ]
