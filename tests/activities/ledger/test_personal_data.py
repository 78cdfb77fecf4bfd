"""What the ledger's rows say of a person or a customer is found, and taken out with everything else left as it is."""

import json
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from activities.ledger.database.database import open_database
from activities.ledger.invitations import Invitations
from activities.ledger.ledger import Claim, Ledger
from activities.ledger.lives import Lives, RememberLife
from activities.ledger.personal_data import PersonalData, Rows, is_bare
from activities.ledger.record.writing import RecordWriting
from activities.ledger.transport import Request
from lifecycle.domain.enums import Category, Stage
from lifecycle.domain.people.customer import Contact, Owner
from lifecycle.domain.people.earlier_lives import EarlierLives
from lifecycle.domain.record import Fact, RecordLines
from lifecycle.domain.texts.redaction import Redaction
from lifecycle.domain.touch import Answer, Receipt, Recipient
from lifecycle.facts.people import hash_of_address, stands_for
from lifecycle.state.last_known import LastKnown
from tests.activities.building import AT, a_meeting, a_touch
from tests.lifecycle.building import a_customer

ADDRESS = "zelda@quix.example"
ZELDA = Redaction([ADDRESS], ["Zelda Quix"])
OTHER = "bo@quix.example"


def last_known_with(*contacts: Contact, owner: str = "kim@larkfield.example") -> LastKnown:
    """A paused customer of which somebody has written things that name Zelda."""
    customer = a_customer(contacts=list(contacts), owner=Owner(name="Kim Lee", email=owner), attributes={"notes": "ask Zelda Quix"})
    return LastKnown(stage=Stage.GROWTH, playbook="p@1", customer=customer, paused=True, paused_why=f"{ADDRESS} asked for it")


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    opened = open_database(database)
    yield opened
    opened.dispose()


@pytest.fixture
def rows(engine: sa.Engine) -> PersonalData:
    """Two touches of acme, one of which may have gone to Zelda, an invitation to her and Bo, and a life in which both refuse something."""
    ledger = Ledger(engine)
    first = ledger.reserve(a_touch("acme/1/welcome/1/email"))
    assert isinstance(first, Claim)
    ledger.settle(first, Receipt(key=first.key, answer=Answer.DONE, reference="m-1", subject="Hello, Zelda"), acted=True)
    second = ledger.reserve(a_touch("acme/1/later/1/email"))
    assert isinstance(second, Claim)
    ledger.mark_acting(second, Request(destination="d", content=b"Hello, Zelda", to=("Zelda@Quix.example",)), may_have_acted=False)
    to = [Recipient(name="Zelda Quix", email=ADDRESS), Recipient(name="Bo Berg", email=OTHER)]
    Invitations(engine).keep("uid-1", a_meeting(to=to))
    refused = {hash_of_address(ADDRESS): [Category.OFFER], hash_of_address(OTHER): [Category.SURVEY]}
    Lives(engine).remember(
        RememberLife(
            customer="acme",
            life="run-1",
            remains=EarlierLives(lives=1, terms=3, offers=["gift"], opted_out=refused, reason="price"),
            last=last_known_with(Contact(name="Zelda Quix", email=ADDRESS), Contact(name="Bo Berg", email=OTHER)),
        )
    )
    facts = [
        Fact(number=1, at=AT, kind="note.added", by="Kim Lee", data={"text": "Zelda Quix (zelda@quix.example) wants a call"}),
        Fact(number=2, at=AT, kind="task.done", what="call", by="Zelda Quix", data={"task": "acme/1/x/1/call", "late": 0.0}),
        Fact(number=3, at=AT, kind="survey.answered", what="nps", data={"score": 9}),
    ]
    RecordWriting(engine).write(
        "acme", RecordLines(life=1, as_of=AT, version=1, facts=facts, values={"name": "Acme", "stopped": "paused: ask Zelda Quix"})
    )
    return PersonalData(engine)


def test_a_person_is_found_by_any_row_in_whatever_form_the_address_is_written(rows: PersonalData) -> None:
    assert rows.customers_of("ZELDA@quix.example") == {"acme"}
    assert rows.customers_of(OTHER) == {"acme"}
    assert rows.customers_of("elda@quix.example") == set()
    assert [one["uid"] for one in rows.invitations("acme", ADDRESS)] == ["uid-1"]
    assert rows.invitations("acme", "nobody@quix.example") == []
    assert rows.refusing(ADDRESS) == []


