"""Keeps what a build's worker needs under `builds/<build id>/` of a data folder, so that it can be run when the code has moved on.

Playbooks are not kept: an old build's worker publishes none, and lives read theirs from the database.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

from activities.private_files import make_folder, open_private
from runtime.builds.build_id import ROOT, deciding_packages

KEPT = ("lifecycle", "workflows", "activities", "runtime", "worker.py")
PACKAGES = "packages.json"
MOST_UNUSED = 5
"""Archives that are kept though no life is on their build."""


def archive_of(home: Path, build: str) -> Path:
    """The folder where that build is kept, if it is."""
    return home / "builds" / build


def keep_build(home: Path, build: str, root: Path = ROOT) -> Path:
    """Keep the code under `root` as that build, once: one that is kept already is left as it is. Answers its folder.

    What git ignores is left out; without git, what is compiled. The archive is there whole or not at all. Raises OSError. Blocks.
    """
    kept = archive_of(home, build)
    if kept.exists():
        return kept
    draft = kept.with_name(f".{build}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    for name in _files(root):
        make_folder((draft / name).parent)
        with (root / name).open("rb") as file, open_private(draft / name, "wb") as copy:
            shutil.copyfileobj(file, copy)
    with open_private(draft / PACKAGES, "w", encoding="utf-8") as packages:
        packages.write(json.dumps(deciding_packages(), indent=2) + "\n")
    try:
        draft.replace(kept)
    except OSError:
        if not kept.exists():  # else another process was quicker
            raise
        shutil.rmtree(draft)
    return kept


def other_packages(archive: Path) -> list[str]:
    """What decided and is installed here in another version than the build had, as `pydantic 2.12.0 (it had 2.11.0)`."""
    had = json.loads((archive / PACKAGES).read_text())
    return [f"{name} {number} (it had {had[name]})" for name, number in deciding_packages().items() if had.get(name, number) != number]


def remove_unused(home: Path, used: set[str]) -> None:
    """Remove the archives of builds that are not used, but for the newest five. Blocks."""
    kept = [each for each in (home / "builds").glob("*") if each.is_dir() and each.name not in used]
    for folder in sorted(kept, key=lambda each: each.stat().st_mtime, reverse=True)[MOST_UNUSED:]:
        shutil.rmtree(folder, ignore_errors=True)


def _files(root: Path) -> list[str]:
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *KEPT],
        capture_output=True,
        text=True,
        check=False,
    ) if (root / ".git").exists() and shutil.which("git") else None  # fmt: skip
    if listed is not None and listed.returncode == 0:
        return [name for name in listed.stdout.split("\0") if name and (root / name).is_file()]
    paths = [path for name in KEPT for path in ([root / name] if (root / name).is_file() else (root / name).rglob("*"))]
    return [path.relative_to(root).as_posix() for path in paths if path.is_file() and "__pycache__" not in path.parts]
