"""The folder where a lasting stack keeps its data, and the note in it that says where its dev server listens."""

import os
from pathlib import Path

from pydantic import BaseModel, ValidationError

from activities.private_files import open_private

_NOTE = "dev-server.json"


def data_home() -> Path:
    """The folder that EVERGREEN_HOME names, else .evergreen in the working directory."""
    return Path(os.environ.get("EVERGREEN_HOME") or ".evergreen")


class ServerNote(BaseModel):
    """Where a dev server listens and which process it is."""

    address: str
    ui_url: str | None
    namespace: str
    pid: int


def read_note(home: Path) -> ServerNote | None:
    """The note in `home`; None if there is none, or none that reads."""
    try:
        return ServerNote.model_validate_json((home / _NOTE).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def write_note(home: Path, note: ServerNote) -> None:
    """Leave the note in `home`, whole or not at all."""
    draft = home / f".{_NOTE}.{os.getpid()}"
    with open_private(draft, "w", encoding="utf-8") as file:
        file.write(note.model_dump_json(indent=2) + "\n")
    draft.replace(home / _NOTE)


def remove_note(home: Path) -> None:
    """Take the note away, if there is one."""
    (home / _NOTE).unlink(missing_ok=True)
