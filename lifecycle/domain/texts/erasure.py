"""The secrets that opt-outs of erased people are hashed with, as a process knows them.

They are no part of a life: whoever reads a life, or the database, can't test a guessed address without them. A process is told them before
it decides anything, and every process that lives the same customers has the same (`activities.ledger.erasure_secrets` sees to it), as they
have the same zones.
"""

import hashlib
from collections.abc import Iterable

_UNTOLD = b""
_known: list[bytes] = [_UNTOLD]


def know(secrets: Iterable[str]) -> None:
    """Make new hashes with the first of these from now on, and know again those made with any; what was known stays known."""
    keys = [hashlib.blake2b(secret.encode(), person=b"opt-outs").digest() for secret in secrets]
    _known[:] = [*keys, *(key for key in _known if key not in keys)]


def digest(text: str) -> bytes:
    """The hash of that text by the first secret."""
    return _digest(text, _known[0])


def digests(text: str) -> list[bytes]:
    """The hashes of that text by every secret that is known."""
    return [_digest(text, key) for key in _known]


def _digest(text: str, key: bytes) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8, key=key).digest()
