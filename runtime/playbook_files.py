"""Reads a playbook and its templates from disk: `standard.yaml` and the folder `standard/` beside it."""

from pathlib import Path

from lifecycle.playbook.faults import Fault, PlaybookFaults
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.reading import read_playbook


def load(path: Path) -> tuple[Playbook, dict[str, str]]:
    """The playbook and its templates' texts by name.

    Raises PlaybookFaults naming every fault, also where a file cannot be read.
    """
    text = _read(path)
    folder = path.with_suffix("")
    templates = {each.stem: _read(each) for each in sorted(folder.glob("*.md"))}
    return read_playbook(text, templates, str(path)), templates


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise PlaybookFaults([Fault(str(path), 1, "", f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        raise PlaybookFaults([Fault(str(path), 1, "", f"is not UTF-8 text (byte {error.start})")]) from None
