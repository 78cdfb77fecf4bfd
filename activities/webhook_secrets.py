"""What a secret of Standard Webhooks is, for those that we accept and those that we sign with."""

import base64
import binascii

from pydantic import SecretStr

SHORTEST_KEY = 24
"""Bytes of a Standard Webhooks secret at the least, as its specification has it."""


def check_standard_webhooks_secret(secret: SecretStr) -> None:
    """Raises ValueError for a secret that is not base64 or too short."""
    try:
        key = base64.b64decode(secret.get_secret_value().removeprefix("whsec_") + "==")
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < SHORTEST_KEY:
        raise ValueError(
            f"a Standard Webhooks secret is 'whsec_' and the base64 of at least {SHORTEST_KEY} bytes; "
            "'echo whsec_$(openssl rand -base64 32)' makes one"
        )
