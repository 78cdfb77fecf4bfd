"""Taking people out of texts: their addresses wherever they stand, and their names where a text is free."""

import re
from collections.abc import Iterable
from urllib.parse import quote

from lifecycle.domain.texts.addresses import address_key, known_address
from lifecycle.domain.texts.names import first_name

ERASED = "erased"
"""What stands where somebody stood."""

_SHORTEST_WORD = 3
"""Letters of a part of a name that is looked for by itself."""


class Redaction:
    """The traces of some people: `addresses`, by their keys, and `names`. Words of `keep`, the customer's own name, are nobody's."""

    def __init__(self, addresses: Iterable[str], names: Iterable[str] = (), keep: str = "") -> None:
        self.addresses = {address_key(address): address for address in addresses}
        self.names = {name.strip() for name in names} - {"", ERASED}
        kept = {word.casefold() for word in re.findall(r"\w+", keep)}
        words = {part for name in self.names for part in (name, first_name(name), *re.findall(r"\w+", name))}
        words = {word for word in words if word in self.names or len(word) >= _SHORTEST_WORD}
        words = {word for word in words if word.casefold() not in kept and word.casefold() != keep.casefold()}
        self._addresses = _any_of(
            {form for address in self.addresses.values() for form in _forms(address)}, r"(?<![\w.+%-])", r"(?![\w-]|\.[^\W\d])"
        )
        self._names = _any_of(words, r"(?<![\w@])", r"(?![\w.+-]*@|\w)")

    def is_of(self, address: object) -> bool:
        """Whether that is the address of one of them, in whatever form it is written."""
        return isinstance(address, str) and "@" in address and address_key(address) in self.addresses

    def finds_address(self, text: str) -> bool:
        """Whether an address of theirs stands in the text."""
        return self._addresses is not None and self._addresses.search(text) is not None

    def finds(self, text: str) -> bool:
        """Whether an address or a name of theirs stands in the text."""
        return self.finds_address(text) or (self._names is not None and self._names.search(text) is not None)

    def without_addresses(self, text: str) -> str:
        """The text with ERASED in the place of each address."""
        return self._addresses.sub(ERASED, text) if self._addresses is not None else text

    def without(self, text: str) -> str:
        """The text with ERASED in the place of each address and name."""
        text = self.without_addresses(text)
        return self._names.sub(ERASED, text) if self._names is not None else text

    def names_in(self, text: str) -> set[str]:
        """The names that stand before an address of theirs, as in `Ana Silva <ana@acme.example>`."""
        if self._addresses is None:
            return set()
        found = re.finditer(rf"([^,<>:;]+)<(?:{self._addresses.pattern})>", text, re.IGNORECASE)
        return {match[1].strip() for match in found}


def _forms(address: str) -> set[str]:
    found = {address.strip(), address_key(address)}
    try:
        found.add(known_address(address))
    except ValueError:
        pass  # it was never one, and is looked for as it was told
    return found | {quote(form, safe="") for form in found}  # as touch keys of keyed plays have it


def _any_of(texts: set[str], before: str, behind: str) -> re.Pattern[str] | None:
    longest_first = sorted((text for text in texts if text), key=lambda text: (-len(text), text))
    return re.compile(f"{before}(?:{'|'.join(map(re.escape, longest_first))}){behind}", re.IGNORECASE) if longest_first else None
