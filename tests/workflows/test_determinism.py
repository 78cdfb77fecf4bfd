"""What decides, decides alike at every replay: workflows run outside the SDK's sandbox, so what it would catch is looked for here.

More than that: the sandbox let `lifecycle/` and most of `workflows/` pass unseen.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DECIDING = sorted(path for folder in ("lifecycle", "workflows") for path in (ROOT / folder).rglob("*.py"))

IMPORTED = {
    "ast", "base64", "bisect", "collections", "contextlib", "contextvars", "dataclasses", "datetime", "difflib", "enum", "fractions",
    "functools", "hashlib", "importlib", "itertools", "json", "numbers", "operator", "pathlib", "pickle", "re", "threading", "types", "typing", "unicodedata",
    "urllib", "warnings", "zoneinfo",
    "cel", "email_validator", "holidays", "idna", "jinja2", "pydantic", "pydantic_core", "yaml",
    "lifecycle",
}  # fmt: skip
ALSO_BY_WORKFLOWS = {"asyncio", "temporalio", "activities", "workflows"}
"""Nothing here reads a clock, chance, the environment or another process unless it is asked to, in one of the ways below. What is not here
and reads none of them either may be added.
"""

OF_ASYNCIO = {"create_task", "Lock", "Task", "CancelledError"}
"""What the SDK gives a workflow in its own kind, and in an order of its own: `asyncio.wait`, for one, goes through a set."""

CLOCKS = {"now", "utcnow", "today", "localtime"}
DATES = {"datetime", "date"}
BUILTINS = {"open", "input", "breakpoint", "eval", "exec", "__import__", "hash", "id", "globals"}
"""What reads the world, or answers another thing in the next process."""


def faults(source: str, *, workflow: bool) -> list[str]:
    """What would not be the same at a replay, each with its line."""
    return [f"line {line}: {what}" for line, what in _faults(ast.parse(source), IMPORTED | ALSO_BY_WORKFLOWS if workflow else IMPORTED)]


def _faults(tree: ast.Module, imported: set[str]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, f"imports {each.name}") for each in names if each.name.partition(".")[0] not in imported)
            case ast.ImportFrom(module=str(module)) if module.partition(".")[0] not in imported:
                yield node.lineno, f"imports {module}"
            case ast.ImportFrom(module="asyncio"):
                yield node.lineno, "imports from asyncio: name it by asyncio.NAME"
            case ast.Attribute(value=ast.Name(id="asyncio"), attr=name) if name not in OF_ASYNCIO:
                yield node.lineno, f"asyncio.{name}"
            case ast.Attribute(attr=name, value=ast.Name(id=owner) | ast.Attribute(attr=owner)) if name in CLOCKS and owner in DATES:
                yield node.lineno, f"{owner}.{name}"
            case ast.Call(func=ast.Attribute(attr=name, value=ast.Name(id=owner))) if name in CLOCKS and owner not in {"workflow", *DATES}:
                yield node.lineno, f"calls {owner}.{name}"
            case ast.Call(func=ast.Name(id=name)) if name in BUILTINS:
                yield node.lineno, f"calls {name}"


def test_what_decides_reads_no_clock_no_chance_and_nothing_of_the_world() -> None:
    found = {
        str(path.relative_to(ROOT)): wrong
        for path in DECIDING
        if (wrong := faults(path.read_text(), workflow=path.is_relative_to(ROOT / "workflows")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("from datetime import datetime\ndatetime.now(UTC)", ["line 2: datetime.now"]),
        ("import datetime\ndatetime.datetime.utcnow()", ["line 2: datetime.utcnow"]),
        ("from datetime import date\nread = date.today", ["line 2: date.today"]),
        ("from datetime import datetime as dt\ndt.now(UTC)", ["line 2: calls dt.now"]),
        ("import time", ["line 1: imports time"]),
        ("from random import random", ["line 1: imports random"]),
        ("import os.path", ["line 1: imports os.path"]),
        ("from uuid import uuid4", ["line 1: imports uuid"]),
        ("import asyncio\nasyncio.wait(tasks)", ["line 2: asyncio.wait"]),
        ("from asyncio import wait", ["line 1: imports from asyncio: name it by asyncio.NAME"]),
        ("open('x')", ["line 1: calls open"]),
        ("hash('x')", ["line 1: calls hash"]),
        ("from temporalio import workflow\nworkflow.now()\nworkflow.uuid4()", []),
    ],
)
def test_each_kind_of_it_is_found(source: str, wrong: list[str]) -> None:
    assert faults(source, workflow=True) == wrong
