"""What a build is called: a hash of the code and the packages that decide.

Two checkouts, or two machines, with the same code and packages have the same build; a change of an activity, a command or
a page makes no new one, for no recorded history depends on it.
"""

import hashlib
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from activities.settings import Settings

ROOT = Path(__file__).parents[2]

DECIDING_FOLDERS = ("lifecycle", "workflows")
DECIDING_PACKAGES = (
    *("temporalio", "pydantic", "pydantic-core", "common-expression-language", "holidays", "python-dateutil", "tzdata"),
    *("email-validator", "idna"),
)

_LENGTH = 12


def build_id_of(root: Path = ROOT, packages: Mapping[str, str] | None = None) -> str:
    """Twelve hex digits for the source files of `root` and these versions of packages, by default those installed here."""
    digest = hashlib.sha256()
    for path in sorted((path for folder in DECIDING_FOLDERS for path in (root / folder).rglob("*.py")), key=lambda path: path.as_posix()):
        digest.update(f"{path.relative_to(root).as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    for name, number in sorted((deciding_packages() if packages is None else packages).items()):
        digest.update(f"{name}=={number}\n".encode())
    return digest.hexdigest()[:_LENGTH]


def deciding_packages() -> dict[str, str]:
    """The installed versions of what decides: the packages, and Python's minor version."""
    return {"python": f"{sys.version_info.major}.{sys.version_info.minor}"} | {name: version(name) for name in DECIDING_PACKAGES}


def own_build_id(settings: "Settings") -> str:
    """The build that a worker of this code is: as the settings call it, else by its hash."""
    return settings.build_id or build_id_of()
