"""Publishes the project's playbooks, so that customers can be enrolled on them."""

from pathlib import Path

from activities.ledger.playbook_store import PlaybookStore
from lifecycle.playbook.faults import Fault, PlaybookFaults
from lifecycle.playbook.playbook import Playbook
from runtime.playbook_files import load

FOLDER = Path(__file__).parents[1] / "playbooks"


def read_all(folder: Path = FOLDER) -> list[tuple[Playbook, dict[str, str]]]:
    """Every playbook of the folder with its templates. Raises PlaybookFaults with the faults of all of them."""
    found: list[tuple[Playbook, dict[str, str]]] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found.append(load(path))
        except PlaybookFaults as error:
            faults += error.faults
    if faults:
        raise PlaybookFaults(faults)
    return found


def publish_all(store: PlaybookStore, folder: Path = FOLDER) -> list[str]:
    """Publish every playbook of the folder; those that changed since, as `name@version`. Raises PlaybookFaults, and then publishes none.

    Blocks: call it from a thread.
    """
    return [playbook.ref for playbook, templates in read_all(folder) if store.publish(playbook, templates)]
