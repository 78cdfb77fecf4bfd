"""Conditions know every field of every event as its model has it: its kind, and its values where all are known."""

from collections.abc import Iterator

import pytest

from lifecycle.conditions.checking import Scope, check
from lifecycle.conditions.compiled import compiled, is_true
from lifecycle.conditions.vocabulary import Leaf, event_names
from lifecycle.facts.events import CATALOGUE

KEYED = ("meeting", "milestone", "offer", "survey")
"""Fields whose values are the playbook's own names."""

SCOPE = Scope(milestones=frozenset({"own"}), meetings=frozenset({"own"}), offers=frozenset({"own"}), surveys=frozenset({"own"}))


def fields() -> Iterator[tuple[str, str, Leaf]]:
    for type_name, model in CATALOGUE.items():
        names = event_names([type_name])
        for field in model.model_fields:
            leaf = names[field]
            assert isinstance(leaf, Leaf)
            yield type_name, field, leaf


ALL = [pytest.param(*each, id=f"{each[0]}.{each[1]}") for each in fields()]


def right(field: str, leaf: Leaf) -> tuple[str, object]:
    """A condition that fits the field's kind, and a value of which it is true."""
    match leaf.example:
        case bool():
            return f"event.{field}", True
        case int():
            return f"event.{field} + 1 > 24", 24
        case float():
            return f"event.{field} * 2.0 > 3.0", 2.5
        case str():
            value = "own" if field in KEYED else leaf.closed[-1] if leaf.closed else "some words"
            return f'event.{field} == "{value}"', value


@pytest.mark.parametrize(("type_name", "field", "leaf"), ALL)
def test_a_condition_of_the_fields_kind_reads_and_holds(type_name: str, field: str, leaf: Leaf) -> None:
    condition, value = right(field, leaf)
    assert check(condition, SCOPE.with_event([type_name])) == []
    assert is_true(compiled(condition), {"event": {"type": type_name, field: value}})


@pytest.mark.parametrize(("type_name", "field", "leaf"), ALL)
def test_a_condition_of_another_kind_is_refused(type_name: str, field: str, leaf: Leaf) -> None:
    wrong = f"event.{field} > 3" if isinstance(leaf.example, str | bool) else f'event.{field} == "text"'
    assert check(wrong, SCOPE.with_event([type_name]))


@pytest.mark.parametrize(
    ("type_name", "field", "leaf"), [pytest.param(*each, id=f"{each[0]}.{each[1]}") for each in fields() if each[2].closed]
)
def test_a_value_that_the_field_never_has_is_refused(type_name: str, field: str, leaf: Leaf) -> None:
    [fault] = check(f'event.{field} == "nothing of the kind"', SCOPE.with_event([type_name]))
    assert fault.startswith(f"'event.{field}' is never 'nothing of the kind'")


@pytest.mark.parametrize(
    ("type_name", "condition", "holds"),
    [
        pytest.param("task.snoozed", "event.hours > 24", True, id="hours are whole"),
        pytest.param("feature.used", "event.count * 2 > 3", True, id="a feature's count is whole"),
        pytest.param("feature.used", "event.count * 2.0 > 3.0", False, id="and no decimal number"),
        pytest.param("usage.reported", "event.count * 2.0 > 3.0", True, id="reported usage is a decimal number"),
        pytest.param("usage.reported", "event.partial", True, id="partial is true or false"),
        pytest.param("contact.added", 'event.role == "champion"', True, id="a role is one of the roles"),
        pytest.param("contact.opted_out", 'event.category == "all"', True, id="all is a category to refuse"),
    ],
)
def test_what_was_guessed_by_a_fields_name_comes_from_its_model(type_name: str, condition: str, holds: bool) -> None:
    assert (check(condition, SCOPE.with_event([type_name])) == []) is holds
