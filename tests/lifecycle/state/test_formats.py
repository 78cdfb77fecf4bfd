"""A build reads every format of a life that was ever released. `formats/N/` holds lives as builds of format N wrote them."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from lifecycle.domain.enums import Category
from lifecycle.domain.touch import Answer, Receipt, name_of_touch
from lifecycle.engine import engine
from lifecycle.engine.session import Session
from lifecycle.facts.events import Event
from lifecycle.facts.people import name_of_address
from lifecycle.facts.subject import name_of_fact
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.program import compile_playbook
from lifecycle.state.formats import FORMAT, READABLE
from lifecycle.state.life import Lifecycle
from runtime.playbook_files import load
from tools.state_schema import path_of, present

FORMATS = Path(__file__).parent / "formats"
LIVES = sorted(path.name for path in (FORMATS / "0").glob("*.json"))
PRESENT = FORMATS / str(FORMAT)


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    return load(Path(__file__).parents[3] / "bench" / "yardstick" / "standard.yaml")[0]


def text(number: str, name: str) -> str:
    return (FORMATS / number / name).read_text(encoding="utf-8")


def as_written(life: Lifecycle) -> Any:
    return json.loads(life.model_dump_json())


@pytest.mark.parametrize("name", LIVES)
@pytest.mark.parametrize("number", sorted(path.name for path in FORMATS.iterdir()))
def test_a_life_of_every_format_reads_as_the_same_life(number: str, name: str) -> None:
    written = as_written(Lifecycle.model_validate_json(text(number, name)))
    assert written == as_written(Lifecycle.model_validate_json(text(str(FORMAT), name)))
    assert of_the_kept(json.loads(text(str(FORMAT), name)), written) == json.loads(text(str(FORMAT), name))


def of_the_kept(kept: Any, written: Any) -> Any:
    """What is written, without the fields that builds have added to the format since the life was kept."""
    match kept, written:
        case dict(), dict():
            return {name: of_the_kept(kept[name], each) for name, each in written.items() if name in kept}
        case list(), list() if len(kept) == len(written):
            return [of_the_kept(one, other) for one, other in zip(kept, written, strict=True)]
        case _:
            return written


def test_the_formats_that_a_build_says_it_reads_are_those_that_are_kept() -> None:
    assert [str(number) for number in READABLE] == sorted(path.name for path in FORMATS.iterdir())
    assert FORMAT in READABLE


def test_the_lives_kept_have_something_in_every_group() -> None:
    lives = [json.loads((PRESENT / name).read_text(encoding="utf-8")) for name in LIVES]
    empty = [
        f"{group}.{name}"
        for group in ("plays", "inbox", "log")
        for name in lives[0][group]
        if not any(life[group][name] for life in lives)
        and name not in ("withdrawn", "arriving", "known_routine", "unrecorded", "timeline_dropped")
    ]
    assert empty == []


@pytest.mark.parametrize("number", [str(number) for number in READABLE if number != FORMAT])
@pytest.mark.parametrize("name", [name for name in LIVES if name != "closed.json"])
def test_a_life_of_an_older_format_is_lived_on_as_one_of_the_present(name: str, number: str, playbook: Playbook) -> None:
    assert lived_on(text(number, name), playbook) == lived_on(text(str(FORMAT), name), playbook)


def lived_on(life_text: str, playbook: Playbook) -> tuple[Any, list[str]]:
    """The life and the keys of its touches half a year later."""
    life = Lifecycle.model_validate_json(life_text)
    session = Session(life, compile_playbook(playbook, life.stage, life.customer.tier))
    keys: list[str] = []
    for touch in list(life.plays.in_flight.values()):
        engine.settle(session, Receipt(key=touch.key, answer=Answer.DONE), life.progress.decided_until)
    now, until = life.progress.decided_until, life.progress.decided_until + timedelta(days=180)
    while now <= until:
        decision = engine.decide(session, now)
        for key in decision.call_off:
            engine.settle(session, Receipt(key=key, answer=Answer.WITHDRAWN), now)
        for touch in decision.touches:
            keys.append(touch.key)
            engine.settle(session, Receipt(key=touch.key, answer=Answer.DONE), now)
        if decision.turned:
            session = Session(life, compile_playbook(playbook, life.stage, life.customer.tier))
        elif not (decision.touches or decision.call_off):
            if decision.wake is None:
                break
            now = max(now, decision.wake.at)
    return as_written(life), keys


def test_a_format_never_changes_once_a_release_has_written_it() -> None:
    assert present() == path_of(FORMAT).read_text(encoding="utf-8"), (
        "the state has other fields than its format says: builds of that format would refuse it. Where a release has written the format "
        "(tests/releases/), raise FORMAT and read the old one in lifecycle/state/formats.py; else 'python -m tools.state_schema'."
    )


def test_what_format_1_kept_whole_and_is_short_by_now_is_found_as_before() -> None:
    """Release 0.1.0 kept ids, addresses and touch keys as they were told, and comments and windows at their full length."""
    written = json.loads(text("1", "growth.json"))
    id, address, key = "\U0001f33f" * 200, f"{'a' * 60}@acme.example", f"acme/1/{'p' * 60}/1/email"
    at = written["progress"]["decided_until"]
    written["inbox"] |= {"known": {id: "0123456789ab", "e-1": "ba9876543210"}, "known_routine": {f"{id}!": "000000000000"}}
    written["facts"] |= {
        "people": {"opted_out": {address: ["offer"]}},
        "times": {"of": {f"contact {address}": at, f"opt-out {address} offer": at, "segment": at}},
        "surveys": {"states": {"nps": {"score": 9, "at": at, "comment": "\U0001f33f" * 500}}},
        "offers": {
            "states": {"gift": {"stages": ["1/growth/2"] * 9 + ["2/growth/5"], "terms": list(range(40)), "granted": True, "answer": ""}}
        },
        "usage": {"reports": [{"at": at, "rate": 1.0, "window": "w" * 500}]},
    }
    written["plays"]["sends"] = {address: {key: at}}
    life = Lifecycle.model_validate(written)
    assert [life.inbox.digest_of(each) for each in (id, "e-1", f"{id}!", "other")] == ["0123456789ab", "ba9876543210", "000000000000", None]
    assert life.facts.people.refused_by(address.upper()) == [Category.OFFER]
    moment = life.progress.decided_until
    assert [life.facts.times.newer(name, moment - timedelta(days=1)) for name in (f"contact {address}", "segment")] == [False] * 2
    assert life.facts.people.refused_since(address.upper(), Category.OFFER) == moment
    assert len(life.facts.surveys.states["nps"].comment) < 40
    assert (life.facts.offers.states["gift"].stages, life.facts.offers.states["gift"].terms) == (["1/growth/2", "2/growth/5"], [37, 38, 39])
    assert len(life.facts.usage.reports[0].window) < 40
    assert life.plays.sends == {name_of_address(address): {name_of_touch(key): moment}}
    assert name_of_touch(key).split("/")[1:] == ["1", "p" * 60]


def test_a_life_of_a_later_format_is_refused_in_a_sentence() -> None:
    later = json.loads(text(str(FORMAT), LIVES[0])) | {"format": FORMAT + 1}
    with pytest.raises(ValidationError, match=f"this life has format {FORMAT + 1}, and this build reads formats up to {FORMAT}"):
        Lifecycle.model_validate(later)


def test_a_name_that_format_0_never_had_is_refused() -> None:
    with pytest.raises(ValidationError, match="a life of format 0 has no 'colour'"):
        Lifecycle.model_validate(json.loads(text("0", LIVES[0])) | {"colour": "green"})


@pytest.mark.parametrize("group", ["progress", "plays", "facts", "inbox", "log", "health"])
def test_a_name_that_no_group_has_is_refused(group: str) -> None:
    life = json.loads(text(str(FORMAT), LIVES[0]))
    with pytest.raises(ValidationError, match="colour"):
        Lifecycle.model_validate(life | {group: life[group] | {"colour": "green"}})


# ---- people by their address, which format 1 had in folded case


def of_format_1(contacts: list[str], people: Any = None, times: Any = None, sends: Any = None, waiting: Any = None) -> Lifecycle:
    """A life as release 0.1.0 wrote it, with these contacts and what was known of addresses."""
    life = json.loads(text("1", "growth.json"))
    life["customer"]["contacts"] = [{"name": f"Contact {number}", "email": email} for number, email in enumerate(contacts)]
    life["facts"]["people"] = {"opted_out": people or {}}
    life["facts"]["times"] = {"of": times or {}}
    life["plays"]["sends"] = sends or {}
    life["inbox"]["waiting"] = waiting or []
    return Lifecycle.model_validate_json(json.dumps(life))


AT, LATER = "2026-03-03T08:00:00Z", "2026-03-04T08:00:00Z"
MOVED: dict[str, tuple[list[str], dict[str, list[str]], dict[str, list[str]]]] = {
    "a plain address": (["Ana@Acme.example"], {"ana@acme.example": ["offer"]}, {"ana@acme.example": ["offer"]}),
    "a domain beyond ASCII": (["ana@müller.example"], {"ana@müller.example": ["offer"]}, {"ana@xn--mller-kva.example": ["offer"]}),
    "a sharp s, which was folded": (["ana@straße.example"], {"ana@strasse.example": ["offer"]}, {"ana@xn--strae-oqa.example": ["offer"]}),
    "a sharp s and two, which were one": (
        ["ana@straße.example", "ana@strasse.example"],
        {"ana@strasse.example": ["offer"]},
        {"ana@xn--strae-oqa.example": ["offer"], "ana@strasse.example": ["offer"]},
    ),
    "two forms of one address": (
        ["ana@müller.example"],
        {"ana@müller.example": ["offer"], "ana@xn--mller-kva.example": ["success"]},
        {"ana@xn--mller-kva.example": ["offer", "success"]},
    ),
    "one who is no contact": ([], {"ana@müller.example": ["offer"]}, {"ana@xn--mller-kva.example": ["offer"]}),
    "an opt-in, which took room": (["ana@acme.example"], {"ana@acme.example": [], "x@acme.example": []}, {}),
    "an address that no message reaches": (["josé@acme.example"], {"josé@acme.example": ["offer"]}, {"josé@acme.example": ["offer"]}),
}


@pytest.mark.parametrize(("contacts", "before", "after"), MOVED.values(), ids=MOVED)
def test_opt_outs_of_format_1_are_read_under_the_one_form_of_their_address(
    contacts: list[str], before: dict[str, list[str]], after: dict[str, list[str]]
) -> None:
    assert of_format_1(contacts, before).facts.people.opted_out == {name_of_address(address): refused for address, refused in after.items()}


def test_the_times_of_wishes_and_the_messages_that_count_move_along() -> None:
    life = of_format_1(
        ["ana@straße.example", "bo@acme.example"],
        {"ana@strasse.example": ["offer"], "bo@acme.example": [], "x@acme.example": []},
        {
            "tier": AT,
            "contact ana@strasse.example": AT,
            "opt-out ana@strasse.example offer": AT,
            "opt-out ana@strasse.example survey": LATER,
            "opt-out bo@acme.example offer": LATER,
            "opt-out x@acme.example offer": LATER,
        },
        {"ana@strasse.example": {"a/1": AT}},
    )
    at, later = datetime.fromisoformat(AT), datetime.fromisoformat(LATER)
    ana, bo = name_of_address("ana@xn--strae-oqa.example"), name_of_address("bo@acme.example")
    assert life.facts.people.opted_out_at == {ana: {"offer": at}}
    told = {"tier": at, "contact ana@xn--strae-oqa.example": at, f"opt-in {ana} survey": later, f"opt-in {bo} offer": later}
    assert life.facts.times.of == {name_of_fact(fact): moment for fact, moment in told.items()}
    assert life.plays.sends == {ana: {"a/1": at}}


def test_an_event_that_waits_is_read_although_its_address_would_be_refused_by_now() -> None:
    event = {"id": "e1", "type": "contact.added", "at": AT, "data": {"name": "José Ruiz", "email": "josé@acme.example"}}
    life = of_format_1([], waiting=[event])
    assert [waiting.id for waiting in life.inbox.waiting] == ["e1"]
    assert Lifecycle.model_validate_json(life.model_dump_json()) == life
    with pytest.raises(ValidationError, match="is no email address that a message can be sent to"):
        Event.model_validate(event)
