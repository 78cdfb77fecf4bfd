"""Compares secrets in constant time."""

import hashlib
import hmac


def digest(token: str) -> bytes:
    """A token's SHA-256, of the same length for every token, so that a comparison takes the same time."""
    return hashlib.sha256(token.encode()).digest()


def is_same(known: bytes, received: bytes) -> bool:
    """Whether two digests are equal, compared in constant time."""
    return hmac.compare_digest(known, received)
