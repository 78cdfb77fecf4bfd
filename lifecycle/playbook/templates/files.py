"""Where a playbook's message templates stand: in the folder of its own name beside it."""

from pathlib import PurePath


def file_of(playbook_file: str, template: str) -> str:
    """The file of that template of a playbook that stands in that file."""
    return str(PurePath(playbook_file).with_suffix("") / f"{template}.md")
