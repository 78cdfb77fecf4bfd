"""Whether the worker of this machine or container is well: `python -m runtime.health`, with status 0 if it is and 1 if not.

A worker listens at no port. It says how it is in the file that EVERGREEN_HEALTH_FILE names (`runtime/saying_health.py`), and this reads it
with the standard library alone, for it is run every few seconds.
"""

import json
import os
import sys
import time
from pathlib import Path

VARIABLE = "EVERGREEN_HEALTH_FILE"

STALE = 30.0
"""Seconds after which a worker that has said nothing new is not well: it hangs, or it is gone."""


def say(file: Path, wrong: str) -> None:
    """Say in the file, now, what is wrong; nothing, if all is well. Raises OSError."""
    beside = file.with_name(f"{file.name}.new")
    beside.write_text(json.dumps({"at": time.time(), "wrong": wrong}), encoding="utf-8")
    beside.replace(file)


def what_is_wrong(file: Path, now: float) -> str:
    """What is wrong by that file at that time, in seconds since the epoch, in a sentence; empty if all is well."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        at, wrong = float(said["at"]), str(said["wrong"])
    except FileNotFoundError:
        return f"No worker has said how it is in {file}: it has not begun to serve, or another file is named there."
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"What lies in {file} cannot be read ({type(error).__name__}): a worker that starts writes it anew."
    if now - at > STALE:
        return f"The worker has said nothing for {now - at:.0f} seconds: it hangs, or it is gone."
    return wrong


def main() -> int:
    """Print what is wrong, or that all is well; the status is 0, or 1, or 2 where no file is named."""
    named = os.environ.get(VARIABLE)
    if not named:
        sys.stderr.write(f"{VARIABLE} names no file: set it for the worker and for this command alike.\n")
        return 2
    wrong = what_is_wrong(Path(named), time.time())
    sys.stdout.write(f"{wrong or 'The worker takes work, and its database answers.'}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
