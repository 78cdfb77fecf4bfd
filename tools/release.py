"""Makes a release: what tests/releases/ keeps of it, so that later code can be tried against it. `make release`.

The release is the commit that is checked out. What is written here is committed on top of it.
"""

import asyncio
import gzip
import json
import logging
import shutil
import subprocess
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

from lifecycle.domain.errors import Mistake
from lifecycle.state.formats import FORMAT
from runtime.builds.build_id import build_id_of
from runtime.process.command import run_command
from runtime.process.exit import run_and_exit

ROOT = Path(__file__).parents[1]
FOLDER = Path("tests", "releases")
NOTE = "release.json"
HISTORIES = "histories"


@dataclass(frozen=True)
class Release:
    """A release: its version, the full hash of its commit, the format of a life's state that it writes, and its build."""

    version: str
    commit: str
    state_format: int
    build_id: str

    @property
    def folder(self) -> Path:
        """Where its traces lie here."""
        return self.folder_in(ROOT)

    def folder_in(self, root: Path) -> Path:
        """Where its traces lie in that checkout."""
        return root / FOLDER / self.version

    @property
    def histories(self) -> Path:
        """Its recorded histories, compressed JSON."""
        return self.folder / HISTORIES


def releases() -> list[Release]:
    """Every release that left its traces, by version."""
    notes = [Release(**json.loads(path.read_text())) for path in (ROOT / FOLDER).glob(f"*/{NOTE}")]
    return sorted(notes, key=lambda release: [int(part) for part in release.version.split(".")])


def make_release(root: Path = ROOT) -> str:
    """Write the traces of the release that the present commit is; says in a sentence what to do with them.

    A version may be written anew as long as it has no tag, and its traces are those of this commit or of the one before. Raises Mistake
    where it may not, or files are changed and not committed.
    """
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    if changed := _git(root, "status", "--porcelain"):
        raise Mistake(
            f"A release is a commit, and {len(changed.splitlines())} files are changed and not committed ({changed.split()[1]}, for one): "
            "commit them, or take them back."
        )
    if _git(root, "tag", "--list", f"v{version}"):
        raise Mistake(f"Version {version} is tagged, and what is released stays as it is: raise the version in pyproject.toml.")
    release = Release(version, _git(root, "rev-parse", "HEAD"), FORMAT, build_id_of(root))
    _check_may_be_written(root, release)
    _write(root, release)
    return (
        f"Release {version} is commit {release.commit[:12]}: 'git add tests/releases/{version} && git commit' keeps its traces, "
        f"and 'git tag v{version} {release.commit[:12]}' names it."
    )


def _check_may_be_written(root: Path, release: Release) -> None:
    """Raise Mistake where the version was released as another commit: lives that it wrote are out there."""
    note = release.folder_in(root) / NOTE
    if not note.exists():
        return
    released = Release(**json.loads(note.read_text()))
    if released.commit not in _git(root, "rev-parse", "HEAD", "HEAD^@").split():
        raise Mistake(
            f"Version {release.version} was released as commit {released.commit[:12]}, and what is released stays as it is: raise the "
            "version in pyproject.toml."
        )
    if released.state_format != release.state_format:
        raise Mistake(
            f"Version {release.version} was released with state format {released.state_format}, and this commit writes format "
            f"{release.state_format}: raise the version in pyproject.toml."
        )


def _write(root: Path, release: Release) -> None:
    folder = release.folder_in(root)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / HISTORIES).mkdir(parents=True)
    asyncio.run(_record(folder / HISTORIES))
    (folder / NOTE).write_text(json.dumps(asdict(release), indent=2) + "\n")


async def _record(folder: Path) -> None:
    from tests.workflows.recording import OF_A_RELEASE, recorded

    async for name, history in recorded(OF_A_RELEASE):
        (folder / f"{name}.json.gz").write_bytes(gzip.compress(history.encode(), mtime=0))


def _git(root: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True).stdout.strip()


def main() -> int:
    """Make the release and say what to do next; status 2 where it can't be."""
    logging.getLogger("temporalio.activity").setLevel(logging.CRITICAL)  # the failing mail is meant
    return run_command(lambda: print(make_release()))  # noqa: T201


if __name__ == "__main__":
    run_and_exit(main)
