"""Who calls: a bearer token or a Standard Webhooks signature, compared in a time that tells nothing.

A stranger learns only that it is one: the answer never says what was wrong.
"""

import hashlib
import hmac
import time
from collections.abc import Callable, Sequence

from standardwebhooks import Webhook, WebhookVerificationError
from starlette.datastructures import Headers

from gateway.sources import Source

WINDOW = 300
"""Seconds by which a signature's time may differ from ours, either way."""


class Stranger(Exception):
    """Nobody we know."""


class Callers:
    """The callers of POST /events. `clock` gives seconds since the epoch."""

    def __init__(self, sources: Sequence[Source], clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._tokens = [(_digest(token.get_secret_value()), source) for source in sources for token in source.tokens]
        self._signers = [(Webhook(secret.get_secret_value()), source) for source in sources for secret in source.secrets]

    def by_token(self, headers: Headers) -> Source | None:
        """The caller whose bearer token this is; None where there is no such header. Raises Stranger."""
        written = headers.get("authorization")
        if written is None:
            return None
        scheme, _, token = written.partition(" ")
        if scheme.lower() != "bearer":
            raise Stranger
        told = _digest(token.strip())
        found = None
        for known, source in self._tokens:
            # Every token is compared, so that the time says nothing about which.
            if hmac.compare_digest(known, told):
                found = source
        if found is None:
            raise Stranger
        return found

    def may_be_signed(self, headers: Headers) -> bool:
        """Whether the headers look like a signature of our time: only then is the body worth reading."""
        try:
            told = int(headers.get("webhook-timestamp", ""))
        except ValueError:
            return False
        return abs(self._clock() - told) <= WINDOW and bool(headers.get("webhook-id")) and bool(headers.get("webhook-signature"))

    def by_signature(self, headers: Headers, body: bytes) -> Source:
        """The caller whose secret signed the body. Raises Stranger."""
        told = {name: headers.get(name, "") for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
        found = None
        for webhook, source in self._signers:
            if _signed(webhook, told, body):
                found = source
        if found is None or not self.may_be_signed(headers):
            raise Stranger
        return found


def _signed(webhook: Webhook, headers: dict[str, str], body: bytes) -> bool:
    try:
        webhook.verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):  # ValueError: what is no base64, no UTF-8 or no pair
        return False
    return True


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
