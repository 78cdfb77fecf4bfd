"""Reads the directory of people of ours from its text, and names every fault it has by line."""

import hashlib
import json

from pydantic import BaseModel, ValidationError

from lifecycle.domain.people.directory import Absence, Directory, Person, as_document
from lifecycle.domain.time.hours import Hours
from lifecycle.playbook.faults import Fault, PlaybookFaults, faults_in_words, where
from lifecycle.playbook.yaml_document import Path, UnreadableError, read_document

PEOPLE = "people.yaml"
"""The file's name; it stands beside the playbooks."""


def read_directory(text: str, file: str = PEOPLE) -> Directory:
    """The directory, with its `version`: a hash of its content. Raises PlaybookFaults."""
    try:
        document = read_document(text)
    except UnreadableError as error:
        raise PlaybookFaults([Fault(file, error.line, "", str(error))]) from None
    found, body, directory = list(document.faults), document.value, None
    if not isinstance(body, dict):
        found.append(((), "a directory of people is a mapping with the key people"))
    else:
        try:
            directory = Directory.model_validate({key: value for key, value in body.items() if key != "version"})
        except ValidationError as error:
            empty = {path for path, what in document.faults if "is empty" in what}
            told = faults_in_words(error, body, _fields)
            found += [(path, what) for path, what in told if not (what.endswith("is missing") and path in empty)]
        if "version" in body:
            found.append((("version",), "'version' is set by the reader; leave it out"))
    if directory is not None:
        found += directory.inconsistencies()
    if found or directory is None:
        faults = [Fault(file, document.line(path), where(path), what) for path, what in found]
        raise PlaybookFaults(sorted(dict.fromkeys(faults), key=lambda fault: fault.line))
    return directory.model_copy(update={"version": version_of(directory)})


def version_of(directory: Directory) -> str:
    """A hash of the directory's content, whatever its version says."""
    canonical = json.dumps(as_document(directory), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.blake2b(canonical.encode(), digest_size=6).hexdigest()


def _fields(path: Path) -> list[str]:
    models: dict[str, type[BaseModel]] = {"hours": Hours, "away": Absence}
    model = models.get(str(path[2]), Person) if len(path) > 2 else Person if path else Directory
    names = [field.alias or name for name, field in model.model_fields.items()]
    return [name for name in names if model is not Directory or name != "version"]
