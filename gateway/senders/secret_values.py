"""Reads the secrets that the sources file refers to, as `env:NAME` or `file:PATH`, and checks that they are long enough."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from pydantic import SecretStr

from activities.settings import SHORTEST_SECRET

FILE = "file:"
"""How a secret is referred to that stands in a file."""

SHORTEST_SIGNING = 16
"""Characters of a secret under which an adapter's sender signs: with an empty file as secret anybody could sign."""


def secret_value(reference: SecretStr, folder: Path, environ: Mapping[str, str]) -> SecretStr:
    """The secret that `env:NAME` or `file:PATH` refers to, paths taken from `folder`. Raises ValueError, which never repeats a secret."""
    kind, _, place = reference.get_secret_value().partition(":")
    if kind == "env":
        if not environ.get(place):
            near = get_close_matches(place, environ, 1)
            raise ValueError(f"the environment has no {place}{f'; did you mean {near[0]}?' if near else ''}")
        return SecretStr(environ[place].strip())
    if kind == "file":
        try:
            return SecretStr((folder / place).read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"{place} cannot be read ({getattr(error, 'strerror', None) or 'no UTF-8 text'})") from None
    raise ValueError("a secret is written as env:NAME or file:PATH, so that this file can be shown to anyone")


def check_token(token: SecretStr) -> None:
    """Raises ValueError for a bearer token that is too short."""
    if len(token.get_secret_value()) < SHORTEST_SECRET:
        raise ValueError(f"a token has at least {SHORTEST_SECRET} characters; 'openssl rand -hex 32' makes one")


def check_signing_secret(secret: SecretStr) -> None:
    """Raises ValueError for a secret of an adapter's sender that is too short."""
    if len(secret.get_secret_value()) < SHORTEST_SIGNING:
        raise ValueError(f"a secret that signs has at least {SHORTEST_SIGNING} characters; take the one that the sender shows")
