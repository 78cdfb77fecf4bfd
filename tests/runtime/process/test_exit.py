"""How a process ends: with the right status, every time."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from temporalio.client import Client

from runtime.temporal.dev_server.dev_server import DevServer
from tools.exit_trial import RIGHT_STATUS, WITH_EXIT, statuses

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]


def ended(body: str) -> subprocess.CompletedProcess[str]:
    program = f"import asyncio, sys, logging, signal, os\nfrom runtime.process.exit import run_and_exit\n{body}"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)


@pytest.mark.server
async def test_twenty_short_commands_that_connect_all_end_with_the_right_status(server: DevServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    there = (await (await Client.connect(server.address)).count_workflows()).count
    assert await statuses(WITH_EXIT, server.address, 20) == {(RIGHT_STATUS, f"{there}\n"): 20}


@pytest.mark.parametrize(
    ("body", "status", "out"),
    [
        ("run_and_exit(lambda: print('done'))", 0, "done\n"),
        ("run_and_exit(lambda: 3)", 3, ""),
        ("run_and_exit(lambda: sys.exit())", 0, ""),
        ("run_and_exit(lambda: sys.exit(2))", 2, ""),
        ("async def main():\n    print('done', end='')\n    return 4\nrun_and_exit(main)", 4, "done"),
        ("async def main():\n    sys.exit(5)\nrun_and_exit(main)", 5, ""),
        ("import typer\ndef main():\n    raise typer.Exit(6)\nrun_and_exit(main)", 6, ""),
        ("def main():\n    os.kill(os.getpid(), signal.SIGINT)\n    signal.pause()\nrun_and_exit(main)", 130, ""),
        ("async def main():\n    os.kill(os.getpid(), signal.SIGINT)\n    await asyncio.sleep(60)\nrun_and_exit(main)", 130, ""),
    ],
    ids=["nothing", "a number", "exit()", "exit(2)", "a coroutine", "exit in a coroutine", "typer.Exit", "Ctrl-C", "Ctrl-C in a coroutine"],
)
def test_the_status_is_what_main_says(body: str, status: int, out: str) -> None:
    result = ended(body)
    assert (result.returncode, result.stdout, result.stderr) == (status, out, "")


def test_an_exit_with_a_sentence_prints_it_and_fails() -> None:
    result = ended("run_and_exit(lambda: sys.exit('no such file'))")
    assert (result.returncode, result.stderr) == (1, "no such file\n")


def test_an_exception_nobody_caught_fails_with_its_traceback() -> None:
    result = ended("def main():\n    raise KeyError('stage')\nrun_and_exit(main)")
    assert result.returncode == 1
    assert result.stderr.startswith("Traceback")
    assert result.stderr.endswith("KeyError: 'stage'\n")


def test_what_was_logged_to_a_buffering_handler_is_written() -> None:
    result = ended(
        "import logging.handlers\n"
        "target = logging.StreamHandler()\n"
        "logging.getLogger().addHandler(logging.handlers.MemoryHandler(100, target=target))\n"
        "run_and_exit(lambda: logging.warning('kept'))"
    )
    assert (result.returncode, result.stderr) == (0, "kept\n")


def test_a_reader_who_closes_the_pipe_ends_it_quietly() -> None:
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys\nfrom runtime.process.exit import run_and_exit\nsys.stdin.read()\nrun_and_exit(lambda: print('to nobody'))",
        ],
        stdin=subprocess.PIPE,
        stdout=writer,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    os.close(writer)
    os.close(reader)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (128 + signal.SIGPIPE, b"")
