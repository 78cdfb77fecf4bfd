"""Message templates: a subject line, an empty line, then Markdown; with Jinja2 for the values and for nothing more.

What a template needs is found without rendering it, so that a wrong name is a fault of the playbook and not of a send.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from lifecycle.conditions.vocabulary import Keyed, Leaf, Tree
from lifecycle.domain.model import Scalar
from lifecycle.facts.subject import Open
from lifecycle.playbook.templates.limits import LONGEST_TEMPLATE
from lifecycle.playbook.templates.syntax import Scan, TemplateFault, TemplateFaults, environment

LANGUAGE = 2
"""The letters of a language variant: `welcome.de` is `welcome` for customers who read German."""


@dataclass(frozen=True)
class MessageTemplate:
    """A template's two parts, and the dotted paths it names with the line of each one's first use.

    `needs` are the paths that must have a value; the others are only looked at behind an `if` or a `default`. `numbers` are those that
    are reckoned with, with a line of each.
    """

    subject: str
    body: str
    paths: Mapping[str, int]
    needs: list[str]
    numbers: Mapping[str, int]


def render(text: str, values: Mapping[str, Mapping[str, Scalar]]) -> tuple[str, str]:
    """The subject (one line) and the Markdown body with those values.

    Raises TemplateFaults if the template does not read, jinja2.UndefinedError if a value that it prints is not there.
    """
    template = read_template(text)
    subject = environment().from_string(template.subject).render(values)
    return " ".join(subject.split()), environment().from_string(template.body).render(values).strip() + "\n"


@lru_cache(maxsize=512)
def read_template(text: str) -> MessageTemplate:
    """Take a template apart and find what it names. Raises TemplateFaults."""
    if len(text) > LONGEST_TEMPLATE:
        raise TemplateFaults([TemplateFault(1, f"has {len(text):,} characters, and a message has at most {LONGEST_TEMPLATE:,}")])
    head, _, rest = text.partition("\n")
    if not head.startswith("Subject:") or not head.removeprefix("Subject:").strip():
        raise TemplateFaults([TemplateFault(1, "begins with its subject: write 'Subject: ...' on the first line")])
    if rest.partition("\n")[0].strip() or not rest.strip():
        raise TemplateFaults([TemplateFault(2, "needs an empty line after the subject, and then the message")])
    subject, body = head.removeprefix("Subject:").strip(), rest.lstrip("\n")
    below = 1 + head.count("\n") + len(rest) - len(body)
    scan = Scan()
    scan.read(subject, 0)
    scan.read(body, below)
    if scan.faults:
        raise TemplateFaults(scan.faults)
    return MessageTemplate(subject, body, scan.paths, sorted(scan.needs), scan.numbers)


def variants(name: str, templates: Mapping[str, str]) -> dict[str, str]:
    """The texts of one template by full name: itself and its languages."""
    shape = re.compile(re.escape(name) + rf"(\.[a-z]{{{LANGUAGE}}})?")
    return {full: text for full, text in sorted(templates.items()) if shape.fullmatch(full)}


def unknown_names(template: MessageTemplate, names: Tree) -> list[TemplateFault]:
    """Every path of the template that the tree does not offer, with a near name where there is one; every text that is reckoned with."""
    unknown = [TemplateFault(line, what) for path, line in template.paths.items() if (what := _unknown(path, names))]
    texts = [(path, line) for path, line in template.numbers.items() if not _unknown(path, names) and not _is_number(path, names)]
    return unknown + [TemplateFault(line, f"reckons with '{path}', which is no number; write '{path} | int'") for path, line in texts]


def _is_number(path: str, names: Tree) -> bool:
    root, _, field = path.partition(".")
    group = names[root]
    leaf = group.get(field) if isinstance(group, dict) else group
    return isinstance(leaf.example if isinstance(leaf, Leaf) else leaf, int | float)


def _unknown(path: str, names: Tree) -> str:
    root, _, field = path.partition(".")
    if root not in names:
        return f"knows no '{path}'{_near(root, names)}"
    group = names[root]
    if isinstance(group, dict):
        if not field:
            return f"'{root}' is a group, write one of {', '.join(f'{root}.{name}' for name in group)}"
        if field not in group:
            return f"knows no '{path}'{_near(field, group, root + '.')}"
        return ""
    assert not isinstance(group, Keyed | Open)
    return f"'{root}' has no parts, and '{path}' asks for one" if field else ""


def _near(name: str, offered: Tree, prefix: str = "") -> str:
    near = get_close_matches(name, offered, 1, 0.5)
    return f"; did you mean {prefix}{near[0]}?" if near else f", only {', '.join(prefix + each for each in offered)}"
