"""How a sender signs its deliveries, described as data, so that another sender needs no code."""

import base64
import hmac
import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import SecretStr, StringConstraints, field_validator, model_validator
from starlette.datastructures import Headers

from lifecycle.domain.model import Frozen

Header = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,80}$")]
_PART = re.compile(r"\{(\w+)\}")
_PARTS = ("id", "time", "method", "url", "body")
# HubSpot signs these characters decoded, however the address was written.
_DECODED = {"%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'", "%28": "(", "%29": ")"}
_DECODED |= {"%2A": "*", "%2C": ",", "%3B": ";"}


class Encoding(StrEnum):
    """How the signature's bytes are written."""

    HEX = "hex"
    BASE64 = "base64"


class Hash(StrEnum):
    """The hash under the HMAC."""

    SHA256 = "sha256"
    SHA1 = "sha1"


class Unit(StrEnum):
    """How a time is written."""

    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    RFC3339 = "rfc3339"


class Key(StrEnum):
    """How the key is written in the secret: as it is, or as base64, perhaps behind `whsec_`, as in Standard Webhooks."""

    TEXT = "text"
    BASE64 = "base64"


class Pairs(Frozen):
    """For a header that is a comma-separated list of `name=value`: the names of the time and of the signatures, of which there may be several."""

    time: str
    signature: str


class TimeHeader(Frozen):
    """The header that holds the time of signing."""

    header: Header
    unit: Unit = Unit.SECONDS


class Request(Frozen):
    """What a signature covers. `url` is the address that the sender posts to."""

    method: str
    url: str
    body: bytes


class Signature(Frozen):
    """An HMAC over what `signs` says, such as `{time}.{body}`; its parts are id, time, method, url and body. The header holds the
    signature after `prefix`, or several separated by spaces. `id` is the header that the part of that name comes from.
    """

    header: Header
    signs: str = "{body}"
    prefix: str = ""
    pairs: Pairs | None = None
    time: TimeHeader | None = None
    id: Header | None = None
    key: Key = Key.TEXT
    encoding: Encoding = Encoding.HEX
    hash: Hash = Hash.SHA256

    @field_validator("signs")
    @classmethod
    def _knows_parts(cls, signs: str) -> str:
        if unknown := [part for part in _PART.findall(signs) if part not in _PARTS]:
            raise ValueError(f"signs no '{unknown[0]}'; there is {', '.join(_PARTS)}")
        if "{body}" not in signs:
            raise ValueError("a signature covers the {body}, else anybody may put another one under it")
        return signs

    @model_validator(mode="after")
    def _consistent(self) -> "Signature":
        if self.pairs is not None and self.time is not None:
            raise ValueError("has its time in 'pairs' or in a header of its own under 'time', not in both")
        if ("{time}" in self.signs) != (self.pairs is not None or self.time is not None):
            raise ValueError("'signs' holds {time} exactly if 'pairs' or 'time' says where that stands")
        if ("{id}" in self.signs) != (self.id is not None):
            raise ValueError("'signs' holds {id} exactly if 'id' says which header that is")
        return self

    def key_of(self, secret: SecretStr) -> bytes:
        """The key that the secret holds, as `key` says. Raises ValueError where it is not base64."""
        text = secret.get_secret_value()
        if self.key is Key.TEXT:
            return text.encode()
        try:
            return base64.b64decode(text.removeprefix("whsec_"), validate=True)
        except ValueError:
            raise ValueError("a secret of this adapter is base64, perhaps with whsec_ before it") from None

    def is_by(self, secrets: Sequence[SecretStr], headers: Headers, request: Request, now: float, window: float) -> bool:
        """Whether one of the secrets signed the request, at most `window` seconds from `now` (seconds since the epoch)."""
        time, signatures = self._in_headers(headers)
        signed = self._signed(headers, time or "", request)
        found = False
        for secret in secrets:
            expected = self._written(hmac.digest(self.key_of(secret), signed, self.hash.value))
            for signature in signatures:
                # Every pair is compared, so that the time taken does not depend on which.
                found |= hmac.compare_digest(expected, signature.encode())
        return found and (time is None or self._is_fresh(time, now, window))

    def _in_headers(self, headers: Headers) -> tuple[str | None, list[str]]:
        """The time as it is written, None where the scheme has none, and the signatures without their prefix."""
        text = headers.get(self.header, "")
        if self.pairs is not None:
            pairs = [(name.strip(), value.strip()) for name, _, value in (part.partition("=") for part in text.split(","))]
            times = [value for name, value in pairs if name == self.pairs.time]
            return times[0] if times else "", [value for name, value in pairs if name == self.pairs.signature and value]
        time = headers.get(self.time.header, "") if self.time is not None else None
        signatures = [part[len(self.prefix) :] for part in text.split() if part.startswith(self.prefix) and part != self.prefix]
        return time, signatures

    def _is_fresh(self, time: str, now: float, window: float) -> bool:
        unit = self.time.unit if self.time is not None else Unit.SECONDS
        try:
            signed_at = datetime.fromisoformat(time).timestamp() if unit is Unit.RFC3339 else float(int(time))
        except (ValueError, OverflowError):
            return False
        if unit is Unit.MILLISECONDS:
            signed_at /= 1000
        return abs(now - signed_at) <= window

    def _signed(self, headers: Headers, time: str, request: Request) -> bytes:
        id = headers.get(self.id, "") if self.id is not None else ""
        values = {
            "id": id.encode(),
            "time": time.encode(),
            "method": request.method.encode(),
            "url": _as_signed(request.url),
            "body": request.body,
        }
        parts = _PART.split(self.signs)
        return b"".join(values[part] if number % 2 else part.encode() for number, part in enumerate(parts))

    def _written(self, digest: bytes) -> bytes:
        return digest.hex().encode() if self.encoding is Encoding.HEX else base64.b64encode(digest)


def _as_signed(url: str) -> bytes:
    return re.sub("%[0-9A-Fa-f]{2}", lambda code: _DECODED.get(code[0].upper(), code[0]), url).encode()
