"""docs/playbooks.md names what conditions and messages may name, with the kind of each."""

import re
from collections.abc import Iterator
from pathlib import Path

from lifecycle.conditions.vocabulary import CLOCK, CONDITION, MESSAGE, OF_KEYS, Keyed, Leaf, Tree
from lifecycle.facts.subject import Open

PAGE = (Path(__file__).parents[3] / "docs" / "playbooks.md").read_text(encoding="utf-8")
KINDS: dict[type, str] = {bool: "true or false", int: "whole number", float: "decimal number", str: "text"}


def chapter(heading: str) -> str:
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def known(tree: Tree, root: str = "") -> Iterator[tuple[str, str]]:
    """Every name with its kind, as the page writes both."""
    for name, behind in tree.items():
        path = f"{root}.{name}" if root else name
        match behind:
            case Leaf(example, closed):
                yield path, ", ".join(f"`{value}`" if value else "empty" for value in closed) if closed else KINDS[type(example)]
            case Keyed(each=each):
                yield from known(each, f'{path}["ID"]')
            case Open():
                yield f"{path}.NAME", "anything"
            case dict():
                yield from known(behind, path)
            case _:
                yield path, KINDS[type(behind)]


def test_the_table_of_conditions_has_every_name_with_its_kind_and_no_other() -> None:
    rows = re.findall(r"^\| (`[^|]*`) \| ([^|]*) \|", chapter("Conditions"), re.MULTILINE)
    told = [(name, holds) for names, holds in rows for name in re.findall(r"`([^`]+)`", names)]
    assert sorted(told) == sorted([*known(CONDITION), *known(OF_KEYS), *known(CLOCK)])


def test_the_names_of_messages_are_those_that_templates_may_use() -> None:
    listed = re.search(r"What may stand in `\{\{ \}\}`:(.*?)\n\n", chapter("Messages"), re.DOTALL)
    assert listed
    told = []
    for names in re.findall(r"`([^`]+)`", listed[1]):
        group, *fields = re.findall(r"\w+", names)
        told += [f"{group}.{field}" for field in fields]
    assert sorted(told) == sorted(name for name, _ in known(MESSAGE))
