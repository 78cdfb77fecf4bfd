"""What is wrong with a playbook, in words: file, line, place, and how to mend it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lifecycle.domain.errors import Mistake
from lifecycle.domain.texts.languages import LANGUAGE_PATTERN
from lifecycle.playbook.fault_places import MODELS, where
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.yaml_document import Path, Value
from lifecycle.steps.linting import near

__all__ = ["Fault", "PlaybookFaults", "Severity", "faults_in_words", "where"]


class Severity(StrEnum):
    """How bad it is: a playbook with a fault is refused, one with a warning may be meant as it is."""

    FAULT = "fault"
    WARNING = "warning"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a playbook, or may be: where, and how to mend it."""

    file: str
    line: int
    where: str
    what: str
    severity: Severity = Severity.FAULT

    def __str__(self) -> str:
        kind = "warning: " if self.severity is Severity.WARNING else ""
        return f"{self.file}:{self.line}: {kind}{self.where + ': ' if self.where else ''}{self.what}"


class PlaybookFaults(Mistake, ValueError):
    """A playbook that does not read, with every fault it has, in the order of the files."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


_EXAMPLES = {
    "company": "company: {name: ..., email: ...}", "stages": "stages: {growth: {...}}", "goal": "goal: First value within 30 days",
    "owner": "owner: csm", "exit": "exit: first_value", "steps": "steps: [...]", "timeout": "timeout: 3d", "template": "template: welcome",
    "due": "due: 7d", "kind": "kind: functional", "to": "to: csm", "reason": "reason: no kickoff", "playbook": "playbook: standard",
}  # fmt: skip


def fields_of_playbook(path: Path) -> list[str]:
    """The keys that may stand at a path of a playbook."""
    names = [part for part in path if isinstance(part, str)]
    if len(names) >= 2 and names[-2] in ("stages", "plays", "milestones") and not isinstance(path[-1], int):
        names.pop()
    model = MODELS.get(names[-1] if names else "", Playbook)
    known = [field.alias or name for name, field in model.model_fields.items()]
    return [name for name in known if model is not Playbook or name not in ("templates", "version")]


FieldsAt = Callable[[Path], Sequence[str]]


def faults_in_words(error: ValidationError, body: Value, fields: FieldsAt = fields_of_playbook) -> list[tuple[Path, str]]:
    """Each of pydantic's faults as a place in the document and a sentence. `fields` are the keys that may stand at a path."""
    return [_in_words(fault, body, fields) for fault in _least(error, body)]


def _least(error: ValidationError, body: Value) -> list[ErrorDetails]:
    """The faults without those that only say that another reading of the same value fails too."""
    faults = error.errors(include_url=False)
    with_sentence = {_known(fault["loc"], body) for fault in faults if fault["type"] == "value_error"}
    return [
        fault for fault in faults if fault["type"] in ("value_error", "extra_forbidden") or _known(fault["loc"], body) not in with_sentence
    ]


def _known(loc: tuple[str | int, ...], body: Value) -> Path:
    """The part of a fault's place that stands in the document; what follows names a model's inner workings."""
    path: list[str | int] = []
    for part in loc:
        if isinstance(part, str):
            if not isinstance(body, dict) or part not in body:
                break
            body = body[part]
        else:
            if not isinstance(body, list) or part >= len(body):
                break
            body = body[part]
        path.append(part)
    return tuple(path)


def _in_words(fault: ErrorDetails, body: Value, fields: FieldsAt) -> tuple[Path, str]:
    path = _known(fault["loc"], body)
    last = str(fault["loc"][-1]) if fault["loc"] else ""
    given = fault["input"]
    match fault["type"]:
        case "missing":
            example = f"; write {_EXAMPLES[last]}" if last in _EXAMPLES else ""
            return path, f"'{last}' is missing{example}"
        case "extra_forbidden":
            return path, f"knows no '{last}'{near(last, fields(path[:-1]))}"
        case "enum" | "literal_error":
            choices = re.findall(r"'([^']*)'", str(fault["ctx"]["expected"]))
            return path, f"{_short(given)} is none of {', '.join(choices)}{near(str(given), choices, only=False)}"
        case "value_error":
            return path, _brief(str(fault["msg"]).removeprefix("Value error, "))
        case "string_pattern_mismatch":
            return path, f"{_short(given)} {_shape(fault['ctx']['pattern'])}"
        case "model_type" | "dict_type" | "model_attributes_type":
            return path, f"takes keys and values, and this is {_short(given)}"
        case "list_type":
            return path, f"takes a list, and this is {_short(given)}"
        case "string_type":
            return path, f"takes text, and this is {_short(given)}; put it in quotes if text is meant"
        case "too_short":
            return path, "needs at least one entry"
        case _:
            message = str(fault["msg"])
            return path, f"{message[:1].lower()}{message[1:]}, and this is {_short(given)}"


def _brief(sentence: str) -> str:
    """The sentence, without the middle of a value that is quoted in it at length."""
    return sentence if len(sentence) <= 2 * _LONGEST_HALF else f"{sentence[:_LONGEST_HALF]} ... {sentence[-_LONGEST_HALF:]}"


_LONGEST_HALF = 200


def _shape(pattern: str) -> str:
    if pattern == LANGUAGE_PATTERN:
        return "is no language: write its two letters, such as en or de"
    if "stage_start" in pattern:
        return "is no anchor: write stage_start, stage_end, contract_start, contract_end, enrolment or milestone:ID"
    if "event" in pattern:
        return "is no field of an event: write event.ticket, for example"
    return "is no name: use small letters, digits, '-', '_' and '.', and begin with a letter or a digit"


def _short(value: object) -> str:
    match value:
        case str():
            text = f"'{value}'"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else f"{text[:56]}...'"
