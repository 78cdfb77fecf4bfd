"""Taking a person out of a life: no trace of its address or name is left, but that it has opted out, under a keyed hash. Moments are UTC."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lifecycle.domain.bounds import short_key
from lifecycle.domain.enums import Outcome, Role, Stage
from lifecycle.domain.model import Frozen
from lifecycle.domain.texts.addresses import address_key, known_address
from lifecycle.domain.texts.redaction import ERASED, Redaction
from lifecycle.domain.touch import Touch
from lifecycle.domain.why import Cause, Why
from lifecycle.engine.plays.runs import call_back, end
from lifecycle.engine.session import Session
from lifecycle.facts.facts import SUBJECTS
from lifecycle.facts.people import OPT_IN, name_of_address, salt_from
from lifecycle.facts.subject import name_of_fact
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import EntryKind
from lifecycle.state.plays import CalledOff, RunStatus

_FREE = frozenset(
    ("why", "to", "subject", "by", "text", "comment", "detail", "reason", "closed", "paused_why", "paused_by", "goal", "what", "value")
)
"""The fields of a life that hold what somebody wrote."""

_FREE_BELOW = frozenset(("values", "event", "data", "attributes", "answered_by", "commands", "explanation"))
"""Those of which everything below is such a text."""

_ROLES = frozenset(role.value for role in Role)


class Known(Frozen):
    """What a life knows of a person: under which names, and whether it is `erased`, and only an opt-out stays. Nothing at all where it is not `there`."""

    there: bool = False
    erased: bool = False
    names: list[str] = []


def known_of(life: Lifecycle, address: str) -> Known:
    """What the life knows of the person with that address."""
    redaction = Redaction([address])
    data = life.model_dump(mode="json")
    there = any(redaction.is_of(text) or redaction.finds_address(text) for text in _texts(data)) or _is_remembered(life, address)
    return Known(there=there, erased=life.facts.people.is_erased(address), names=sorted(_names(data, redaction)) if there else [])


def no_erasing(life: Lifecycle, address: str, why: str) -> str | None:
    """Why nobody can be erased, in a sentence; None if it can. No address, and all contacts are meant."""
    name = life.customer.id
    if life.stage is Stage.CLOSED:
        return f"{name} is closed ({life.progress.closed})"
    if not why.strip():
        return f"say why a person is erased from {name}"
    if not address:
        return None if life.customer.contacts else f"{name} has no contact who could be erased"
    try:
        known_address(address)
    except ValueError as fault:
        return f"what is to be erased {fault}"
    if address_key(address) == address_key(life.customer.owner.email):
        return f"that is the address of the owner of {name}: give it another owner first"
    return None if known_of(life, address).there else f"{name} knows nobody by that address"


def erase(session: Session, at: datetime, address: str, why: str, by: str = "") -> str:
    """Take the person with that address out, or every contact where there is none; what was done, in a sentence without anybody's name.

    What is in flight to it is called off, and `session.erasing` says whose traces are still to be taken out of what settles meanwhile.
    """
    life = session.life
    addresses = [address.strip()] if address else [contact.email for contact in life.customer.contacts]
    data = life.model_dump(mode="json")
    names = _names(data, Redaction(addresses))
    redaction = Redaction(addresses, names, keep=life.customer.name)
    called_off = _call_off(session, redaction, at, by)
    salt = salt_from(f"{life.customer.id} {at.isoformat()}")
    refusing = sum([life.facts.people.erase(each, salt) for each in addresses])
    people = f"{len(addresses)} {'person is' if len(addresses) == 1 else 'people are'}"
    session.note_deed(at, "erased", f"{people} erased: {why}", by)
    session.erasing.append(redaction)
    scrub(session)
    kept = f"; that {refusing} of them refused messages stays, as a keyed hash" if refusing else ""
    return f"{people} erased from {life.customer.id}, {called_off} called off{kept}"


def scrub(session: Session) -> None:
    """Take the traces of all who are being erased out of the life as it stands."""
    life = session.life
    for redaction in session.erasing:
        for contact in [contact for contact in life.customer.contacts if redaction.is_of(contact.email)]:
            life.customer.contacts.remove(contact)
        _forget(life, redaction)
        scrubbed = Lifecycle.model_validate(_scrubbed(life.model_dump(mode="json"), redaction, free=False))
        for name in Lifecycle.model_fields:
            setattr(life, name, getattr(scrubbed, name))
    for subject in SUBJECTS:
        session.subject_changed(subject)


def without_people(kept: Any, redaction: Redaction) -> Any:
    """What is kept of a customer as JSON, without the contacts that they are and without their traces in what somebody wrote."""
    return _scrubbed(kept, redaction, free=False)


def _call_off(session: Session, redaction: Redaction, at: datetime, by: str) -> int:
    """Call off what is in flight to them, or waits for another try; how many that are."""
    plays, customer = session.life.plays, session.life.customer.id
    why, number = Why(Cause.LEFT, "the person is erased", by), 0
    for key in [key for key, touch in (plays.in_flight | plays.tried).items() if _goes_to(touch, redaction)]:
        number += 1
        run = next((each for each in plays.runs.values() if each.touch_key(customer) == key), None)
        touch = plays.tried.pop(key, None) or plays.in_flight[key]
        if run is not None:
            call_back(session, run, touch, Outcome.SUPPRESSED, at, why)
        else:
            plays.in_flight[key] = touch
            plays.withdrawn.setdefault(key, CalledOff.of(at, why))
    for run in list(plays.runs.values()):
        if redaction.finds_address(f"{run.key} {run.occurrence}") and run.status is not RunStatus.PERFORMING:
            end(session, run, at, why)
    for name, invitation in list(plays.invitations.items()):
        if all(redaction.is_of(person.email) for person in invitation.touch.to):
            del plays.invitations[name]
    return number


def _goes_to(touch: Touch, redaction: Redaction) -> bool:
    return any(redaction.is_of(person.email) for person in touch.to)


def _hashes(address: str) -> set[str]:
    """Under which names something is kept of the address, apart from what it refuses."""
    return {name_of_address(address), short_key(address_key(address), 0)}


def _is_remembered(life: Lifecycle, address: str) -> bool:
    people, names = life.facts.people, _hashes(address)
    return any(name in kept for name in names for kept in (people.opted_out, people.opted_out_at, life.plays.sends))


def _forget(life: Lifecycle, redaction: Redaction) -> None:
    """Drop what is kept under a hash of their addresses, which the texts do not show."""
    for address in redaction.addresses:
        names = _hashes(address)
        for name in names:
            life.plays.sends.pop(name, None)
        facts = {name_of_fact(f"contact {address}")} | {name_of_fact(f"contact {name}") for name in names}
        times = life.facts.times.of
        for fact in [fact for fact in times if fact in facts or any(_is_wish_of(fact, name) for name in names)]:
            del times[fact]


def _is_wish_of(fact: str, name: str) -> bool:
    return fact.startswith(f"{OPT_IN}{name} ") or fact == name_of_fact(f"{OPT_IN}{name}")


def _scrubbed(value: Any, redaction: Redaction, *, free: bool) -> Any:
    match value:
        case str():
            return redaction.without(value) if free else redaction.without_addresses(value)
        case list():
            return [_scrubbed(each, redaction, free=free) for each in value if not _is_about(each, redaction)]
        case dict():
            whole = value.get("kind") == EntryKind.EVENT.value and redaction.finds_address(str(value.get("why", "")))
            return {
                name: ERASED
                if whole and name == "why"
                else _scrubbed(each, redaction, free=free or name in _FREE_BELOW or (name in _FREE and isinstance(each, str)))
                for name, each in value.items()
                if not redaction.finds_address(name)
            }
        case _:
            return value


def _is_about(value: Any, redaction: Redaction) -> bool:
    """Whether that is one of them among others, or an event that tells of one."""
    if not isinstance(value, dict):
        return False
    data = value.get("data")
    return redaction.is_of(value.get("email")) or (isinstance(data, dict) and redaction.is_of(data.get("email")))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for each in value:
                yield from _texts(each)
        case dict():
            for name, each in value.items():
                yield str(name)
                yield from _texts(each)
        case _:
            return


def _names(value: Any, redaction: Redaction) -> set[str]:
    """The names under which they are known."""
    match value:
        case str():
            return {_without_role(name) for name in redaction.names_in(value)} - {"", ERASED}
        case list():
            return {name for each in value for name in _names(each, redaction)}
        case dict():
            own = (
                {str(value.get(field) or "") for field in ("name", "given_name", "first_name")}
                if redaction.is_of(value.get("email"))
                else set()
            )
            return (own | {name for each in value.values() for name in _names(each, redaction)}) - {"", ERASED}
        case _:
            return set()


def _without_role(name: str) -> str:
    first, _, rest = name.partition(" ")
    return rest if rest and first in _ROLES else name
