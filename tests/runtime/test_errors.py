"""The tree of errors: drawn as it is, each with its status, and other libraries' exceptions in it."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError, RPCStatusCode

import runtime.temporal.errors  # noqa: F401  both teach `as_ours` what their libraries raise
from lifecycle.domain import errors
from lifecycle.domain.errors import EvergreenError, Failure, Mistake, as_ours
from runtime.process.command import run_command

ROOT = Path(__file__).parents[2]
PACKAGES = ("lifecycle", "activities", "workflows", "runtime", "gateway", "console")

Tree = list[tuple[int, str]]


def as_drawn() -> Tree:
    """Every name of the docstring's list with its depth."""
    rows = re.findall(r"^( *)[*·] (\w+)", errors.__doc__ or "", re.MULTILINE)
    return [(len(indent) // 2, name) for indent, name in rows]


def as_it_is(error: type[EvergreenError] = EvergreenError, depth: int = 0) -> Tree:
    kinds = [kind for kind in error.__subclasses__() if kind.__module__.startswith(PACKAGES)]
    return [(depth, error.__name__)] + [row for kind in kinds for row in as_it_is(kind, depth + 1)]


def test_the_tree_is_drawn_as_it_is() -> None:
    for package in PACKAGES:
        for module in walk_packages([str(ROOT / package)], f"{package}."):
            if not module.name.endswith("__main__"):
                import_module(module.name)
    assert sorted(as_drawn()) == sorted(as_it_is())
    assert as_drawn()[0] == (0, "EvergreenError")


def test_a_kind_stands_below_the_branch_it_belongs_to() -> None:
    drawn = as_drawn()
    mistakes = drawn[drawn.index((1, "Mistake")) + 1 : drawn.index((1, "Failure"))]
    assert {name for _, name in mistakes} == {kind.__name__ for kind in Mistake.__subclasses__()}


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (Mistake("Mend it."), 2, "Mend it.\n"),
        (Failure("It failed."), 1, "It failed.\n"),
        (
            RPCError("shard\nlost", RPCStatusCode.UNAVAILABLE, b""),
            1,
            "The Temporal server did not do it (shard lost): try again, or look at its log.\n",
        ),
        (
            SQLAlchemyError("unable to open\nfile"),
            1,
            "The database cannot be used (unable to open file): look at EVERGREEN_DATABASE_URL and EVERGREEN_HOME.\n",
        ),
        (
            OSError(28, "No space left on device", "/tmp/x"),
            1,
            "/tmp/x cannot be used (No space left on device): look at its rights and the disk.\n",
        ),
        (KeyError("stage"), 1, "Something unforeseen went wrong (KeyError: 'stage'): EVERGREEN_TRACEBACK=1 shows where.\n"),
    ],
    ids=["mistake", "failure", "Temporal", "database", "disk", "unforeseen"],
)
def test_a_command_ends_with_the_error_s_sentence_and_status(
    capsys: pytest.CaptureFixture[str], error: Exception, status: int, sentence: str
) -> None:
    def command() -> None:
        raise error

    assert run_command(command) == status
    assert capsys.readouterr().err == sentence


def test_an_exception_that_nobody_registered_is_not_ours() -> None:
    assert as_ours(KeyError("x")) is None


@pytest.mark.parametrize(
    "words", [["lint", "playbooks/standard.yaml"], ["simulate", "bluebell-florist", "--json"]], ids=lambda words: words[0]
)
def test_a_command_that_needs_no_server_and_no_database_loads_neither_library(words: list[str]) -> None:
    program = f"""
import sys, starter
from console.terminal.usage import run_words
status = run_words(starter.app, {words!r})
sys.exit(status or [name for name in ("temporalio", "sqlalchemy") if name in sys.modules] or 0)
"""
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
