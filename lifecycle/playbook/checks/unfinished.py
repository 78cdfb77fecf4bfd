"""Places of a playbook that somebody is to fill in yet: comments that say `fill in:`, in the document and in its templates.

They are comments, so that no mark ever stands in a message; whoever publishes asks for them first.
"""

import re
from collections.abc import Iterator, Mapping

from lifecycle.playbook.faults import Fault, Severity
from lifecycle.playbook.templates.files import file_of

_IN_YAML = re.compile(r"#\s*fill in:\s*(.*?)\s*$")
_IN_TEMPLATES = re.compile(r"\{#\s*fill in:\s*(.*?)\s*#\}")
MOST_LETTERS = 200
"""Of what a mark says, where it is shown."""


def places_to_fill(text: str, templates: Mapping[str, str], file: str) -> Iterator[Fault]:
    """A warning for each place, in the order of the files. `text` is the document's, `templates` are by name, `file` is the playbook's."""
    yield from _places(text, _IN_YAML, file, "take the comment away")
    for name, source in templates.items():
        yield from _places(source, _IN_TEMPLATES, file_of(file, name), "take the mark away")


def _places(text: str, mark: re.Pattern[str], file: str, mend: str) -> Iterator[Fault]:
    for number, line in enumerate(text.split("\n"), 1):
        for what in mark.findall(line):
            yield Fault(file, number, "", f"is to be filled in: {what[:MOST_LETTERS]}; then {mend}", Severity.WARNING)
