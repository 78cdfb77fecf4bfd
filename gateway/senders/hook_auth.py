"""Authenticates deliveries to a webhook: by the sender's signature, or by a token."""

import base64
import binascii
from collections.abc import Callable

from starlette.datastructures import Headers

from gateway.senders.callers import WINDOW
from gateway.senders.signatures import Request, Signature
from gateway.senders.sources import Source
from gateway.senders.tokens import digest, is_same


class HookAuth:
    """Authenticates one source's deliveries: by signature, or by a token, as bearer or as the password of basic authentication.

    `clock` gives seconds since the epoch.
    """

    def __init__(self, source: Source, signature: Signature | None, clock: Callable[[], float]) -> None:
        self._tokens = [digest(token.get_secret_value()) for token in source.tokens]
        self._secrets = source.secrets
        self._signature = signature if source.secrets else None
        self._clock = clock

    def may_be_authentic(self, headers: Headers) -> bool:
        """Whether there is a right token or what looks like a signature: only then is the body read."""
        return self.has_token(headers) or (self._signature is not None and self._signature.may_be(headers, self._clock(), WINDOW))

    def is_authentic(self, headers: Headers, request: Request) -> bool:
        """Whether the delivery comes from the source."""
        if self.has_token(headers):
            return True
        return self._signature is not None and self._signature.is_by(self._secrets, headers, request, self._clock(), WINDOW)

    def has_token(self, headers: Headers) -> bool:
        """Whether the headers carry one of the source's tokens, so that it is known before the body is read."""
        received = digest(_token(headers.get("authorization", "")))
        found = False
        for known in self._tokens:
            found |= is_same(known, received)
        return found


def _token(authorization: str) -> str:
    scheme, _, value = authorization.partition(" ")
    match scheme.lower():
        case "bearer":
            return value.strip()
        case "basic":
            try:
                return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2]
            except (binascii.Error, ValueError):
                return ""
        case _:
            return ""
