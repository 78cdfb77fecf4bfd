"""Python environments for releases whose packages are locked otherwise than here: each is installed once on a machine, whoever asks."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PIP = ("-m", "pip", "install", "-qq", "--require-hashes", "-r")

_DONE = "installed"


def cache() -> Path:
    """Where they are kept between sessions; to remove it costs a minute or two at the next one."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "evergreen" / "test-environments"


def install(environment: Path, lock: Path) -> None:
    """Make an environment with these packages. Raises CalledProcessError."""
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    subprocess.run([environment / "bin" / "python", *PIP, lock], check=True)


def python_with(lock: Path, folder: Path | None = None, make: Callable[[Path, Path], None] = install) -> Path:
    """The Python of an environment with the packages of that lock file, of this Python's version; made first if need be.

    Others that ask for it meanwhile, in whatever process, wait. One that was cut short is made anew.
    """
    folder = folder or cache()
    folder.mkdir(parents=True, exist_ok=True)
    key = hashlib.sha256(f"{sys.version}\0{sys.prefix}\0".encode() + lock.read_bytes()).hexdigest()[:16]
    environment = folder / key
    with (folder / f"{key}.lock").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # the kernel's: it is gone with its holder, however that ended
        if not (environment / _DONE).exists():
            shutil.rmtree(environment, ignore_errors=True)
            make(environment, lock)
            (environment / _DONE).touch()
    return environment / "bin" / "python"
