"""The commands a newcomer types, and the lines of the house that they hold."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", "--no-print-directory", *words], cwd=folder, env=clean, capture_output=True, text=True, check=False)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with the Makefile and the lock, and nothing set up."""
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_help_names_every_command() -> None:
    told = make(ROOT, "help").stdout
    assert [line.split()[1] for line in told.splitlines()] == [
        "help", "demo", "dev", "check", "test", "bench", "lint", "format", "docs", "picture", "leave-trial", "lock", "release", "clean",
    ]  # fmt: skip


@pytest.mark.parametrize("command", ["demo", "dev", "check", "test", "bench", "lint", "format", "docs"])
def test_every_command_sets_itself_up_first(clone: Path, command: str) -> None:
    said = make(clone, "--dry-run", command).stdout
    assert said.index("-m venv") < said.index("pip install -qq --require-hashes -r requirements.lock")


def test_the_checks_are_lint_format_types_lines_and_tests() -> None:
    said = make(ROOT, "--dry-run", "test").stdout
    order = ["ruff check .", "ruff format --check .", "mypy lifecycle workflows activities runtime", "lint-imports", "pytest -q -n 2"]
    assert sorted(order, key=said.index) == order


def test_arguments_reach_the_command() -> None:
    assert "starter.py demo --exit" in make(ROOT, "--dry-run", "demo", "ARGS=--exit").stdout


def test_a_python_that_is_too_old_is_refused_in_a_sentence(clone: Path) -> None:
    old = clone / "python-of-old"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.8.10" && exit 0\nexit 1\n')
    old.chmod(0o755)
    refused = make(clone, "test", f"PYTHON={old}")
    assert refused.returncode == 2
    sentence = f"Evergreen needs Python 3.11 or newer and '{old}' is Python 3.8.10; name one with 'make PYTHON=python3.12'."
    assert refused.stderr.splitlines()[0] == sentence
    assert not (clone / ".venv").exists()


@pytest.mark.slow
def test_a_set_up_that_fails_fails_the_command(clone: Path) -> None:
    (clone / "requirements.lock").write_text("this is no requirement\n")
    failed = make(clone, "test", f"PYTHON={sys.executable}")
    assert failed.returncode == 2
    assert not (clone / ".venv" / ".installed").exists()


def test_ci_runs_the_same_checks() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text().rstrip().endswith("make test")
    subprocess.run(["bash", "-n", script], check=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("lifecycle/trespass.py", "from temporalio import workflow", "lifecycle decides"),
        ("lifecycle/trespass.py", "import runtime.process.exit", "lifecycle decides"),
        ("lifecycle/facts/trespass.py", "import lifecycle.state.life", "lifecycle's rooms"),
        ("lifecycle/steps/trespass.py", "import lifecycle.state.life", "a step says what it is"),
        ("lifecycle/rules/trespass.py", "import lifecycle.engine.engine", "lifecycle's rooms"),
        ("lifecycle/trespass.py", "", "lifecycle's rooms"),
        ("activities/ledger/trespass.py", "import activities.channels", "channels -> transports -> mail -> ledger"),
        ("activities/trespass.py", "import workflows", "activities act in the world"),
        ("workflows/trespass.py", "import httpx", "workflows touch the world through activities only"),
        ("workflows/trespass.py", "import starter", "workflows run anywhere"),
        ("runtime/trespass.py", "import console", "runtime serves the commands"),
        ("runtime/trespass.py", "import gateway", "runtime serves the commands"),
        ("gateway/trespass.py", "import console", "the gateway is no command"),
        ("gateway/trespass.py", "import typer", "the gateway is no command"),
        ("runtime/trespass.py", "import rich", "runtime serves the commands"),
        ("console/trespass.py", "import starter", "the commands know nothing"),
        ("lifecycle/domain/time/trespass.py", "import lifecycle.domain.people.customer", "touches -> people -> time"),
        ("workflows/messages/trespass.py", "import workflows.performing.loading", "the workflow performs and shows"),
        ("activities/ledger/database/trespass.py", "import activities.ledger.ledger", "once -> the ledger"),
        ("console/customers/trespass.py", "import console.commands.event", "command_line -> commands"),
        ("activities/trespass.py", "import runtime", "console -> gateway -> runtime -> workflows"),
    ],
)
def test_an_import_across_the_lines_between_folders_and_rooms_is_refused(tmp_path: Path, module: str, line: str, broken: str) -> None:
    # The project's folders and files, all of them empty.
    for folder in ("lifecycle", "activities", "workflows", "runtime", "gateway", "console"):
        for path in (ROOT / folder).rglob("*.py"):
            (tmp_path / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path.relative_to(ROOT)).touch()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    linter = Path(sys.executable).parent / "lint-imports"
    whole = subprocess.run([linter, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert whole.returncode == 0, whole.stdout
    (tmp_path / module).write_text(f"{line}\n")
    refused = subprocess.run([linter, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert [row for row in refused.stdout.splitlines() if row.startswith(broken) and "BROKEN" in row]
