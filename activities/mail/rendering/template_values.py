"""The values that a template may print, where a missing or empty one is a fault and never a hole."""

from collections.abc import Mapping

from jinja2 import UndefinedError

from lifecycle.domain.model import Scalar
from lifecycle.domain.texts.text import one_line
from lifecycle.playbook.templates.syntax import Hole

Values = Mapping[str, Mapping[str, Scalar]]
"""Values by group and name: `{{ customer.name }}` prints `values["customer"]["name"]`."""


class EmptyValue(Hole):
    """A value that is there but says nothing: equal to nothing, and a fault where it is printed."""

    def __eq__(self, other: object) -> bool:
        return other is None or other == "" or isinstance(other, Hole)

    __hash__ = Hole.__hash__


class ValueGroup:
    """A group of values, which says by name what it lacks. No dict: a field may be called `items` or `count`."""

    def __init__(self, name: str, values: Mapping[str, Scalar]) -> None:
        self._name = name
        self._values = values

    def __str__(self) -> str:
        raise UndefinedError(f"'{self._name}' is a group of values")

    def __getitem__(self, name: str) -> object:
        path = f"{self._name}.{name}"
        if name not in self._values:
            return Hole(name=path)
        value = self._values[name]
        return EmptyValue(name=path) if value is None or (isinstance(value, str) and not one_line(value)) else value
