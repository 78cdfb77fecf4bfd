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
RELEASES = ROOT / "tests" / "releases"
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
        """Where its traces lie."""
        return RELEASES / self.version

    @property
    def histories(self) -> Path:
        """Its recorded histories, compressed JSON."""
        return self.folder / HISTORIES


def releases() -> list[Release]:
    """Every release that left its traces, by version."""
    notes = [Release(**json.loads(path.read_text())) for path in RELEASES.glob(f"*/{NOTE}")]
    return sorted(notes, key=lambda release: [int(part) for part in release.version.split(".")])


def make_release(root: Path = ROOT) -> str:
    """Write the traces of the release that the present commit is; says in a sentence what to do with them.

    A version that has no tag yet is written anew. Raises Mistake where files are changed and not committed, or the version is tagged.
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
    _write(release)
    return (
        f"Release {version} is commit {release.commit[:12]}: 'git add tests/releases/{version} && git commit' keeps its traces, "
        f"and 'git tag v{version} {release.commit[:12]}' names it."
    )


def _write(release: Release) -> None:
    shutil.rmtree(release.folder, ignore_errors=True)
    release.histories.mkdir(parents=True)
    asyncio.run(_record(release.histories))
    (release.folder / NOTE).write_text(json.dumps(asdict(release), indent=2) + "\n")


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
