"""Reads the gateway's own YAML files: every fault is told with its line, and nothing of a file with a fault is used."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from gateway.intake.incoming_event import with_stop
from lifecycle.domain.errors import Mistake
from lifecycle.playbook.yaml_document import Path, UnreadableError, read_document

Document = TypeVar("Document", bound=BaseModel)


class Unreadable(Mistake, ValueError):
    """A file that does not read: one sentence a fault, each with file and line."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


def read(text: str, model: type[Document], file: str) -> Document:
    """The file's text as that model. Raises Unreadable."""
    try:
        document = read_document(text)
    except UnreadableError as error:
        raise Unreadable([with_stop(f"{file}, line {error.line}: {error}")]) from None
    faults = list(document.faults)
    try:
        made = model.model_validate(document.value)
        if not faults:
            return made
    except ValidationError as error:
        faults += [(_path(fault["loc"]), _said(fault["msg"])) for fault in error.errors()]
    lines = sorted({(document.line(path), f"{_where(path)}{what}") for path, what in faults})
    raise Unreadable([with_stop(f"{file}, line {line}: {what}") for line, what in lines])


def _path(where: tuple[str | int, ...]) -> Path:
    return tuple(part for part in where if part != "[key]")


def _where(path: Path) -> str:
    return f"{'.'.join(str(part) for part in path)}: " if path else ""


def _said(message: str) -> str:
    plain = message.removeprefix("Value error, ")
    return f"{plain[:1].lower()}{plain[1:]}".rstrip(".")
