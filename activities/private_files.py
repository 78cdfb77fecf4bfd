"""Folders and files that hold addresses, secrets or what customers were told: their owner alone reads them, from the start, whatever the umask."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import structlog

FOLDER, FILE = 0o700, 0o600

HOME = ".evergreen"
"""The usual name of the data folder: everything in a folder of that name is ours."""

OURS = (
    "outbox", "builds", "secrets", "demo", "ledger.sqlite*", "temporal.sqlite*", "*.log", "dev-server.*", ".dev-server.*", "*.lock",
    "sources.yaml", ".sources.yaml.*",
)  # fmt: skip
"""What we make in a data folder, which may be some other folder too, such as somebody's home."""

_log = structlog.get_logger(__name__)


def make_folder(folder: Path) -> None:
    """Make the folder, and those above it that are missing. Raises OSError."""
    missing = [folder, *folder.parents]
    for each in reversed([each for each in missing if not each.exists()]):
        try:
            each.mkdir(FOLDER)
        except FileExistsError:  # another process was quicker
            continue


def open_private(path: Path, mode: str, **how: Any) -> IO[Any]:
    """Open a file as `open` does; one that is made, or written to, is for its owner alone. Raises OSError."""
    opened: IO[Any] = open(path, mode, opener=_private, **how)  # noqa: SIM115  it is the caller's to close
    return opened


def make_once(file: Path, text: Callable[[], str]) -> None:
    """Make the file with that text and a line's end, for its owner alone, unless it is there. Raises OSError.

    A start that is interrupted leaves no half of it, and of two that make it at once both go by the same.
    """
    if file.exists():
        return
    make_folder(file.parent)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE), "w", encoding="utf-8") as opened:
        opened.write(f"{text().rstrip()}\n")
    try:
        os.link(temporary, file)
    except FileExistsError:
        return  # another process was quicker
    except OSError:  # a file system without links
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    descriptor = os.open(path, flags, FILE)
    if flags & (os.O_WRONLY | os.O_RDWR):
        now = os.fstat(descriptor)
        if now.st_mode & 0o077 and stat.S_ISREG(now.st_mode) and now.st_uid == os.geteuid():
            os.fchmod(descriptor, now.st_mode & FOLDER)
    return descriptor


def close_to_others(home: Path) -> None:
    """Take away whatever rights others have to a data folder and to what is ours in it, as files of earlier releases have.

    What belongs to another user is left as it is, and the log says so. Nothing happens where there is no such folder.
    """
    if not home.is_dir():
        return
    inside = list(home.iterdir()) if home.resolve().name == HOME else [path for name in OURS for path in home.glob(name)]
    others = sum(not _close(path) for path in (home, *(found for path in inside for found in _tree(path))))
    if others:
        _log.warning("files of another user are left open to others", count=others)


def close_database(file: Path) -> None:
    """See to it that a SQLite database is its owner's alone: made here if it is not there, with the files beside it, which take its rights."""
    make_folder(file.parent)
    open_private(file, "ab").close()
    for beside in ("-wal", "-shm", "-journal"):
        if (path := file.with_name(file.name + beside)).exists():
            _close(path)


def _tree(path: Path) -> Iterator[Path]:
    yield path
    if path.is_dir() and not path.is_symlink():
        for folder, folders, files in os.walk(path):
            yield from (Path(folder) / name for name in (*folders, *files))


def _close(path: Path) -> bool:
    """Whether others have no rights any more."""
    try:
        now = path.lstat()
        if not now.st_mode & 0o077 or stat.S_ISLNK(now.st_mode):
            return True
        if now.st_uid != os.geteuid():
            return False
        path.chmod(now.st_mode & FOLDER)
    except FileNotFoundError:  # gone meanwhile, as a message that a reader has moved
        return True
    return True
