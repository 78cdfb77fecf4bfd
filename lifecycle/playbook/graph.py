"""A play's steps as a graph: each a node that knows where the play goes after it, with what the steps imply spelled out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lifecycle.domain.enums import Tier
from lifecycle.steps.base import Wait
from lifecycle.steps.step import Step


@dataclass(slots=True)
class Node:
    """One step in the graph: where the play goes after it, and after a wait's answer or timeout."""

    id: str
    step: Step
    next: str | None = None
    then: str | None = None
    otherwise: str | None = None
    wait: Wait | None = field(init=False)

    def __post_init__(self) -> None:
        self.wait = self.step.body.wait()

    @property
    def kind(self) -> str:
        """The step's kind."""
        return self.step.kind

    @property
    def template(self) -> str:
        """The template of its message; empty for a step without one."""
        return self.step.body.template_name

    @property
    def touch_name(self) -> str:
        """What its touch is called."""
        return self.step.body.touch_name(self.id)


def graph_of(steps: list[Step], tier: Tier) -> tuple[str, dict[str, Node]]:
    """The first node's id, and every node by its id, for customers of that tier. Raises ValueError where two steps have one id."""
    nodes: dict[str, Node] = {}
    first = _chain(steps, None, nodes, tier)
    assert first is not None
    return first, nodes


def _chain(steps: list[Step], after: str | None, nodes: dict[str, Node], tier: Tier) -> str | None:
    """Link the steps one behind the other, `after` behind the last; the first one's id, or `after` where there is none."""
    following = after
    # All steps of a chain are named before those in its branches: touch keys depend on the order.
    for node in reversed(list(_spelled_out(steps, nodes, tier))):
        node.next = following
        branches = node.step.body.branches()
        if branches is not None:
            node.then = _chain(branches.then, following, nodes, tier)
            node.otherwise = _chain(branches.otherwise, following, nodes, tier)
        following = node.id
    return following


def _spelled_out(steps: Iterable[Step], nodes: dict[str, Node], tier: Tier) -> Iterator[Node]:
    """Each step as a node, in the document's order, with what it implies before and behind it."""
    for step in steps:
        yield from _spelled_out(step.body.before(step, _name(step, nodes)), nodes, tier)
        name = _name(step, nodes)
        node = nodes[name] = Node(name, step)
        yield node
        yield from _spelled_out(step.body.behind(step, name, tier), nodes, tier)


def _name(step: Step, taken: dict[str, Node]) -> str:
    """The step's id, or one from what it is; a second of the same name is numbered."""
    if step.id is not None:
        if step.id in taken:
            raise ValueError(f"two steps of the play have the id '{step.id}'; give one of them another")
        return step.id
    base = step.body.default_id()
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    return name
