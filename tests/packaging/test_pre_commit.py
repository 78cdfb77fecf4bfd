"""The hooks before a commit are the checks of `make lint`, run with the tools that are pinned."""

from importlib.metadata import files
from pathlib import Path
from typing import Any

import yaml

from tests.packaging.test_commands import make
from tests.packaging.test_lock import asked_for

ROOT = Path(__file__).parents[2]
PACKAGE_OF = {"lint-imports": "import-linter"}
"""The package that brings a program, where its name is another."""


def hooks() -> list[dict[str, Any]]:
    [repository] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert repository["repo"] == "local"
    found: list[dict[str, Any]] = repository["hooks"]
    return found


def test_every_hook_runs_a_program_that_is_among_the_requirements() -> None:
    for hook in hooks():
        assert hook["language"] == "system"
        folder, _, program = hook["entry"].split()[0].rpartition("/")
        assert folder == ".venv/bin"
        package = PACKAGE_OF.get(program, program)
        assert package in asked_for("To develop")
        assert program in {file.name for file in files(package) or ()}


def test_the_hooks_check_what_make_lint_checks() -> None:
    said = [line for line in make(ROOT, "--dry-run", "lint").stdout.splitlines() if "ruff check" in line]
    linted = said[-1].split(" && ")
    assert [hook["entry"] for hook in hooks()] == [line.removesuffix(" .") for line in linted]
