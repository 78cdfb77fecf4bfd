"""Email addresses: which of them a message can be sent to, and the one form in which two are compared.

An address is kept as people write it: the part before the @ as it was told, the domain in small letters and its own script
(`ana@müller.example`). It is compared by its key: all in small letters, the domain in ASCII by IDNA 2008 (`ana@xn--mller-kva.example`),
so that `straße` is not `strasse`. No mail server is asked anything.
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

import email_validator
import idna.uts46data
from email_validator import EmailSyntaxError, ValidatedEmail, validate_email

from lifecycle.domain.texts.wire_addresses import ascii_domain, can_be_reached

# Names such as acme.local and acme.test mean nothing to the internet, and may well have a mail server within a company.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

LONGEST_ADDRESS = 254
_LONGEST_LOCAL = 64

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
# What nearly every address is: a hundred times quicker than the library, which says the same of it.
_HOST_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PLAIN = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@((?:{_HOST_LABEL}\.)+[A-Za-z]{{2,63}})")
_LOOSE = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,250}\.[^@\s,;<>\".]+")
# Spaces of every width, and what shows nothing: what is copied out of a mail or a table brings them along.
_AROUND = r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+"
_JOINER = re.compile("[\u200c\u200d]")
_MAY_BE_JOINED = re.compile("[\u200c\u200d]|xn--", re.IGNORECASE)
_STAND_IN = "stands-in.example"
_TRIMMED = re.compile(rf"^{_AROUND}|{_AROUND}$")


def read_address(text: str) -> str:
    """The address as it is kept, if a message can be sent to it. Raises ValueError with the end of a sentence that says why none can.

    Spaces around it and a full stop behind its domain are no part of it, nor are quotes that the part before the @ does not need.
    A name, brackets or `mailto:` around it are refused, as is an @ of full width: the address alone belongs there.
    """
    trimmed = _trimmed(text)
    plain = _plain(trimmed)
    return plain if plain is not None else f"{(found := _validated(trimmed)).local_part}@{found.domain}"


def known_address(text: str) -> str:
    """The address as it is kept, also one that no message can be sent to: people are known by it all the same.

    Raises ValueError as `read_address` does, for what does not even look like an address.
    """
    try:
        return read_address(text)
    except ValueError:
        trimmed = _trimmed(text)
        if _LOOSE.fullmatch(trimmed) is None:
            raise
        return trimmed


_AS_STORED: ContextVar[bool] = ContextVar("as_stored", default=False)


@contextmanager
def as_stored() -> Iterator[None]:
    """Within it, `told_address` takes whatever is known: what was taken in once is read again, whatever is asked of addresses by then."""
    token = _AS_STORED.set(True)
    try:
        yield
    finally:
        _AS_STORED.reset(token)


def told_address(text: str) -> str:
    """The address as it is kept, of whoever tells of a person. Raises ValueError as `read_address` does, but for what is stored already."""
    return known_address(text) if _AS_STORED.get() else read_address(text)


@lru_cache(maxsize=16384)
def address_key(address: str) -> str:
    """The one form in which this address is compared with others; every text has one."""
    trimmed = _trimmed(address)
    if _plain(trimmed) is not None:
        return trimmed.lower()
    try:
        return _ascii(_validated(trimmed)).lower()
    except ValueError:
        local, at, domain = unicodedata.normalize("NFC", trimmed).rpartition("@")
        try:
            domain = ascii_domain(domain)
        except ValueError:
            pass
        return f"{local}{at}{domain}".lower()


def _trimmed(text: str) -> str:
    return _TRIMMED.sub("", text)


def _plain(text: str) -> str | None:
    """The address as it is kept, if it is nothing special."""
    found = _PLAIN.fullmatch(text)
    if found is None or len(text) > LONGEST_ADDRESS or len(found[1]) > _LONGEST_LOCAL or "--" in found[2] or "=?" in found[1]:
        return None
    return f"{found[1]}@{found[2].lower()}"


@lru_cache(maxsize=4096)
def _validated(text: str) -> ValidatedEmail:
    if "@" not in unicodedata.normalize("NFKC", text):
        raise ValueError("is no email address")
    text = text[:-1] if text.endswith(".") and not text.endswith("..") else text
    joined = _joined_domain(text.rpartition("@")[2])
    try:
        found = validate_email(
            text if joined is None else f"{text.rpartition('@')[0]}@{_STAND_IN}",
            allow_smtputf8=False,
            allow_quoted_local=True,
            allow_domain_literal=True,
            strict=True,
            check_deliverability=False,
        )
    except EmailSyntaxError as fault:
        why = "; ".join(f"{part[:1].lower()}{part[1:]}" for part in str(fault).rstrip(".").split(". "))
        raise ValueError(f"is no email address that a message can be sent to: {why}") from None
    if joined is not None:
        found.domain, found.ascii_domain = joined
    if len(_ascii(found)) > LONGEST_ADDRESS or not can_be_reached(_ascii(found)):
        raise ValueError("is no email address that a message can be sent to: no header can hold it as it is")
    return found


def _joined_domain(domain: str) -> tuple[str, str] | None:
    """The domain in its own script and in ASCII, if that has a joiner between letters, as Persian and Indian words have: IDNA 2008 allows
    it there, and the library takes it for an attempt to deceive.
    """
    if not _MAY_BE_JOINED.search(domain):
        return None
    try:
        plain = ascii_domain(domain).lower()
        own = idna.decode(plain)
    except ValueError:
        return None
    return (own, plain) if _JOINER.search(own) else None


def _ascii(found: ValidatedEmail) -> str:
    return f"{found.local_part}@{found.ascii_domain}"
