"""Who calls: a bearer token or a Standard Webhooks signature, compared in a time that tells nothing.

A stranger learns only that it is one: the answer never says what was wrong.
"""

import time
from collections.abc import Callable, Sequence

from standardwebhooks import Webhook, WebhookVerificationError
from starlette.datastructures import Headers

from gateway.senders.sources import Source
from gateway.senders.tokens import digest, is_same

WINDOW = 300
"""Seconds by which a signature's time may differ from ours, either way."""

_DIGITS = 12
_SIGNATURES = 8


class Stranger(Exception):
    """Nobody we know. The words are for our own log, and for nobody else."""


class Callers:
    """The callers of POST /events. `clock` gives seconds since the epoch."""

    def __init__(self, sources: Sequence[Source], clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._tokens = [(digest(token.get_secret_value()), source) for source in sources for token in source.tokens]
        self._signers = [(Webhook(secret.get_secret_value()), source) for source in sources for secret in source.secrets]

    def by_token(self, headers: Headers) -> Source | None:
        """The caller whose bearer token this is; None where there is no such header. Raises Stranger."""
        written = headers.get("authorization")
        if written is None:
            return None
        scheme, _, token = written.partition(" ")
        if scheme.lower() != "bearer":
            raise Stranger("another scheme than Bearer")
        told = digest(token.strip())
        found = None
        for known, source in self._tokens:
            # Every token is compared, so that the time says nothing about which.
            if is_same(known, told):
                found = source
        if found is None:
            raise Stranger("a token of nobody")
        return found

    def may_be_signed(self, headers: Headers) -> bool:
        """Whether the headers look like a signature of our time: only then is the body worth reading."""
        written = headers.get("webhook-timestamp", "")
        if not (written.isascii() and written.isdigit() and len(written) <= _DIGITS):
            return False
        return abs(self._clock() - int(written)) <= WINDOW and bool(headers.get("webhook-id")) and bool(headers.get("webhook-signature"))

    def by_signature(self, headers: Headers, body: bytes) -> Source:
        """The caller whose secret signed the body. Raises Stranger."""
        if not self.may_be_signed(headers):
            raise Stranger("a signature whose time is over five minutes from ours")
        told = {name: headers[name] for name in ("webhook-id", "webhook-timestamp")}
        # One at a time, for the package gives up at the first that it cannot read; and not many, for each costs.
        signatures = [each for each in headers["webhook-signature"].split() if each.startswith("v1,")][:_SIGNATURES]
        found = None
        for webhook, source in self._signers:
            for signature in signatures:
                if _signed(webhook, told | {"webhook-signature": signature}, body):
                    found = source
        if found is None:
            raise Stranger("a signature of nobody, or not over this body")
        return found


def _signed(webhook: Webhook, headers: dict[str, str], body: bytes) -> bool:
    try:
        webhook.verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):  # ValueError: what is no base64, no UTF-8 or no pair
        return False
    return True
