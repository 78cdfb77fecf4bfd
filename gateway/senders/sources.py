"""The callers that the sources file names: how each is known, what it may send, and how much of it."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr, StringConstraints, field_validator, model_validator

from lifecycle.domain.model import Frozen, Scalar
from lifecycle.facts.events import OURS, check_type

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class Source(Frozen):
    """One caller: how it is known, what it may send, how much of it.

    `tokens` are bearer tokens, `secrets` sign. `says` lists the CloudEvents `source` values it may use: one that ends in `*`
    stands for all that begin so; its own name if none is given. `rate` is in events a second, and as many may come at once.
    `adapter` is a shipped one's name or the path of a file; `tables` are what it looks values up in. `enrols` names the playbook
    on which it may enrol customers, by PUT /customers and a bearer token, or as its adapter's `enrol` says; without it, it may not.
    `reads` lets its bearer tokens read the record of every customer.
    """

    name: str = ""
    about: str = ""
    adapter: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    tokens: tuple[SecretStr, ...] = ()
    secrets: tuple[SecretStr, ...] = ()
    says: tuple[str, ...] = ()
    types: tuple[str, ...] | Literal["all"] = ()
    rate: Annotated[int, Field(ge=1, le=100_000)] = 1000
    enrols: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}(@[0-9a-f]{1,64})?$")] | None = None
    reads: bool = False
    tables: dict[str, dict[str, Scalar | dict[str, Scalar]]] = {}

    @field_validator("types")
    @classmethod
    def _in_catalogue(cls, types: tuple[str, ...] | str) -> tuple[str, ...] | str:
        return types if isinstance(types, str) else tuple(check_type(name) for name in types)

    @field_validator("says")
    @classmethod
    def _not_ours(cls, says: tuple[str, ...]) -> tuple[str, ...]:
        if any(pattern == "*" or pattern.startswith(OURS) or OURS.startswith(pattern.removesuffix("*")) for pattern in says):
            raise ValueError(f"'says' names no part of '{OURS}', which is our own, and is no bare '*'")
        return says

    @model_validator(mode="after")
    def _complete(self) -> "Source":
        if not self.tokens and not self.secrets:
            raise ValueError("needs 'tokens' or 'secrets': nobody is let in unknown")
        if self.enrols is not None and self.adapter is None and not self.tokens:
            raise ValueError("'enrols' needs 'tokens': customers are enrolled with a bearer token")
        if self.reads and self.adapter is not None:
            raise ValueError("'reads' goes with no 'adapter': give whoever reads a source of its own")
        if self.reads and not self.tokens:
            raise ValueError("'reads' needs 'tokens': the record is read with a bearer token")
        if self.adapter is None and not self.types and self.enrols is None and not self.reads:
            raise ValueError("needs 'types': the event types it may send, or 'all'")
        return self

    def may_use(self, source: str) -> bool:
        """Whether events of this caller may carry that CloudEvents `source`."""
        patterns = self.says or (self.name,)
        return any(source.startswith(pattern[:-1]) if pattern.endswith("*") else source == pattern for pattern in patterns)

    def may_send(self, type_name: str) -> bool:
        """Whether it may send events of that type. An adapter without `types` may send all that it maps to."""
        return self.types == "all" or type_name in self.types or (self.adapter is not None and not self.types)


class Sources(Frozen):
    """The content of the sources file: every caller by name."""

    sources: dict[Name, Source]
