"""Addresses as a message carries them: in ASCII, the domain by IDNA 2008. For plain addresses it needs the standard library alone."""

import re
from functools import lru_cache

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*|\[[0-9.]+\]")


def wire_address(address: str) -> str:
    """The address as a message carries it. Raises ValueError where none can.

    It takes some that `read_address` refuses, for addresses that are known from before there was such a check.
    """
    local, _, domain = address.rpartition("@")
    domain = ascii_domain(domain)
    # `=?` would begin an encoded word.
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain) or "=?" in local:
        raise ValueError("an address is malformed")
    return f"{local}@{domain}"


@lru_cache(maxsize=16384)
def can_be_reached(address: str) -> bool:
    """Whether a message can be sent to that address."""
    try:
        wire_address(address)
    except ValueError:
        return False
    return True


def ascii_domain(domain: str) -> str:
    """The domain in ASCII: `xn--strae-oqa.example` of `straße.example`. Raises ValueError for one that has no such form."""
    if domain.isascii():
        return domain
    import idna  # not needed for nearly all

    # Its errors are ValueErrors.
    return idna.encode(domain, uts46=True, std3_rules=False, transitional=False).decode()
