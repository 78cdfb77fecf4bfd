"""A YAML text as plain values, with the line on which each of them stands.

The rules are stricter than YAML's own, so that a playbook says what it seems to say: `on`, `yes` and `no` are words
and no booleans, 09:30 is no number, a key comes once, and nothing is defined here and used there (no aliases).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

Value = str | int | float | bool | None | list["Value"] | dict[str, "Value"]
Path = tuple[str | int, ...]

DEEPEST = 40
LONGEST = 500_000
_WHOLE = re.compile(r"[-+]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


class UnreadableError(ValueError):
    """The text is no YAML from `line` on."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


@dataclass(frozen=True)
class Document:
    """The values, the line of every path, and what is wrong with the writing itself as (path, sentence)."""

    value: Value
    lines: dict[Path, int]
    faults: list[tuple[Path, str]]

    def line(self, path: Path) -> int:
        """The line of the value at that path, or of the nearest that there is above it."""
        return self.lines.get(self.nearest(path), 1)

    def nearest(self, path: Path) -> Path:
        """That path, or the nearest above it at which something stands."""
        while path and path not in self.lines:
            path = path[:-1]
        return path

    def at(self, path: Path) -> Value:
        """The value at a path at which something stands."""
        value = self.value
        for part in path:
            value = value[part]  # type: ignore[index]  # lists have numbers and mappings have words
        return value


def read_document(text: str) -> Document:
    """Read one YAML document. Raises UnreadableError where the text cannot be parsed at all."""
    if len(text) > LONGEST:
        raise UnreadableError(1, f"the file has {len(text):,} characters, and a playbook has at most {LONGEST:,}")
    reader = _Reader(_events(text))
    first = next(reader.events)
    if isinstance(first, yaml.StreamEndEvent):
        raise UnreadableError(1, "the file is empty")
    value = reader.value((), next(reader.events), 0)
    next(reader.events)
    after = next(reader.events)
    if not isinstance(after, yaml.StreamEndEvent):
        raise UnreadableError(_line(after), "a second document begins here; one file holds one playbook")
    return Document(value, reader.lines, reader.faults)


def _events(text: str) -> Iterator[yaml.Event]:
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if not isinstance(event, yaml.StreamStartEvent):
                yield event
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableError(mark.line + 1 if mark else 1, f"is no YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise UnreadableError(1, f"is no YAML: {str(error).splitlines()[0]}") from None


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _Reader:
    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self.events = events
        self.lines: dict[Path, int] = {}
        self.faults: list[tuple[Path, str]] = []

    def value(self, path: Path, event: yaml.Event, depth: int) -> Value:
        line = _line(event)
        self.lines.setdefault(path, line)
        if depth > DEEPEST:
            raise UnreadableError(line, f"is nested more than {DEEPEST} deep")
        if isinstance(event, yaml.AliasEvent):
            self.faults.append((path, f"'*{event.anchor}' is an alias; write the value out where it is used"))
            return ""
        if (anchor := getattr(event, "anchor", None)) is not None:
            self.faults.append((path, f"'&{anchor}' is an anchor; write the value out where it is used"))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path, depth)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path, depth)
        assert isinstance(event, yaml.ScalarEvent)
        return self._scalar(path, event)

    def _list(self, path: Path, depth: int) -> list[Value]:
        items: list[Value] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.value((*path, len(items)), event, depth + 1))
        return items

    def _mapping(self, path: Path, depth: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            line = _line(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise UnreadableError(line, "a key is a word, and this is a list or a mapping")
            key = event.value
            if (*path, key) in self.lines:
                again = (*path, f"{key} again")
                self.lines[again] = line
                self.faults.append((again, f"'{key}' stands here a second time; the first is on line {self.lines[(*path, key)]}"))
                _Reader(self.events).value((), next(self.events), depth + 1)
                continue
            self.lines[(*path, key)] = line
            value = self.value((*path, key), next(self.events), depth + 1)
            if value is None:
                self.faults.append(((*path, key), f"'{key}' is empty; write its value or leave the key out"))
            else:
                found[key] = value
        return found

    def _scalar(self, path: Path, event: yaml.ScalarEvent) -> Value:
        text: str = event.value
        if event.tag is not None and event.tag not in ("!", "tag:yaml.org,2002:str"):
            self.faults.append((path, f"the tag '{event.tag}' has no meaning here; leave it out"))
        if event.style or event.tag is not None:
            return text
        if text.lower() in _WORDS:
            return _WORDS[text.lower()]
        if _WHOLE.fullmatch(text):
            return int(text)
        return float(text) if _DECIMAL.fullmatch(text) else text
