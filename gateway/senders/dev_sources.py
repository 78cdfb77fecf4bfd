"""Makes what `make dev` and `make demo` need at their first start: a sources file with one caller, and random secrets."""

import base64
import secrets
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from activities.private_files import close_to_others, make_folder, make_once

_SOURCES = """\
# Who may tell what, and read: made at the first start, and yours from then on. docs/gateway.md says what there is;
# deploy/sources.example.yaml has callers of every kind.
sources:
  product:
    about: Whatever you try out
    tokens: ["file:secrets/product.token"]
    secrets: ["file:secrets/product.whsec"]
    says: [/product]
    types: all
    reads: true
"""


@dataclass(frozen=True)
class DevSources:
    """The sources file, the file with the token of its caller, and the secret that links are made with."""

    sources: Path
    token: Path
    link_secret: SecretStr


def make_dev_sources(home: Path) -> DevSources:
    """Make the files that are missing in `home`, readable by their owner alone, and keep those that exist. Raises OSError."""
    folder = home / "secrets"
    make_folder(folder)
    close_to_others(home)
    token, link = folder / "product.token", folder / "link.secret"
    make_once(token, lambda: secrets.token_hex(32))
    make_once(folder / "product.whsec", lambda: f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}")
    make_once(link, lambda: secrets.token_hex(32))
    sources = home / "sources.yaml"
    make_once(sources, lambda: _SOURCES)
    return DevSources(sources, token, SecretStr(link.read_text(encoding="utf-8").strip()))
