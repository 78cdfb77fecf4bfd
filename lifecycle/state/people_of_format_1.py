"""Format 1 knew people by their address in folded case; format 2 knows them by its key."""

from collections.abc import Callable
from typing import Any

from lifecycle.domain.bounds import short_key
from lifecycle.domain.texts.addresses import address_key

Json = dict[str, Any]


def people_by_key(life: Json) -> Json:
    """A life of format 1 with its people by the key of their address, where format 1 had it in folded case, which made `strasse` of `straße`.

    Whoever is a contact is found by its address; of others the folded case is all that is left. The times of opt-outs, which stood
    among those of other facts and marked opt-ins too, stand with the opt-outs, and opt-ins that took room without a word take none.
    """
    people = _People([str(contact.get("email", "")) for contact in life.get("customer", {}).get("contacts", [])])
    plays, facts = dict(life.get("plays", {})), dict(life.get("facts", {}))
    if "sends" in plays:
        plays["sends"] = people.joined(plays["sends"], lambda first, second: first | second)
    old = dict(facts.get("people", {}))
    opted_out = people.joined(old.get("opted_out", {}), lambda first, second: sorted({*first, *second}))
    opted_out = {key: categories for key, categories in opted_out.items() if categories}
    times: Json = {}
    opted_out_at: dict[str, Json] = {}
    for name, at in dict(facts.get("times", {}).get("of", {})).items():
        if name.startswith("contact "):
            times |= {f"contact {key}": at for key in people.keys_of(name.removeprefix("contact "))}
        elif name.startswith("opt-out "):
            address, _, category = name.removeprefix("opt-out ").rpartition(" ")
            for key in people.keys_of(address):
                if category in opted_out.get(key, []):
                    opted_out_at.setdefault(key, {})[category] = at
                elif key in people.contacts:
                    times[f"opt-in {short_key(key)} {category}"] = at
        else:
            times[name] = at
    if "times" in facts:
        facts["times"] = facts["times"] | {"of": times}
    if old or opted_out:
        facts["people"] = old | {"opted_out": opted_out, "opted_out_at": opted_out_at}
    return life | {"plays": plays, "facts": facts}


class _People:
    """The contacts of a life, by their address in folded case."""

    def __init__(self, addresses: list[str]) -> None:
        self.contacts = {address_key(address) for address in addresses}
        self._folded: dict[str, list[str]] = {}
        for address in addresses:
            keys = self._folded.setdefault(address.casefold(), [])
            keys += [key] if (key := address_key(address)) not in keys else []

    def keys_of(self, folded: str) -> list[str]:
        """The keys of the contacts that had this address in folded case, or that of the address itself where none has."""
        return self._folded.get(folded) or [address_key(folded)]

    def joined(self, by_folded: Json, join: Callable[[Any, Any], Any]) -> Json:
        """The same by the keys of addresses, with what comes under one key joined."""
        made: Json = {}
        for folded, value in by_folded.items():
            for key in self.keys_of(folded):
                made[key] = join(made[key], value) if key in made else value
        return made
