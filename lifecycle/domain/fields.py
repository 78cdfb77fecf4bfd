"""Types of fields that the models of a playbook share, each with the short forms that a person may write."""

from datetime import time
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from lifecycle.domain.enums import Role


def listed(value: Any) -> Any:
    """One text as a list of it, and everything else as it is: what comes in a list may stand without one."""
    return [value] if isinstance(value, str) else value


def _condition(value: Any) -> Any:
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value


def _clock(value: Any) -> Any:
    # YAML 1.1 reads an unquoted 09:30 as the number 570.
    return f"{value // 60:02}:{value % 60:02}" if isinstance(value, int) and not isinstance(value, bool) else value


def _on_the_customer_s_clock(value: time) -> time:
    return value.replace(tzinfo=None)


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
If = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
    BeforeValidator(_condition),
]
"""A condition in CEL, as written; `true` and `false` may stand without quotes."""
Clock = Annotated[time, BeforeValidator(_clock), AfterValidator(_on_the_customer_s_clock)]
"""A time of day on the customer's clock."""
Roles = Annotated[list[Role], BeforeValidator(listed), Field(min_length=1)]
Events = Annotated[list[str], BeforeValidator(listed), Field(min_length=1)]
"""Event types; one may stand without a list."""
Ids = Annotated[list[Id], BeforeValidator(listed), Field(min_length=1)]
