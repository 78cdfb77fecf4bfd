"""A remembered answer is the one that working the condition out gives, whatever was asked before."""

from itertools import product

import pytest

from lifecycle.conditions.compiled import compiled, is_true
from lifecycle.conditions.condition import Condition

VALUES: list[object] = [True, False, 1, 0, 1.0, 0.0, -0.0, 2, 2**53, float(2**53), "1", "", "a", "true", None, [1], {"k": 1}]
ATTRIBUTES: list[dict[str, object]] = [{"n": value} for value in VALUES] + [
    {},
    {"a`b": 1},
    {"a?b": 1},
    {"A": 1},
    {"a\\": 1},
    {"n": "\ud800", "x": 1},
]


@pytest.mark.parametrize(
    "source",
    [
        "attributes.n == 1",
        "attributes.n == true",
        "attributes.n == 1.0",
        'attributes.n == "1"',
        "1.0 / attributes.n > 0.0",
        "attributes.n > 0",
        "has(attributes.n) && attributes.n == 2",
        "attributes.n ? true : false",
        "size(attributes) > 0",
        "attributes.exists(name, attributes[name] == 1)",
        'attributes["n"] in [1, 2]',
        r'attributes["a\`b"] == 1',
        r'attributes["a\?b"] == 1',
        r'attributes["\X41"] == 1',
        r'attributes["\x41"] == 1',
        r'attributes[r"a\"] == 1',
        "attributes.x == 1",
        'tier == "A" || attributes.n == 1',
        "!(attributes.n == 1)",
    ],
)
def test_a_condition_asked_of_one_customer_after_another_answers_each_as_if_alone(source: str) -> None:
    kept = Condition(source)
    for tier, attributes in [*product("AB", ATTRIBUTES), *product("BA", reversed(ATTRIBUTES))]:
        values = {"tier": tier, "attributes": attributes}
        assert kept.holds(values) == is_true(compiled(source), {name: values[name] for name in kept.names}), (tier, attributes)


@pytest.mark.parametrize(
    "source", ["event.count == 1", "event.flag == true", "event.count * 2.0 > 3.0", 'event.type == "login" && event.count > 1']
)
def test_of_events_too(source: str) -> None:
    kept = Condition(source)
    for field, value in product(("count", "flag"), VALUES[:9]):
        values = {"event": {"type": "login", field: value}}
        assert kept.holds(values) == is_true(compiled(source), values), (field, value)
