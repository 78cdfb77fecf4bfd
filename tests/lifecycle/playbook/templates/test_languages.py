"""One message has one language: that of its reader where everything in it is said in it, else the playbook's own."""

from typing import Any

import pytest

from lifecycle.playbook.faults import PlaybookFaults
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.reading import read_playbook, warnings_of
from lifecycle.playbook.templates.translations import message_language, missing_in
from tests.lifecycle.building import a_customer, living, utc

HEAD = "playbook: small\ncompany: {name: Us, email: us@us.example}\n"
STAGES = """
stages:
  onboarding:
    goal: Value
    owner: csm
    exit: health.band == "green"
    milestones:
      decided: {name: NAME, kind: customer, due: 2d}
    plays:
      chase: {overdue: decided, steps: [email: {template: chase, category: operational}]}
      hello: {at: {day: 0}, steps: [email: {template: hello}]}
      meet: {at: {day: 1}, steps: [meeting: {template: kickoff, with: champion}]}
      ask: {at: {day: 2}, steps: [survey: {template: nps, survey: nps}]}
"""
TEXTS = {
    "chase": "Subject: Well?\n\nBy {{ milestone.due_date }}: {{ milestone.name|capital }}.\n",
    "chase.de": "Subject: Und?\n\nBis {{ milestone.due_date }}: {{ milestone.name|capital }}.\n",
    "hello": "Subject: Hello\n\nSince {{ contract.start_date }}.\n",
    "kickoff": "Subject: Kickoff\n\nOn {{ meeting.date }}, {{ meeting.time }} {{ meeting.place }} time: {{ meeting.name }}.\n",
    "kickoff.de": "Subject: Auftakt\n\nAm {{ meeting.date }}, {{ meeting.time }} (Ortszeit {{ meeting.place }}): {{ meeting.name }}.\n",
    "nps": "Subject: One question\n\nWell, {{ survey.name }}?\n",
}
BOTH = "{en: a decision was made, de: eine Entscheidung ist gefallen}"


def a_small(name: str = BOTH, head: str = "") -> Playbook:
    return read_playbook(f"{HEAD}{head}{STAGES.replace('NAME', name)}", TEXTS)


def asked(playbook: Playbook, language: str) -> dict[str, Any]:
    """Each play's message to a customer that reads that language: its language, and what it says besides."""
    life = living(playbook, a_customer(language=language, timezone="Europe/Vienna"))
    life.advance(utc("2026-03-20"))
    return {touch.play: touch for touch in life.touches}


@pytest.mark.parametrize(
    ("reads", "languages"),
    [
        ("de", {"chase": "de", "hello": "en", "meet": "de", "ask": "en"}),
        ("en", dict.fromkeys(("chase", "hello", "meet", "ask"), "en")),
        ("fr", dict.fromkeys(("chase", "hello", "meet", "ask"), "en")),
    ],
)
def test_a_message_goes_out_in_its_readers_language_or_whole_in_the_playbooks(reads: str, languages: dict[str, str]) -> None:
    playbook = a_small(head="meetings: {kickoff: {en: our kickoff, de: unser Auftakt}}\nsurveys: {nps: {en: our survey}}\n")
    touches = asked(playbook, reads)
    assert {play: touch.language for play, touch in touches.items()} == languages
    assert touches["hello"].values["contract"]["start_date"] == "2 March 2026"
    in_german = reads == "de"
    assert touches["chase"].values["milestone"] == {
        "id": "decided",
        "name": "eine Entscheidung ist gefallen" if in_german else "a decision was made",
        "due_date": "4. März 2026" if in_german else "4 March 2026",
    }
    meeting = touches["meet"].values["meeting"]
    assert (meeting["name"], meeting["place"]) == (("unser Auftakt", "Wien") if in_german else ("our kickoff", "Vienna"))
    assert touches["ask"].values["survey"]["name"] == "our survey"


