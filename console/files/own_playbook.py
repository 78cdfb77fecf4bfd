"""The standard playbook made into a company's own: its name and product put in, and a mark left wherever only the company knows."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

STANDARD_COMPANY, STANDARD_PRODUCT = "Larkfield Analytics", "Larkfield"

_MARKED = re.compile(r"\{# own: (.*?) #\}")
_COMMENT = re.compile(r"# own: ")
_WORDS = re.compile(
    r"\b(dashboards?|workspaces?|data sources?|seats?|charts?|Dashboards?|Datenquellen?|Arbeitsbereichs?|Arbeitsbereich|Plätzen?|Platz)\b"
)
"""Words of the standard playbook's product, which another one hardly has."""


@dataclass(frozen=True)
class Own:
    """What is known of the company: everything but `address` is needed."""

    name: str
    company: str
    product: str
    url: str
    email: str
    address: str = ""


def own_document(standard: str, own: Own) -> str:
    """The document of the company's own playbook, made of the standard one's text. Raises ValueError where that has another shape."""
    address = f"address: {_text(own.address)}" if own.address else f"address: {_text(own.company)}   # fill in: your postal address"
    changes: list[tuple[str, Callable[[str], str]]] = [
        (r"^# The standard playbook of .*$", lambda _: f"# The playbook of {own.company}, begun from the standard one."),
        (r"^# Check it after every change:.*$", lambda _: f"# Check it after every change:  starter.py lint playbooks/{own.name}.yaml"),
        (r"^playbook: standard$", lambda _: f"playbook: {own.name}"),
        (r"^  name: .*$", lambda _: f"  name: {_text(own.company)}"),
        (r"^  product: \S+", lambda _: f"  product: {_text(own.product)}"),
        (r"^  url: .*$", lambda _: f"  url: {_text(own.url)}"),
        (r"^  email: .*$", lambda _: f"  email: {_text(own.email)}"),
        (r"^  signature: .*$", lambda _: f"  signature: {_text(own.company)}"),
        (r"^  address: .*$", lambda _: f"  {address}"),
        (r"^    en: Registered.*$", lambda _: f"    en: {_text(own.company)}"),
        (r"^    de: Eingetragen.*$", lambda _: f"    de: {_text(own.company)}"),
    ]
    made = standard
    for pattern, becomes in changes:
        made, count = re.subn(pattern, lambda _, to=becomes: to(""), made, count=1, flags=re.MULTILINE)  # type: ignore[misc]
        if not count:
            raise ValueError(f"the standard playbook has no line {pattern}")
    return _COMMENT.sub("# fill in: ", made)


def own_templates(standard: Mapping[str, str]) -> dict[str, str]:
    """The company's own templates: the marks of the standard ones, and one before each paragraph that has a word of its product."""
    return {name: _own_template(text) for name, text in standard.items()}


def _own_template(text: str) -> str:
    lines: list[str] = []
    for line in text.split("\n"):
        words = dict.fromkeys(_WORDS.findall(_without_values(line)))
        marked = bool(lines) and lines[-1].startswith("{# ")
        if words and not marked and not line.startswith(("Subject:", "{#")):
            lines.append(f"{{# fill in: what you call {', '.join(words)} #}}")
        lines.append(_MARKED.sub(r"{# fill in: \1 #}", line))
    return "\n".join(lines)


def _without_values(line: str) -> str:
    return re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", line)


def _text(text: str) -> str:
    """The text as YAML takes it, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)
