"""Source trees that serve as builds: a released commit's files, a copy of the files here with one thing changed, and the files here."""

import importlib.metadata
import io
import re
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from runtime.builds.build_id import build_id_of
from tests.releases.environments import python_with

ROOT = Path(__file__).parents[2]
SERVING = ("activities", "console", "gateway", "lifecycle", "playbooks", "runtime", "workflows", "starter.py", "worker.py")
"""What of a tree a worker and the command line need."""

LOCK = "requirements.lock"


@dataclass(frozen=True)
class Tree:
    """The files of one build, the Python that runs them, and the name that its workers go by."""

    folder: Path
    python: Path
    build: str

    def named(self, build: str) -> "Tree":
        """The same files as a build of that name."""
        return Tree(self.folder, self.python, build)

    def distinct_from(self, other: "Tree") -> "Tree":
        """Itself, under another name if it has the same code as `other`, so that there are two builds to move between."""
        return self if self.build != other.build else self.named(f"{self.build}-again")


def here() -> Tree:
    """The working tree."""
    return Tree(ROOT, Path(sys.executable), build_id_of(ROOT))


def tree_of_commit(commit: str, folder: Path) -> Tree:
    """That commit's files, put into `folder`, with a Python of its own if its lock has other versions than are installed here.

    Raises RuntimeError, with what to do, where git does not have the commit.
    """
    archived = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=False)
    if archived.returncode:
        raise RuntimeError(
            f"git has no commit {commit[:12]} here ({archived.stderr.decode().strip()}): in a shallow clone 'git fetch --unshallow' brings it."
        )
    files = archived.stdout
    with tarfile.open(fileobj=io.BytesIO(files)) as archive:
        archive.extractall(folder, filter="data")
    return Tree(folder, _python_for(folder), build_id_of(folder))


def changed_copy(folder: Path, file: str, old: str, new: str) -> Tree:
    """What serves of the files here, copied to `folder`, with `new` in the place of `old` in that file. Raises ValueError if it is not there once."""
    for name in SERVING:
        source = ROOT / name
        if source.is_dir():
            # With what Python has compiled, for all but the one file: its processes need not do that again.
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("*.pyc.*"))
        else:
            shutil.copy2(source, folder / name)
    text = (folder / file).read_text()
    if text.count(old) != 1:
        raise ValueError(f"'{old}' stands {text.count(old)} times in {file}, and the change is meant for one place")
    changed = folder / file
    changed.write_text(text.replace(old, new))
    for compiled in (changed.parent / "__pycache__").glob(f"{changed.stem}.*.pyc"):
        compiled.unlink()  # the same size, and perhaps the same second: it would be taken for what it is no longer
    return Tree(folder, Path(sys.executable), build_id_of(folder))


def with_other_health_weights(folder: Path) -> Tree:
    """The files here with one rule changed on purpose: usage weighs more in health."""
    return changed_copy(folder, "lifecycle/playbook/health/rules.py", '"usage": 50', '"usage": 80')


def _pinned(lock: Path) -> list[tuple[str, str]]:
    return re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", lock.read_text(), re.MULTILINE)


def _is_installed(name: str, version: str) -> bool:
    try:
        return importlib.metadata.version(name) == version
    except importlib.metadata.PackageNotFoundError:
        return False


def _python_for(folder: Path) -> Path:
    if all(_is_installed(name, version) for name, version in _pinned(folder / LOCK)):
        return Path(sys.executable)
    return python_with(folder / LOCK)
