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
    assert (again.status, again.err) == (
        2,
        "Play 'call' has gone out already in this stage of steered, and nothing more of it is planned.\n",
    )
    unknown = await ran("skip", "steered", "dance")
    assert unknown.err == "steered is in onboarding, which has no play 'dance', only hello, lesson, call.\n"


async def test_what_is_known_of_a_customer_is_corrected_with_a_reason_and_by_whom(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("wrong", **begins()))
    words = [
        "correct",
        "wrong",
        "language=de",
        "attr:seats=40",
        f"contract_start={ahead(31)}",
        "annual_value=500",
        "--why",
        "a typing error",
    ]
    done = await ran(*words, "--by", "Kim Lee")
    assert (done.status, done.out) == (
        0,
        f"wrong is corrected: language de, contract_start {ahead(31)}, attr:seats 40, annual_value 500.0.\n",
    ), done
    assert (await ran(*words)).out == "wrong knew that already; nothing changed.\n"
    status = (await ran("status", "wrong", "--json")).json
    assert (status["contract_start"], status["annual_value"]) == (ahead(31), 500)
    lines = (await ran("timeline", "wrong", "--json")).json["timeline"]
    [line] = [line for line in lines if line["what"] == "customer.changed"]
    assert (line["by"], "reason a typing error" in line["why"]) == ("Kim Lee", True)


async def test_a_correction_that_cannot_be_is_a_mistake(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("right", **begins()))
    for word, says in (
        ("langage=de", "Nothing is corrected: customer.changed: there is no field 'langage'; did you mean language?"),
        ("language", "'language' is no FIELD=VALUE: write language=de, for example."),
        ("contract_end=soon", "Nothing is corrected: contract.amended: 'end' is a day such as 2026-03-01, and this says 'soon'."),
        ("contract_start=2099-01-01", f"Contract_start 2099-01-01 is not before the contract's end on {ahead(390)}; tell contract.amended with its end first."),
    ):  # fmt: skip
        done = await ran("correct", "right", word, "--why", "x")
        assert (done.status, done.out, done.err) == (2, "", f"{says}\n")
