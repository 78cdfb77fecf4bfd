"""Reads the directory of people of ours from disk: `people.yaml` beside the playbooks."""

from pathlib import Path

from lifecycle.domain.people.directory import Directory
from lifecycle.playbook.directory_reading import PEOPLE, read_directory
from runtime.text_files import read_text


def load_people(folder: Path) -> Directory | None:
    """The people of that folder's playbooks; None where it has no such file. Raises PlaybookFaults naming every fault."""
    path = folder / PEOPLE
    return read_directory(read_text(path), str(path)) if path.exists() else None
