"""Child processes that cannot outlive this one, and processes left over from an earlier one."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

# Runs in a bare interpreter before the command takes its place. The parent may die before prctl is called, and then
# no signal would come: hence the look at who the parent is now.
_DIE_WITH_PARENT = """
import ctypes, os, sys
parent, *command = sys.argv[1:]
ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL
if os.getppid() != int(parent):
    sys.exit(1)
os.execv(command[0], command)
"""


class Child:
    """A process that on Linux is killed by the kernel when this one ends, however it ends.

    Elsewhere it may outlive a killed parent; who starts it writes its pid down and stops it at the next start.
    """

    def __init__(self, command: Sequence[str], output: IO[bytes], env: Mapping[str, str], folder: Path | None = None) -> None:
        """Start `command` in a session of its own (a Ctrl-C does not reach it), all its output to `output`, in `folder` if one is given.

        What it writes is for its owner alone.
        """
        if sys.platform == "linux":
            command = [sys.executable, "-I", "-S", "-c", _DIE_WITH_PARENT, str(os.getpid()), *command]
        self._gone = threading.Event()
        started = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._fault: OSError | None = None

        # The kernel's signal comes when the *thread* that forked ends, so the thread lives as long as the child.
        def live() -> None:
            try:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    env=dict(env),
                    cwd=folder,
                    start_new_session=True,
                    umask=0o077,
                )
            except OSError as fault:
                self._fault = fault
                return
            finally:
                started.set()
            self._process.wait()
            self._gone.set()

        threading.Thread(target=live, name="child", daemon=True).start()
        started.wait()
        if self._fault is not None:
            raise self._fault

    @property
    def pid(self) -> int:
        """The child's process id."""
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return not self._gone.is_set()

    def end(self, grace: float) -> None:
        """Ask it to end, and kill it after `grace` seconds; returns when it is gone. Blocks."""
        assert self._process is not None
        if self.running and grace > 0:
            self._process.terminate()
            self._gone.wait(grace)
        if self.running:
            self._process.kill()
        self._gone.wait()


def command_line(pid: int) -> str | None:
    """The words of a running process joined by blanks; None if there is no such process (or it is not for us to see)."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return None
        listed = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return listed.stdout.strip() or None
    except (PermissionError, ProcessLookupError):
        return None
    return words.replace(b"\0", b" ").decode(errors="replace").strip() or None


def end_leftover(pid: int, marks: Sequence[str], grace: float) -> bool:
    """End a process that is not our child, if its command line holds every one of `marks`; says whether it did. Blocks.

    A pid in a file may by now belong to another program: that one is left alone.
    """

    def is_it() -> bool:
        line = command_line(pid)
        return line is not None and all(mark in line for mark in marks)

    if not is_it():
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while is_it():
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    return True
