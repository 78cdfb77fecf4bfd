"""Reads the gateway's own YAML files into models. A file with a fault is refused whole, and every fault is reported with its line."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from gateway.http.sentences import with_full_stop
from lifecycle.domain.errors import Mistake
from lifecycle.playbook.yaml_document import Path, UnreadableError, read_document

Document = TypeVar("Document", bound=BaseModel)


class UnreadableFile(Mistake, ValueError):
    """A file cannot be read or has faults. `faults` holds one sentence for each, with file and line where there is one."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


def read(text: str, model: type[Document], file: str) -> Document:
    """The YAML text as that model; `file` is its name in messages. Raises UnreadableFile."""
    try:
        document = read_document(text)
    except UnreadableError as error:
        raise UnreadableFile([with_full_stop(f"{file}, line {error.line}: {error}")]) from None
    faults = list(document.faults)
    try:
        made = model.model_validate(document.value)
        if not faults:
            return made
    except ValidationError as error:
        faults += [(_path(fault["loc"]), _sentence(fault["msg"])) for fault in error.errors()]
    lines = sorted({(document.line(path), f"{_prefix(path)}{message}") for path, message in faults})
    raise UnreadableFile([with_full_stop(f"{file}, line {line}: {message}") for line, message in lines])


def _path(location: tuple[str | int, ...]) -> Path:
    return tuple(part for part in location if part != "[key]")


def _prefix(path: Path) -> str:
    return f"{'.'.join(str(part) for part in path)}: " if path else ""


def _sentence(message: str) -> str:
    plain = message.removeprefix("Value error, ")
    return f"{plain[:1].lower()}{plain[1:]}".rstrip(".")
