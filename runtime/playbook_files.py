"""Reads a playbook and its templates from disk: `standard.yaml` and the folder `standard/` beside it."""

from pathlib import Path

from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.reading import read_playbook
from runtime.people_file import load_people
from runtime.text_files import read_text


def load(path: Path) -> tuple[Playbook, dict[str, str]]:
    """The playbook and its templates' texts by name. Where `people.yaml` stands beside it, each role that it names must be somebody's.

    Raises PlaybookFaults naming every fault, also where a file cannot be read.
    """
    text = read_text(path)
    people = load_people(path.parent)
    folder = path.with_suffix("")
    templates = {each.stem: read_text(each) for each in sorted(folder.glob("*.md"))}
    return read_playbook(text, templates, str(path), people.roles if people is not None else None), templates
