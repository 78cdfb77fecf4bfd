"""Who may tell what: the sources file, `sources.yaml`.

    sources:
      product:
        tokens: ["env:PRODUCT_TOKEN"]
        says: [/product]
        types: [feature.used, usage.reported, login]
      stripe:
        adapter: stripe            # one that is shipped, or a file of your own beside this one, such as billing.yaml
        secrets: ["env:STRIPE_SECRET", "env:STRIPE_SECRET_OLD"]
        tables: {customers: {cus_9s6XKzkNRiz8i3: nordwind}}

A secret is written as `env:NAME` or `file:PATH`; several are accepted side by side, so that they can be changed one by one.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, StringConstraints, field_validator, model_validator

from activities.settings import SHORTEST_SECRET
from gateway.adapters.adapter_file import SUFFIX, Adapter, load_adapter
from gateway.http.documents import Unreadable, read
from gateway.intake.incoming_event import with_stop
from lifecycle.domain.model import Frozen, Scalar
from lifecycle.facts.events import check_type

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
SHORTEST_KEY = 24
"""Bytes of a Standard Webhooks secret at the least, as its specification has it."""

SHORTEST_SIGNING = 16
"""Characters of a secret under which an adapter's sender signs: an empty file must not let everybody in."""

OURS = "evergreen:"
"""What the `source` of our own events begins with; nobody else may say it."""


class Source(Frozen):
    """One caller: how it is known, what it may tell, how much of it.

    `tokens` are bearer tokens, `secrets` sign. `says` lists the CloudEvents `source` values it may use: one that ends in `*`
    stands for all that begin so; its own name if none is given. `rate` is in events a second, and as many may come at once.
    `adapter` is a shipped one's name or the path of a file; `tables` are what it looks things up in.
    """

    name: str = ""
    about: str = ""
    adapter: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    tokens: tuple[SecretStr, ...] = ()
    secrets: tuple[SecretStr, ...] = ()
    says: tuple[str, ...] = ()
    types: tuple[str, ...] | Literal["all"] = ()
    rate: Annotated[int, Field(ge=1, le=100_000)] = 1000
    tables: dict[str, dict[str, Scalar | dict[str, Scalar]]] = {}

    @field_validator("types")
    @classmethod
    def _catalogued(cls, types: tuple[str, ...] | str) -> tuple[str, ...] | str:
        return types if isinstance(types, str) else tuple(check_type(name) for name in types)

    @field_validator("says")
    @classmethod
    def _not_ours(cls, says: tuple[str, ...]) -> tuple[str, ...]:
        if any(each == "*" or each.startswith(OURS) or OURS.startswith(each.removesuffix("*")) for each in says):
            raise ValueError(f"'says' names no part of '{OURS}', which is our own, and is no bare '*'")
        return says

    @model_validator(mode="after")
    def _of_use(self) -> "Source":
        if not self.tokens and not self.secrets:
            raise ValueError("needs 'tokens' or 'secrets': nobody is let in unknown")
        if self.adapter is None and not self.types:
            raise ValueError("needs 'types': the event types it may send, or 'all'")
        return self

    def may_say(self, source: str) -> bool:
        """Whether events of this caller may carry that CloudEvents `source`."""
        return any(source.startswith(each[:-1]) if each.endswith("*") else source == each for each in self.says or (self.name,))

    def may_send(self, type_name: str) -> bool:
        """Whether it may tell of that type. An adapter's types are those that it maps to."""
        return self.types == "all" or type_name in self.types or (self.adapter is not None and not self.types)


class Sources(Frozen):
    """Every caller by name."""

    sources: dict[Name, Source]