def test_a_name_that_is_not_said_in_a_language_keeps_its_message_from_it() -> None:
    touches = asked(a_small("a decision was made"), "de")
    assert touches["chase"].language == "en"
    assert touches["chase"].values["milestone"]["due_date"] == "4 March 2026"


def test_a_playbook_may_have_another_language_of_its_own() -> None:
    playbook = a_small("eine Entscheidung ist gefallen", "language: de\n")
    assert {touch.language for touch in asked(playbook, "en").values()} == {"de"}
    assert asked(playbook, "en")["hello"].values["contract"]["start_date"] == "2. März 2026"


def test_of_a_playbook_that_an_older_build_has_loaded_the_language_is_the_customers() -> None:
    playbook = a_small()
    older = playbook.model_copy(
        update={"templates": {name: each.model_copy(update={"languages": []}) for name, each in playbook.templates.items()}}
    )
    assert message_language(older, "hello", "de") == "de"


def test_what_is_missing_in_a_language_that_is_promised_is_a_fault() -> None:
    with pytest.raises(PlaybookFaults) as told:
        a_small("a decision was made", "languages: [en, de]\nsurveys: {nps: our survey}\nbrand: {legal: Registered.}\n")
    assert str(told.value) == (
        "playbook.yaml:3: languages 2: not said in 'de' are 2 templates (hello, nps) and "
        "3 names (milestone decided, survey nps, brand legal)"
    )


def test_a_language_that_is_begun_and_not_done_is_a_warning() -> None:
    [warning] = warnings_of(a_small(), TEXTS, "small.yaml")
    assert (
        str(warning) == "small.yaml:1: warning: in 'de' are missing 2 templates (hello, nps); whoever reads it gets those messages in 'en'"
    )


def test_what_a_customer_of_another_language_does_not_read_is_known() -> None:
    missing = missing_in(a_small(), "fr")
    assert missing.is_everything
    assert str(missing) == "4 templates (chase, hello, kickoff, nps) and 1 name (milestone decided)"
    assert not missing_in(a_small(), "en")


@pytest.mark.parametrize(
    ("head", "fault"),
    [
        ("surveys: {csat: {en: x}}\n", "surveys, csat: no step has a survey 'csat'; there is nps"),
        ("meetings: {kickof: x}\n", "meetings, kickof: no step has a meeting 'kickof'; did you mean kickoff?"),
        ("language: german\n", "language: 'german' is no language: write its two letters, such as en or de"),
        ("meetings: {kickoff: {}}\n", "says nothing in any language: write the words, or {en: ..., de: ...}"),
        ("brand: {colour: red}\n", "brand, colour: 'red' is no colour: write it in quotes, as '#0b57d0'"),
        ("brand: {colour: 'url(x)'}\n", "brand, colour: 'url(x)' is no colour"),
        (
            "brand: {logo: 'http://us.example/x.png'}\n",
            "brand, logo: is no address of a picture: write one such as https://example.com/logo.png",
        ),
        ("brand: {logo: 'javascript:alert(1)'}\n", "brand, logo: is no address of a picture"),
        ("brand: {logo: 'https://us.example/\"onerror=x'}\n", "brand, logo: is no address of a picture"),
        ("contact_policy: {people: {places: []}}\n", "people stand in people.yaml, beside the playbooks; leave it out"),
    ],
)
def test_what_cannot_be_meant_is_told_with_how_to_mend_it(head: str, fault: str) -> None:
    with pytest.raises(PlaybookFaults) as told:
        a_small(head=head)
    assert fault in str(told.value)


@pytest.mark.parametrize(("field", "fault"), [("sender: boss", "none of owner, company"), ("reply_to: nobody", "is no email address")])
def test_the_sender_is_the_owner_or_the_company(field: str, fault: str) -> None:
    with pytest.raises(PlaybookFaults, match=fault):
        read_playbook(HEAD.replace("name: Us", f"name: Us, {field}") + STAGES.replace("NAME", BOTH), TEXTS)
