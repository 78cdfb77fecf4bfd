"""Reads the sources file, `sources.yaml`: who may send what, checked against the adapters it names.

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

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from activities.webhook_secrets import check_standard_webhooks_secret
from gateway.adapters.adapter_file import SUFFIX, Adapter, load_adapter
from gateway.http.documents import UnreadableFile, read
from gateway.http.sentences import with_full_stop
from gateway.senders.secret_values import check_signing_secret, check_token, secret_value
from gateway.senders.sources import Source, Sources


def load_sources(path: Path, environ: Mapping[str, str] | None = None) -> list[Source]:
    """The callers that the file names, with their secrets. Raises UnreadableFile, which never repeats a secret."""
    environ = os.environ if environ is None else environ
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile([f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is no UTF-8 text'}."]) from None
    sources: list[Source] = []
    faults: list[str] = []
    for name, source in read(text, Sources, str(path)).sources.items():
        try:
            sources.append(_with_secrets(source, name, path.parent, environ))
        except UnreadableFile as unreadable:
            faults += [f"{path}, source '{name}': {fault}" for fault in unreadable.faults]
        except ValueError as error:
            faults.append(with_full_stop(f"{path}, source '{name}': {error}"))
    faults += _shared_secrets(sources, path)
    if faults:
        raise UnreadableFile(faults)
    return sources


def _with_secrets(source: Source, name: str, folder: Path, environ: Mapping[str, str]) -> Source:
    tokens = tuple(secret_value(reference, folder, environ) for reference in source.tokens)
    secrets = tuple(secret_value(reference, folder, environ) for reference in source.secrets)
    for token in tokens:
        check_token(token)
    adapter = source.adapter
    if adapter is None:
        for secret in secrets:
            check_standard_webhooks_secret(secret)
    else:
        for secret in secrets:
            check_signing_secret(secret)
        adapter = str(folder / adapter) if adapter.endswith(SUFFIX) else adapter
        _check_adapter(source, secrets, load_adapter(adapter))
    return source.model_copy(update={"name": name, "adapter": adapter, "tokens": tokens, "secrets": secrets})


def _check_adapter(source: Source, secrets: tuple[SecretStr, ...], adapter: Adapter) -> None:
    for secret in secrets:
        if adapter.signature is None:
            raise ValueError(f"adapter '{adapter.adapter}' knows no signature: give the source 'tokens' in place of 'secrets'")
        adapter.signature.key_of(secret)
    if source.enrols is not None and not adapter.enrol:
        raise ValueError(f"adapter '{adapter.adapter}' enrols nobody: leave 'enrols' out, or give the adapter an entry under 'enrol'")
    for table in source.tables:
        if table not in adapter.tables:
            raise ValueError(f"adapter '{adapter.adapter}' has no table '{table}', only {', '.join(adapter.tables) or 'none'}")
    for name in source.types if isinstance(source.types, tuple) else ():
        if all(entry.type != name for entry in adapter.events):
            raise ValueError(f"adapter '{adapter.adapter}' tells no {name}; leave 'types' out for all that it tells")


def _shared_secrets(sources: list[Source], path: Path) -> list[str]:
    """A secret identifies its caller, so no two callers may have one in common."""
    owners: dict[str, str] = {}
    faults = []
    for source in sources:
        for secret in {secret.get_secret_value() for secret in (*source.tokens, *source.secrets)}:
            other = owners.setdefault(secret, source.name)
            if other != source.name:
                faults.append(f"{path}: sources '{other}' and '{source.name}' have a secret in common; give each its own.")
    return sorted(faults)