def load_sources(path: Path, environ: Mapping[str, str] | None = None) -> list[Source]:
    """The callers that the file names, with their secrets. Raises Unreadable, which never repeats a secret."""
    environ = os.environ if environ is None else environ
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable([f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is no UTF-8 text'}."]) from None
    found: list[Source] = []
    faults: list[str] = []
    for name, source in read(text, Sources, str(path)).sources.items():
        try:
            found.append(_with_secrets(source, name, path.parent, environ))
        except Unreadable as unreadable:
            faults += [f"{path}, source '{name}': {fault}" for fault in unreadable.faults]
        except ValueError as error:
            faults.append(with_stop(f"{path}, source '{name}': {error}"))
    faults += _shared(found, path)
    if faults:
        raise Unreadable(faults)
    return found


def _with_secrets(source: Source, name: str, folder: Path, environ: Mapping[str, str]) -> Source:
    tokens = tuple(_secret(each, folder, environ) for each in source.tokens)
    secrets = tuple(_secret(each, folder, environ) for each in source.secrets)
    if any(len(token.get_secret_value()) < SHORTEST_SECRET for token in tokens):
        raise ValueError(f"a token has at least {SHORTEST_SECRET} characters; 'openssl rand -hex 32' makes one")
    adapter = source.adapter
    if adapter is None:
        for secret in secrets:
            _check_standard(secret.get_secret_value())
    else:
        if any(len(secret.get_secret_value()) < SHORTEST_SIGNING for secret in secrets):
            raise ValueError(f"a secret that signs has at least {SHORTEST_SIGNING} characters; take the one that the sender shows")
        adapter = str(folder / adapter) if adapter.endswith(SUFFIX) else adapter
        _check_adapted(source, secrets, load_adapter(adapter))
    return source.model_copy(update={"name": name, "adapter": adapter, "tokens": tokens, "secrets": secrets})


def _check_adapted(source: Source, secrets: tuple[SecretStr, ...], adapter: Adapter) -> None:
    for secret in secrets:
        if adapter.signature is None:
            raise ValueError(f"adapter '{adapter.adapter}' knows no signature: give the source 'tokens' in place of 'secrets'")
        adapter.signature.key_of(secret)
    for table in source.tables:
        if table not in adapter.tables:
            raise ValueError(f"adapter '{adapter.adapter}' has no table '{table}', only {', '.join(adapter.tables) or 'none'}")
    for name in source.types if isinstance(source.types, tuple) else ():
        if all(entry.type != name for entry in adapter.events):
            raise ValueError(f"adapter '{adapter.adapter}' tells no {name}; leave 'types' out for all that it tells")


def _secret(written: SecretStr, folder: Path, environ: Mapping[str, str]) -> SecretStr:
    text = written.get_secret_value()
    kind, _, where = text.partition(":")
    if kind == "env":
        if not environ.get(where):
            near = get_close_matches(where, environ, 1)
            raise ValueError(f"the environment has no {where}{f'; did you mean {near[0]}?' if near else ''}")
        return SecretStr(environ[where].strip())
    if kind == "file":
        try:
            return SecretStr((folder / where).read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"{where} cannot be read ({getattr(error, 'strerror', None) or 'no UTF-8 text'})") from None
    raise ValueError("a secret is written as env:NAME or file:PATH, so that this file can be shown to anyone")


def _check_standard(secret: str) -> None:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_") + "==")
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < SHORTEST_KEY:
        raise ValueError(
            f"a Standard Webhooks secret is 'whsec_' and the base64 of at least {SHORTEST_KEY} bytes; "
            "'echo whsec_$(openssl rand -base64 32)' makes one"
        )


def _shared(sources: list[Source], path: Path) -> list[str]:
    """A secret names its caller, so no two callers have one in common."""
    owners: dict[str, str] = {}
    faults = []
    for source in sources:
        for secret in {each.get_secret_value() for each in (*source.tokens, *source.secrets)}:
            other = owners.setdefault(secret, source.name)
            if other != source.name:
                faults.append(f"{path}: sources '{other}' and '{source.name}' have a secret in common; give each its own.")
    return sorted(faults)
