"""Publishes the project's playbooks, so that customers can be enrolled on them, and the people who work by them."""

from pathlib import Path

from activities.ledger.published.people_store import PeopleStore
from activities.ledger.published.playbook_store import PlaybookStore
from lifecycle.playbook.directory_reading import PEOPLE
from lifecycle.playbook.faults import Fault, PlaybookFaults
from lifecycle.playbook.playbook import Playbook
from runtime.people_file import load_people
from runtime.playbook_files import load, to_fill_in

FOLDER = Path(__file__).parents[1] / "playbooks"


def read_all(folder: Path = FOLDER) -> dict[Path, tuple[Playbook, dict[str, str]]]:
    """Every playbook of the folder with its templates, by its file. Raises PlaybookFaults with the faults of all of them."""
    found: dict[Path, tuple[Playbook, dict[str, str]]] = {}
    faults: list[Fault] = []
    load_people(folder)  # whose faults would else be told with every playbook
    for path in sorted(folder.glob("*.yaml")):
        if path.name == PEOPLE:
            continue
        try:
            found[path] = load(path)
        except PlaybookFaults as error:
            faults += error.faults
    if faults:
        raise PlaybookFaults(faults)
    return found


def unfinished_in(folder: Path = FOLDER) -> dict[str, int]:
    """The playbooks of the folder that are not published yet, by name of their file, and how many places of each are to be filled in.

    Blocks: call it from a thread.
    """
    files = (path for path in sorted(folder.glob("*.yaml")) if path.name != PEOPLE)
    return {path.name: len(places) for path in files if (places := to_fill_in(path))}


def publish_all(store: PlaybookStore, folder: Path = FOLDER) -> list[str]:
    """Publish every playbook of the folder and its people; those that changed since, as `name@version`. Raises PlaybookFaults, and then
    publishes none.

    Without the file of people, whoever was published last stays. A playbook that has places to fill in yet is left out. Blocks: call it
    from a thread.
    """
    found, people = read_all(folder), load_people(folder)
    finished = [(playbook, templates) for path, (playbook, templates) in found.items() if not to_fill_in(path)]
    published = [people.ref] if people is not None and PeopleStore(store.engine).publish(people) else []
    return published + [playbook.ref for playbook, templates in finished if store.publish(playbook, templates)]
