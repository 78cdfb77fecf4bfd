"""What a build is called: a hash of the code and the packages that decide.

Two checkouts, or two machines, with the same code, packages and minor version of Python have the same build. A change of what an
activity does, of a command or a page makes no new one, for no recorded history depends on it.
"""

import hashlib
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from runtime.builds.activities_seen import activities_seen

if TYPE_CHECKING:
    from activities.settings import Settings

ROOT = Path(__file__).parents[2]

DECIDING_FOLDERS = ("lifecycle", "workflows")
DECIDING_PACKAGES = (
    *("temporalio", "pydantic", "pydantic-core", "common-expression-language", "holidays", "python-dateutil", "tzdata"),
    *("email-validator", "idna"),
)

_LENGTH = 12


@dataclass(frozen=True)
class Build:
    """A build: what it is called, and the whole hash of the code and packages that decide in it."""

    id: str
    code: str


def own_build(settings: "Settings") -> Build:
    """The build that a worker of this code is: called as the settings say, else by its hash. Reads the code from disk: blocks."""
    code = code_hash_of()
    return Build(settings.build_id or code[:_LENGTH], code)


def own_build_id(settings: "Settings") -> str:
    """What `own_build` is called."""
    return settings.build_id or build_id_of()


def build_id_of(root: Path = ROOT, packages: Mapping[str, str] | None = None) -> str:
    """The first twelve hex digits of `code_hash_of`."""
    return code_hash_of(root, packages)[:_LENGTH]


def code_hash_of(root: Path = ROOT, packages: Mapping[str, str] | None = None) -> str:
    """A hash of the source files of `root` that decide, of what they see of its activities, and of these versions of packages.

    By default of those installed here. Raises OSError or SyntaxError where files are missing or are no Python.
    """
    return _hash_of(root, packages, activities_seen(root))


def build_id_by_release_0_1_0(root: Path, packages: Mapping[str, str]) -> str:
    """What release 0.1.0 called that code, which left the activities out: by this name it kept its builds."""
    return _hash_of(root, packages, ())[:_LENGTH]


def _hash_of(root: Path, packages: Mapping[str, str] | None, seen: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for path in sorted((path for folder in DECIDING_FOLDERS for path in (root / folder).rglob("*.py")), key=lambda path: path.as_posix()):
        digest.update(f"{path.relative_to(root).as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    for line in seen:
        digest.update(f"{line}\n".encode())
    for name, number in sorted((deciding_packages() if packages is None else packages).items()):
        digest.update(f"{name}=={number}\n".encode())
    return digest.hexdigest()


def deciding_packages() -> dict[str, str]:
    """The installed versions of what decides: the packages, and Python's minor version."""
    return {"python": f"{sys.version_info.major}.{sys.version_info.minor}"} | {name: version(name) for name in DECIDING_PACKAGES}
