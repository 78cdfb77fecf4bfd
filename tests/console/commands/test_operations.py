"""Pausing, resuming, skipping and running a play now."""

import asyncio
from pathlib import Path

import pytest

from tests.console.command_line import ran, row
from tests.console.commands.enrolled import ahead, begins, enrolled

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("served")]


async def test_pause_and_resume_answer_and_are_refused_the_second_time(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("still", **begins()))
    paused = await ran("pause", "still", "--why", "merger")
    assert (paused.status, paused.out) == (0, "still is paused.\n")
    assert [one["customer"] for one in (await ran("list", "--paused", "--json")).json] == ["still"]
    again = await ran("pause", "still")
    assert (again.status, again.out, again.err) == (2, "", "still is paused already: merger.\n")
    assert (await ran("resume", "still", "--json")).json == {"customer": "still", "answer": "still is resumed"}
    resumed = await ran("resume", "still")
    assert (resumed.status, resumed.err) == (2, "still is not paused.\n")


async def test_the_timeline_says_who_gave_each_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "klee")
    await enrolled(tmp_path, row("named", **begins()))
    for words in (
        ["pause", "named", "--why", "merger"],
        ["resume", "named", "--why", "done", "--by", "Kim Lee"],
        ["skip", "named", "hello", "--by", "Kim Lee"],
        ["run-now", "named", "call", "--by", "Kim Lee"],
    ):
        assert (await ran(*words)).status == 0
    lines = (await ran("timeline", "named", "--json")).json["timeline"]
    assert [(line["what"], line["by"], line["why"][:6]) for line in lines if line["cause"] == "operator"] == [
        ("paused", "klee", "merger"),
        ("resumed", "Kim Lee", "done"),
        ("play hello", "Kim Lee", "skippe"),
        ("run now: call", "Kim Lee", "it was"),
    ]


async def done(customer: str, play: str) -> None:
    """Wait until the play's touch has gone out: until then the play still runs."""
    for _ in range(100):
        lines = (await ran("timeline", customer, "--json")).json["timeline"]
        if any(f"/{play}/" in line["key"] and line["outcome"] == "sent" for line in lines):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"play {play} of {customer} was not done in time")


async def test_skip_drops_a_play_and_run_now_takes_one_forward(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("steered", **begins()))
    skipped = await ran("skip", "steered", "hello", "--why", "they know us")
    assert (skipped.status, skipped.out) == (
        0,
        f"Play 'hello' is skipped for {ahead(30)} 08:00 UTC.\n".replace("08:00", skipped.out[-11:-6]),
    )
    taken = await ran("run-now", "steered", "call")
    assert taken.status == 0 and taken.out.endswith("starts now.\n")
    await done("steered", "call")
    again = await ran("run-now", "steered", "call")
    assert (again.status, again.err) == (2, "Play 'call' has nothing planned for steered; its trigger has not come, or it is done.\n")
    unknown = await ran("skip", "steered", "dance")
    assert unknown.err == "steered is in onboarding, which has no play 'dance', only hello, lesson, call.\n"
