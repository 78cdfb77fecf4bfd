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
    order = ["ruff check .", "ruff format --check .", "mypy lifecycle workflows activities runtime", "lint-imports", "pytest -q -n 3"]
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


TRESPASSES = [
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
]
"""A module that somebody might write, what it imports, and how the contract begins that this breaks."""


def module_of(number: int, path: str) -> str:
    return f"{path.removesuffix('.py').replace('/', '.')}_{number}"


@pytest.fixture(scope="module")
def broken_contracts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the linter says of each contract that is broken, in a copy of the project where all modules are empty but those of TRESPASSES."""
    copy = tmp_path_factory.mktemp("trespasses")
    for folder in ("lifecycle", "activities", "workflows", "runtime", "gateway", "console"):
        for path in (ROOT / folder).rglob("*.py"):
            (copy / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
            (copy / path.relative_to(ROOT)).touch()
    shutil.copy(ROOT / "pyproject.toml", copy)
    linter = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    whole = subprocess.run(linter, cwd=copy, capture_output=True, text=True, check=False)
    assert whole.returncode == 0, whole.stdout
    for number, (module, line, _) in enumerate(TRESPASSES):
        (copy / module_of(number, module).replace(".", "/")).with_suffix(".py").write_text(f"{line}\n")
    refused = subprocess.run(linter, cwd=copy, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    lines = refused.stdout.partition("Broken contracts\n")[2].splitlines()
    names = [number - 1 for number, line in enumerate(lines) if number > 1 and set(line) == {"-"} and len(line) == len(lines[number - 1])]
    return {lines[at]: "\n".join(lines[at + 2 : end]) for at, end in zip(names, [*names[1:], len(lines)], strict=True)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "broken"),
    [(number, broken) for number, (_, _, broken) in enumerate(TRESPASSES)],
    ids=[f"{line or 'nothing'} in {path}" for path, line, _ in TRESPASSES],
)
def test_an_import_across_the_lines_between_folders_and_rooms_is_refused(
    broken_contracts: dict[str, str], number: int, broken: str
) -> None:
    path, line, _ = TRESPASSES[number]
    [said] = [said for name, said in broken_contracts.items() if name.startswith(broken)]
    wanted = f"{module_of(number, path)} -> {line.split()[1]}" if line else f"\n- {module_of(number, path)}\n"
    assert wanted in said
