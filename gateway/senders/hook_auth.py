"""Authenticates deliveries to a webhook: by the sender's signature, or by a token.

Nobody but a source's sender learns whether there is such a source: a check costs the same whichever it is, also for none.
"""

import base64
import binascii
import hmac
import secrets
from collections import Counter
from collections.abc import Callable, Iterable

from pydantic import SecretStr
from starlette.datastructures import Headers

from gateway.senders.callers import WINDOW
from gateway.senders.signatures import Hash, Request, Signature
from gateway.senders.sources import Source
from gateway.senders.tokens import digest, is_same


class HookAuth:
    """Authenticates one source's deliveries: by signature, or by a token, as bearer or as the password of basic authentication.

    `clock` gives seconds since the epoch. `costs` is how often each hash is taken of a body for the source that takes it most often.
    """

    def __init__(self, source: Source, signature: Signature | None, clock: Callable[[], float], costs: Counter[Hash]) -> None:
        self._tokens = [digest(token.get_secret_value()) for token in source.tokens]
        self._secrets = source.secrets
        self._signature = signature if source.secrets else None
        self._clock = clock
        self._ballast = costs - cost_of(source, signature)

    @classmethod
    def of_nobody(cls, clock: Callable[[], float], costs: Counter[Hash]) -> "HookAuth":
        """For a source that does not exist: nothing is authentic, and finding that out takes as long as for any other."""
        return cls(Source(tokens=(SecretStr(secrets.token_hex()),), types="all"), None, clock, costs)

    def is_authentic(self, headers: Headers, request: Request) -> bool:
        """Whether the delivery comes from the source."""
        if self.has_token(headers):
            return True
        found = self._signature is not None and self._signature.is_by(self._secrets, headers, request, self._clock(), WINDOW)
        for name in self._ballast.elements():
            hmac.digest(b"of no account", b"." + request.body, name.value)
        return found

    def has_token(self, headers: Headers) -> bool:
        """Whether the headers carry one of the source's tokens, so that it is known before the body is read."""
        received = digest(_token(headers.get("authorization", "")))
        found = False
        for known in self._tokens:
            found |= is_same(known, received)
        return found


def cost_of(source: Source, signature: Signature | None) -> Counter[Hash]:
    """How often each hash is taken of a body to check that source's signature."""
    return Counter({signature.hash: len(source.secrets)}) if signature is not None and source.secrets else Counter()


def dearest(costs: Iterable[Counter[Hash]]) -> Counter[Hash]:
    """The most of each hash that any of them takes."""
    most: Counter[Hash] = Counter()
    for cost in costs:
        most |= cost
    return most


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
