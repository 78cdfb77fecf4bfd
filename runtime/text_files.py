"""Reads a text file; what is wrong with it is a fault like any other."""

from pathlib import Path

from lifecycle.playbook.faults import Fault, PlaybookFaults


def read_text(path: Path) -> str:
    """The file's text. Raises PlaybookFaults where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise PlaybookFaults([Fault(str(path), 1, "", f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        raise PlaybookFaults([Fault(str(path), 1, "", f"is not UTF-8 text (byte {error.start})")]) from None
