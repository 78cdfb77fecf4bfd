"""Contacts: who they are, what role each holds, and what each refuses to hear. People are told apart by the key of their address."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar, Literal

from lifecycle.domain.bounds import short_key
from lifecycle.domain.enums import Category, Role, Stance
from lifecycle.domain.health import Measured
from lifecycle.domain.model import Instant
from lifecycle.domain.people.customer import Address, Contact, Customer, GivenName, KnownAddress, Name, Phone, Zone
from lifecycle.domain.texts import erasure
from lifecycle.domain.texts.addresses import address_key
from lifecycle.facts.events import Event, EventData, Text
from lifecycle.facts.subject import FactTimes, Given, PlaybookNames, Subject

OPT_IN = "opt-in "
_HASHED = "~"
"""How a hash begins, and no address does that is kept as it is."""
_KEYED = "~."
"""How the keyed hash of a hash begins; no other hash does."""
_SALT_LENGTH = 8
"""Characters of its salt, which stands before it."""
_NEVER = datetime.min.replace(tzinfo=UTC)

MOST_OTHERS = 200
"""How many people who are no contacts have their opt-outs remembered one by one; those of contacts always are."""

_REFUSABLE: list[Category] = [category for category in Category if category is not Category.OPERATIONAL]


class ContactAdded(EventData):
    """There is a new contact, or the name, role, stance or time zone of a known one (by address) changed; what is left out stays.
    `first_name` is what it is called by, `reason` why this is told.
    """

    event_type = "contact.added"

    name: Name
    first_name: GivenName = ""
    email: Address
    role: Role = Role.USER
    stance: Stance = Stance.NEUTRAL
    phone: Phone = ""
    timezone: Zone = ""
    reason: Text = ""


class ContactLeft(EventData):
    """A contact left the customer: nothing goes to this address any more."""

    event_type = "contact.left"

    email: KnownAddress


class _OptedOut(EventData):
    """A category of message, or every category but operational where none is named."""

    email: KnownAddress
    category: Category | Literal["all"] = "all"

    @property
    def categories(self) -> list[Category]:
        """The categories that it names."""
        return _REFUSABLE if self.category == "all" else [self.category]


class OptedOut(_OptedOut):
    """A contact refuses `success`, `survey` or `offer` messages, or all of them where no category is named."""

    event_type = "contact.opted_out"


class OptedIn(_OptedOut):
    """A contact wants such messages again."""

    event_type = "contact.opted_in"


def name_of_address(address: str) -> str:
    """What stands for an address where something is kept by it: its key, or a hash of a long one."""
    return short_key(address_key(address))


def hash_of_address(address: str) -> str:
    """What stands for an address where the address itself is not to be kept."""
    return short_key(address_key(address), 0)


def keyed_hash(hashed: str, salt: str) -> str:
    """What stands for the address of that hash (`hash_of_address`) when the person is erased, with that salt of _SALT_LENGTH characters.

    It is keyed with a secret of the installation (`lifecycle.domain.texts.erasure`), differs from one life to the next, and is as long as the hash.
    """
    return _with_salt(salt, erasure.digest(f"{salt}{hashed}"))


def _with_salt(salt: str, digest: bytes) -> str:
    return f"{_KEYED}{salt}{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def salt_from(text: str) -> str:
    """A salt for `keyed_hash` made from that text."""
    return base64.urlsafe_b64encode(hashlib.blake2b(text.encode(), digest_size=6).digest()).decode()


def is_keyed(name: str) -> bool:
    """Whether that is a keyed hash."""
    return name.startswith(_KEYED)


def stands_for(name: str, address: str) -> bool:
    """Whether that is a keyed hash of the address."""
    if not name.startswith(_KEYED):
        return False
    salt = name[len(_KEYED) : len(_KEYED) + _SALT_LENGTH]
    return any(name == _with_salt(salt, digest) for digest in erasure.digests(f"{salt}{hash_of_address(address)}"))


def with_keyed_hashes(refused: Mapping[str, list[Category]], addresses: Sequence[str] | None, salt: str) -> dict[str, list[Category]]:
    """What people refuse, by hashes, with keyed ones in the place of those of these addresses; of all, where there are None."""
    hashes = {hash_of_address(address) for address in addresses or ()}
    return {
        keyed_hash(name, salt) if not name.startswith(_KEYED) and (addresses is None or name in hashes) else name: categories
        for name, categories in refused.items()
    }


@dataclass(slots=True, kw_only=True)
class People(Subject):
    """Who refuses what, by what stands for the address (`name_of_address`). Kept apart from the contact: who leaves and comes back has still opted out.

    `opted_out` has the categories, `opted_out_at` when each was refused (nothing for what was refused before the enrolment).
    Of people who are no contacts the oldest give way beyond MOST_OTHERS; from then on `newcomers_opted_out`: nobody can tell any more
    whether somebody who is added has opted out, so it counts as such until it opts in.
    """

    events: ClassVar = (ContactAdded, ContactLeft, OptedOut, OptedIn)
    measures: ClassVar = ("contacts",)
    sees: ClassVar = {"roles": dict.fromkeys(Role, bool), "stances": dict.fromkeys(Stance, bool)}

    opted_out: dict[str, list[Category]] = field(default_factory=dict)
    opted_out_at: dict[str, dict[Category, Instant]] = field(default_factory=dict)
    newcomers_opted_out: bool = False

    def measure(self, name: str, given: Given, at: datetime) -> Measured | None:
        """Whole with a champion and somebody besides; less where all hangs by one person, or the champion has gone."""
        roles = [contact.role for contact in given.customer.contacts]
        if not roles:
            return None
        if Role.CHAMPION not in roles:
            return Measured(0.3, "there is no champion")
        return Measured(1.0, f"a champion, and {len(roles) - 1} more") if len(roles) > 1 else Measured(0.6, "one person alone")

    def refused_by(self, address: str) -> list[Category]:
        """The categories that the person with that address refuses."""
        if refused := self.opted_out.get(name_of_address(address)) or self.opted_out.get(hash_of_address(address)):
            return refused
        keyed = self._keyed_of(address)
        return self.opted_out[keyed] if keyed is not None else []

    def refused_since(self, address: str, category: Category) -> datetime | None:
        """Since when (UTC); None where it was before the enrolment, or is not known."""
        return self.opted_out_at.get(name_of_address(address), {}).get(category)

    def _keyed_of(self, address: str) -> str | None:
        return next((name for name in self.opted_out if stands_for(name, address)), None)

    def is_erased(self, address: str) -> bool:
        """Whether nothing is kept of the person but what it refuses."""
        return self._keyed_of(address) is not None

    def erase(self, address: str, salt: str) -> bool:
        """Keep what the person refuses under a keyed hash alone; whether it refuses anything."""
        refused: set[Category] = set()
        since: dict[Category, Instant] = {}
        for name in (name_of_address(address), hash_of_address(address), self._keyed_of(address)):
            if name is not None:
                refused |= set(self.opted_out.pop(name, []))
                since |= self.opted_out_at.pop(name, {})
        if refused:
            name = keyed_hash(hash_of_address(address), salt)
            self.opted_out[name], self.opted_out_at[name] = sorted(refused), since
        return bool(refused)

    def take_in(self, event: Event, given: Given) -> bool:
        """Change the contacts or what an address refuses, unless something later is known of that address."""
        data = event.fields()
        if isinstance(data, ContactAdded | ContactLeft | _OptedOut):
            self._know_again(data.email)
        match data:
            case ContactAdded() as data:
                return self._added(event, data, given)
            case ContactLeft() as data:
                return self._left(event, data, given)
            case OptedOut() as data:
                return self._opted_out(event.fact_time, data, given)
            case OptedIn() as data:
                return self._opted_in(event.fact_time, data, given)
            case _:
                raise AssertionError(event.type)

    def refused_by_hash(self) -> dict[str, list[Category]]:
        """What everybody refuses, by the hash of the address."""
        return {
            name if name.startswith(_HASHED) else short_key(name, 0): list(refused) for name, refused in self.opted_out.items() if refused
        }

    def refuse_as_before(self, refused: Mapping[str, Sequence[Category]], customer: Customer, *, newcomers: bool) -> None:
        """Take over what people, by the hash of their address, refused in an earlier life of the customer."""
        for name, categories in refused.items():
            self.opted_out[name] = sorted({*self.opted_out.get(name, []), *categories})
        self.newcomers_opted_out = self.newcomers_opted_out or newcomers
        for contact in customer.contacts:
            self._know_again(contact.email)
        self._forget_oldest(customer)

    def _know_again(self, address: str) -> None:
        """What is known under the hash of an address that is told now is known under its own name from now on."""
        name = name_of_address(address)
        for hashed in (hash_of_address(address), self._keyed_of(address)):
            if hashed is not None and name != hashed and hashed in self.opted_out:
                self.opted_out[name] = sorted({*self.opted_out.get(name, []), *self.opted_out.pop(hashed)})
                if (since := self.opted_out_at.pop(hashed, None)) is not None:
                    self.opted_out_at[name] = since | self.opted_out_at.get(name, {})

    def _added(self, event: Event, data: ContactAdded, given: Given) -> bool:
        key = address_key(data.email)
        if not given.times.newer(f"contact {key}", event.fact_time):
            return False
        known = given.customer.contact(data.email)
        if known is None:
            told = {name: getattr(data, name) for name in ("name", "email", "phone", "role", "stance", "timezone")}
            added = Contact(given_name=data.first_name, **told)
            given.customer.contacts.append(added)
            if self.newcomers_opted_out and (name := name_of_address(data.email)) not in self.opted_out:
                self.opted_out[name] = sorted(_REFUSABLE)
                self.opted_out_at[name] = dict.fromkeys(_REFUSABLE, event.fact_time)
        else:
            known.given_name = data.first_name or (known.given_name if known.name == data.name else "")
            known.name = data.name
            known.role = data.role if "role" in data.model_fields_set else known.role
            known.stance = data.stance if "stance" in data.model_fields_set else known.stance
            known.phone, known.timezone = data.phone or known.phone, data.timezone or known.timezone
        return True

    def _left(self, event: Event, data: ContactLeft, given: Given) -> bool:
        key = address_key(data.email)
        if not given.times.newer(f"contact {key}", event.fact_time):
            return False
        if given.customer.contact(data.email) is None:
            return False
        given.customer.contacts = [contact for contact in given.customer.contacts if address_key(contact.email) != key]
        self._forget_oldest(given.customer)
        return True

    def _opted_out(self, at: datetime, data: OptedOut, given: Given) -> bool:
        key = name_of_address(data.email)
        news = [category for category in data.categories if at >= self._last_wish(key, category, given.times)]
        for category in news:
            self.opted_out[key] = sorted({*self.opted_out.get(key, []), category})
            self.opted_out_at.setdefault(key, {})[category] = at
            given.times.forget(_opt_in(key, category))
        self._forget_oldest(given.customer)
        return bool(news)

    def _opted_in(self, at: datetime, data: OptedIn, given: Given) -> bool:
        key = name_of_address(data.email)
        # Who is no contact and refuses nothing takes no room by wanting everything.
        if key not in self.opted_out and given.customer.contact(data.email) is None:
            return True
        news = [category for category in data.categories if at >= self._last_wish(key, category, given.times)]
        for category in news:
            given.times.newer(_opt_in(key, category), at)
            self._take_back(key, category)
        return bool(news)

    def _take_back(self, key: str, category: Category) -> None:
        refused = [known for known in self.opted_out.get(key, []) if known is not category]
        if refused:
            self.opted_out[key] = refused
            self.opted_out_at.get(key, {}).pop(category, None)
        else:
            self.opted_out.pop(key, None)
            self.opted_out_at.pop(key, None)

    def _last_wish(self, key: str, category: Category, times: FactTimes) -> datetime:
        """When the person was last heard on that category, by when it happened (UTC)."""
        known = [self.opted_out_at.get(key, {}).get(category), times.since(_opt_in(key, category))]
        return max((moment for moment in known if moment is not None), default=_NEVER)

    def _forget_oldest(self, customer: Customer) -> None:
        if len(self.opted_out) <= MOST_OTHERS:
            return
        contacts = {name_of_address(contact.email) for contact in customer.contacts}
        others = [key for key in self.opted_out if key not in contacts]
        for key in others[: max(0, len(others) - MOST_OTHERS)]:
            del self.opted_out[key]
            self.opted_out_at.pop(key, None)
            self.newcomers_opted_out = True

    def seen(self, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """Whether anybody holds each role, and takes each stance (R19)."""
        roles, stances = {contact.role for contact in customer.contacts}, {contact.stance for contact in customer.contacts}
        return {"roles": {role.value: role in roles for role in Role}, "stances": {stance.value: stance in stances for stance in Stance}}


def _opt_in(key: str, category: Category) -> str:
    """How the time of an opt-in is named in FactTimes."""
    return f"{OPT_IN}{key} {category.value}"
