"""Authenticates callers of POST /events by bearer token or Standard Webhooks signature, compared in constant time.

An unknown caller is answered 401 and nothing more: the answer never says what was wrong.
"""

import time
from collections.abc import Callable, Sequence

from standardwebhooks import Webhook, WebhookVerificationError
from starlette.datastructures import Headers

from gateway.senders.sources import Source
from gateway.senders.tokens import digest, is_same

WINDOW = 300
"""Seconds by which a signature's time may differ from ours, either way."""

_MAX_DIGITS = 12
_MAX_SIGNATURES = 8


class UnknownCaller(Exception):
    """The caller cannot be authenticated. The message is for the log and is never sent."""


class Callers:
    """The callers that POST /events knows. `clock` gives seconds since the epoch."""

    def __init__(self, sources: Sequence[Source], clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self.use(sources)

    def use(self, sources: Sequence[Source]) -> None:
        """Know these callers from now on, and no others."""
        self._tokens = [(digest(token.get_secret_value()), source) for source in sources for token in source.tokens]
        self._signers = [(Webhook(secret.get_secret_value()), source) for source in sources for secret in source.secrets]

    def by_token(self, headers: Headers) -> Source | None:
        """The caller whose bearer token this is; None where there is no such header. Raises UnknownCaller."""
        authorization = headers.get("authorization")
        if authorization is None:
            return None
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise UnknownCaller("another scheme than Bearer")
        received = digest(token.strip())
        found = None
        for known, source in self._tokens:
            # Every token is compared, so that the time taken does not depend on which.
            if is_same(known, received):
                found = source
        if found is None:
            raise UnknownCaller("a token that no source has")
        return found

    def may_be_signed(self, headers: Headers) -> bool:
        """Whether the headers look like a signature with a time within WINDOW: only then is the body read."""
        timestamp = headers.get("webhook-timestamp", "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _MAX_DIGITS):
            return False
        return abs(self._clock() - int(timestamp)) <= WINDOW and bool(headers.get("webhook-id")) and bool(headers.get("webhook-signature"))

    def by_signature(self, headers: Headers, body: bytes) -> Source:
        """The caller whose secret signed the body. Raises UnknownCaller."""
        if not self.may_be_signed(headers):
            raise UnknownCaller("a signature whose time is over five minutes from ours")
        signed_headers = {name: headers[name] for name in ("webhook-id", "webhook-timestamp")}
        # One at a time, since the package gives up at the first that it cannot read; and few, since each costs a hash of the body.
        signatures = [signature for signature in headers["webhook-signature"].split() if signature.startswith("v1,")][:_MAX_SIGNATURES]
        found = None
        for webhook, source in self._signers:
            for signature in signatures:
                if _signed(webhook, signed_headers | {"webhook-signature": signature}, body):
                    found = source
        if found is None:
            raise UnknownCaller("a signature of no source, or not over this body")
        return found


def _signed(webhook: Webhook, headers: dict[str, str], body: bytes) -> bool:
    try:
        webhook.verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):  # ValueError: not base64, not UTF-8 or not a pair
        return False
    return True
