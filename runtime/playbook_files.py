"""Reads a playbook and its templates from disk: `standard.yaml` and the folder `standard/` beside it."""

from pathlib import Path

from lifecycle.playbook.checks.unfinished import places_to_fill
from lifecycle.playbook.faults import Fault
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
    templates = templates_of(path)
    return read_playbook(text, templates, str(path), people.roles if people is not None else None), templates


def templates_of(path: Path) -> dict[str, str]:
    """The texts of the playbook's templates by name. Raises PlaybookFaults where one cannot be read."""
    return {each.stem: read_text(each) for each in sorted(path.with_suffix("").glob("*.md"))}


def to_fill_in(path: Path) -> list[Fault]:
    """The places of the playbook that somebody is to fill in before it is published, as warnings."""
    return list(places_to_fill(read_text(path), templates_of(path), str(path)))