def test_a_person_leaves_the_rows_and_others_stay_in_them(rows: PersonalData, engine: sa.Engine) -> None:
    assert rows.erase_person("acme", ZELDA) == Rows(touches=2, invitations=1, lives=1, record=4)
    rows.compact()
    assert rows.customers_of(ADDRESS) == set()
    assert not any(ZELDA.finds(str(row)) for row in rows.touches("acme"))
    assert [(row["key"], row["request"]) for row in rows.touches("acme") if row["state"] == "acting"] == [("acme/1/later/1/email", None)]
    [done] = [row for row in rows.touches("acme") if row["state"] == "confirmed"]
    assert done["receipt"] == {"key": "acme/1/welcome/1/email", "answer": "done", "reference": "m-1", "subject": "Hello, erased"}
    assert Ledger(engine).receipt("acme/1/welcome/1/email").answer is Answer.DONE
    invitation = Invitations(engine).find("uid-1")
    assert invitation is not None
    assert (invitation.invites(ADDRESS), invitation.invites(OTHER)) == (False, True)
    life = rows.life("acme")
    assert life is not None
    refused = life["opted_out"]
    assert isinstance(refused, dict)
    assert hash_of_address(OTHER) in refused
    [keyed] = [name for name in refused if name != hash_of_address(OTHER)]
    assert (stands_for(keyed, ADDRESS), stands_for(keyed, OTHER), refused[keyed]) == (True, False, ["offer"])
    assert rows.refusing(ADDRESS) == ["acme"]
    record = rows.record("acme")
    assert not ZELDA.finds(str(record))
    assert "erased (erased) wants a call" in str(record)
    assert rows.erase_person("acme", ZELDA) == Rows()
    assert life["last_known"] is not None and not ZELDA.finds(json.dumps(life["last_known"]))
    last = LastKnown.model_validate(life["last_known"])
    assert last.customer is not None
    assert [contact.email for contact in last.customer.contacts] == [OTHER]
    assert (last.customer.attributes, last.paused_why) == ({"notes": "ask erased"}, "erased asked for it")


def test_a_person_is_found_by_what_is_last_known_alone_and_shown_as_it_stands_there(engine: sa.Engine) -> None:
    zelda = Contact(name="Zelda Quix", email=ADDRESS)
    told = RememberLife(customer="acme", life="run-1", remains=EarlierLives(lives=1, terms=1), last=last_known_with(zelda))
    Lives(engine).remember(told)
    rows = PersonalData(engine)
    assert (rows.customers_of("ZELDA@quix.example"), rows.customers_of("elda@quix.example")) == ({"acme"}, set())
    assert rows.contact("acme", "Zelda@quix.example") == zelda.model_dump(mode="json")
    assert (rows.contact("acme", OTHER), rows.contact("other", ADDRESS)) == (None, None)


def test_of_a_customer_without_the_owner_who_is_erased_nothing_is_known_from_which_a_life_could_begin(engine: sa.Engine) -> None:
    told = RememberLife(customer="acme", life="run-1", remains=EarlierLives(lives=1, terms=1), last=last_known_with(owner=ADDRESS))
    Lives(engine).remember(told)
    PersonalData(engine).erase_person("acme", ZELDA)
    kept = Lives(engine).kept_of("acme")
    assert kept is not None and kept.last is None


def test_of_a_customer_nothing_is_left_but_its_terms_and_who_has_opted_out(rows: PersonalData) -> None:
    assert rows.erase_customer("acme") == Rows(touches=2, invitations=1, lives=1, record=5)
    assert (rows.touches("acme"), rows.invitations("acme")) == ([], [])
    assert rows.record("acme") == {"customer": None, "facts": [], "tasks": []}
    life = rows.life("acme")
    assert life is not None and is_bare(life)
    assert (life["terms"], life["number"], life["reason"], life["offers"], life["last_known"]) == (3, 1, "", [], "")
    assert (rows.refusing(ADDRESS), rows.refusing(OTHER)) == (["acme"], ["acme"])
    assert not rows.erase_customer("acme").any


def test_another_customer_is_left_as_it_is(rows: PersonalData) -> None:
    before = rows.touches("acme"), rows.life("acme")
    assert not rows.erase_customer("other").any
    assert not rows.erase_person("other", ZELDA).any
    assert (rows.touches("acme"), rows.life("acme")) == before
