"""Keeps what a build's worker needs under `builds/<build id>/` of a data folder, so that it can be run when the code has moved on.

Playbooks are not kept: an old build's worker publishes none, and lives read theirs from the database.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from pydantic import TypeAdapter

from activities.private_files import make_folder, open_private
from lifecycle.domain.errors import Failure, Mistake
from lifecycle.domain.model import Frozen
from runtime.builds.activities_seen import FOLDER as ACTIVITIES
from runtime.builds.build_id import DECIDING_FOLDERS, ROOT, build_id_by_release_0_1_0, code_hash_of, deciding_packages

KEPT = ("lifecycle", "workflows", "activities", "runtime", "worker.py")
PACKAGES = "packages.json"
NOTE = "build.json"
MOST_UNUSED = 5
"""Archives that are kept though no life is on their build."""

_VERSIONS = TypeAdapter(dict[str, str])
_MADE_BY_HASH = re.compile(r"[0-9a-f]{12}")


class BuildNote(Frozen):
    """What an archive says of itself: the hash of the code and packages that decide, and that of each of its other files by name."""

    code: str
    files: dict[str, str]


def archive_of(home: Path, build: str) -> Path:
    """The folder where that build is kept, if it is."""
    return home / "builds" / build


def keep_build(home: Path, build: str, root: Path = ROOT, code: str | None = None) -> Path:
    """Keep the code under `root`, whose hash is `code`, as that build; one that is kept and whole is left as it is. Answers its folder.

    What git ignores is left out; without git, what is compiled. The archive is there whole or not at all; a damaged one is written
    anew. Raises Mistake where other code was kept by that name, Failure where the code is another by now, and OSError. Blocks.
    """
    kept, code = archive_of(home, build), code or code_hash_of(root)
    if fault_of(kept) is None and (note := note_of(kept)) is not None:
        if note.code != code:
            raise Mistake(
                f"{kept} holds other code, which was build {build} too: lives could not tell the two apart. Name this one otherwise with "
                "EVERGREEN_BUILD_ID, or leave that empty; or remove the folder, if no life is on that build."
            )
        return kept
    draft = kept.with_name(f".{build}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        _write(draft, root, code)
        _put(draft, kept)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return kept


def note_of(archive: Path) -> BuildNote | None:
    """What the archive says of itself; None for one that release 0.1.0 kept. Raises OSError or ValueError where it can't be read."""
    file = archive / NOTE
    return BuildNote.model_validate_json(file.read_bytes()) if file.exists() else None


def fault_of(archive: Path) -> str | None:
    """Why no worker of the build can be run from it, as the end of a sentence about the folder; None if it is as it was kept. Blocks."""
    if not archive.is_dir():
        return "is gone"
    try:
        note, packages = note_of(archive), _VERSIONS.validate_json((archive / PACKAGES).read_bytes())
        wrong = _first_wrong(archive, note) if note else _first_wrong_of_release_0_1_0(archive, packages)
    except (OSError, ValueError, SyntaxError):
        wrong = "what it says of itself cannot be read"
    return f"is damaged ({wrong})" if wrong else None


def other_packages(archive: Path) -> list[str]:
    """What decided and is installed here in another version than the build had, as `pydantic 2.12.0 (it had 2.11.0)`."""
    had = json.loads((archive / PACKAGES).read_text())
    return [f"{name} {number} (it had {had[name]})" for name, number in deciding_packages().items() if had.get(name, number) != number]


def remove_unused(home: Path, used: set[str]) -> None:
    """Remove the archives of builds that are not used, but for the newest five. Blocks."""
    kept = [each for each in (home / "builds").glob("*") if each.is_dir() and each.name not in used]
    for folder in sorted(kept, key=lambda each: each.stat().st_mtime, reverse=True)[MOST_UNUSED:]:
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_name(f"{folder.name}.log").unlink(missing_ok=True)


def _write(draft: Path, root: Path, code: str) -> None:
    names = _files(root)
    for name in names:
        make_folder((draft / name).parent)
        with (root / name).open("rb") as file, open_private(draft / name, "wb") as copy:
            shutil.copyfileobj(file, copy)
    if code_hash_of(draft) != code:
        raise Failure("Files of the code were changed while it started, so it is not the build that it was: start it again.")
    with open_private(draft / PACKAGES, "w", encoding="utf-8") as packages:
        packages.write(json.dumps(deciding_packages(), indent=2) + "\n")
    note = BuildNote(code=code, files={name: _hash(draft / name) for name in [*names, PACKAGES]})
    with open_private(draft / NOTE, "w", encoding="utf-8") as said:
        said.write(note.model_dump_json(indent=2) + "\n")


def _put(draft: Path, kept: Path) -> None:
    """Have the draft take the place of what was kept, if anything was."""
    damaged = draft.with_name(f"{draft.name}.damaged")
    shutil.rmtree(damaged, ignore_errors=True)
    if kept.exists():
        kept.replace(damaged)
    try:
        draft.replace(kept)
    except OSError:
        if not kept.exists():  # else another process was quicker
            raise
    shutil.rmtree(damaged, ignore_errors=True)


def _first_wrong(archive: Path, note: BuildNote) -> str | None:
    for name, digest in note.files.items():
        if not (archive / name).is_file() or _hash(archive / name) != digest:
            return f"{name} is not as it was kept"
    for path in sorted(archive.rglob("*.py")):
        if (name := path.relative_to(archive).as_posix()) not in note.files:
            return f"{name} was not kept with it"
    return None


def _first_wrong_of_release_0_1_0(archive: Path, packages: dict[str, str]) -> str | None:
    if missing := [name for name in KEPT if not (archive / name).exists()]:
        return f"{missing[0]} is not as it was kept"
    if _MADE_BY_HASH.fullmatch(archive.name) and build_id_by_release_0_1_0(archive, packages) != archive.name:
        return "its code is not that of its name"
    return None


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _files(root: Path) -> list[str]:
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *KEPT],
        capture_output=True,
        text=True,
        check=False,
    ) if (root / ".git").exists() and shutil.which("git") else None  # fmt: skip
    if listed is not None and listed.returncode == 0:
        names = {name for name in listed.stdout.split("\0") if name and (root / name).is_file()}
        hashed = (*DECIDING_FOLDERS, ACTIVITIES)  # ignored or not, the build is called by them
        paths = [path for folder in hashed for path in (root / folder).rglob("*.py")]
    else:
        names = set()
        paths = [path for name in KEPT for path in ([root / name] if (root / name).is_file() else (root / name).rglob("*"))]
    return sorted(names | {path.relative_to(root).as_posix() for path in paths if path.is_file() and "__pycache__" not in path.parts})
