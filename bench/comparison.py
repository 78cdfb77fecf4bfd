"""A measurement of this tree against the same one of another commit, in one run.

Each side runs in processes of its own with this Python, in turn, so that a machine that grows slower slows both.
"""

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.figures import Figure

ROOT = Path(__file__).parent.parent
PAIRS = 5
BASELINE = "23c6bb9"
"""The commit against which the targets are."""

MEASURE = """
import asyncio, importlib, inspect, json
bench = importlib.import_module("bench.{bench}")
# An older commit has only `figures`, and its playbook and examples are the yardstick.
figures = getattr(bench, "yardstick", bench.figures)()
if inspect.isawaitable(figures):
    figures = asyncio.run(figures)
print(json.dumps({{figure.name: figure.value for figure in figures}}))
"""


class CannotCompare(Exception):
    """There is nothing to compare with; its text is a sentence for whoever asked."""


@dataclass(frozen=True)
class Compared:
    """A figure by its name and unit, and the highest ratio to the baseline that is still good."""

    name: str
    unit: str
    most: float | None = None


def compare(bench: str, compared: list[Compared], revision: str, pairs: int = PAIRS) -> list[Figure]:
    """Each figure there and here, in medians, and the median ratio of the pairs: below 1, this tree costs less.

    Targets hold only against the baseline. Raises CannotCompare where git or that commit is missing, or a side can't be measured.
    """
    with tempfile.TemporaryDirectory() as folder:
        commit = _extract(revision, Path(folder))
        measured = [(_measure(bench, Path(folder)), _measure(bench, ROOT)) for _ in range(pairs)]
    shown: list[Figure] = []
    for each in compared:
        there, here = [side[0][each.name] for side in measured], [side[1][each.name] for side in measured]
        ratios = [ours / theirs for theirs, ours in zip(there, here, strict=True)]
        shown += [
            Figure(f"{each.name}, at {revision}", median(there), each.unit),
            Figure(f"{each.name}, here", median(here), each.unit),
            Figure(f"{each.name}, ratio", median(ratios), "x", each.most if commit.startswith(BASELINE) else None),
            Figure(f"{each.name}, worst ratio", max(ratios), "x"),
        ]
    return shown


def _extract(revision: str, folder: Path) -> str:
    """Put that commit's files into the folder; its full id."""
    if shutil.which("git") is None:
        raise CannotCompare("--against needs git, which is not installed here.")
    commit = _git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    with tarfile.open(fileobj=io.BytesIO(_git("archive", commit))) as archive:
        archive.extractall(folder, filter="data")
    return commit


def _git(*words: str) -> bytes:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        raise CannotCompare(f"--against needs a commit of this repository, and git says: {done.stderr.decode().strip()}")
    return done.stdout


def _measure(bench: str, folder: Path) -> dict[str, float]:
    """The bench of the tree in that folder, by name of figure."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    program = MEASURE.format(bench=bench)
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    if done.returncode != 0 or not lines:
        raise CannotCompare(f"the bench '{bench}' fails in {folder}: {done.stderr.strip()}")
    figures: dict[str, float] = json.loads(lines[-1])
    return figures
