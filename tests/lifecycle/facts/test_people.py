"""What is told of people: what they are called, and addresses that no message reaches."""

import pytest

from lifecycle.domain.model import Scalar
from lifecycle.facts.events import Event, read_fields
from tests.lifecycle.building import a_playbook, an_event, live, living, moment

ANA: dict[str, Scalar] = {"name": "Dr. Ana Silva", "email": "ana@acme.example"}


@pytest.mark.parametrize(
    ("told", "called"),
    [
        ([{"first_name": "Anita"}], "Anita"),
        ([{"first_name": "Anita"}, {"role": "sponsor"}], "Anita"),
        ([{"first_name": "Anita"}, {"name": "Ana Berg"}], "Ana"),
        ([{"first_name": "Anita"}, {"first_name": "Nita"}], "Nita"),
        ([{}], "Ana"),
    ],
    ids=["told", "told before, with the same name", "told before, with another name", "told anew", "never told"],
)
def test_a_contact_is_called_as_was_told_last_under_its_present_name(told: list[dict[str, Scalar]], called: str) -> None:
    events = [
        Event(id=str(day), type="contact.added", at=moment(f"2026-03-0{day}"), data=ANA | fields) for day, fields in enumerate(told, 3)
    ]
    life = live(living(a_playbook()), moment("2026-03-09"), *events)
    contact = life.life.customer.contact("ana@acme.example")
    assert contact is not None
    assert contact.first_name == called


def test_an_owner_signs_as_was_told_until_there_is_another() -> None:
    life = living(a_playbook())
    live(life, moment("2026-03-04"), an_event("customer.changed", moment("2026-03-03"), owner_first_name="Kimmy"))
    assert (life.life.customer.owner.name, life.life.customer.owner.first_name) == ("Kim Lee", "Kimmy")
    live(life, moment("2026-03-06"), an_event("customer.changed", moment("2026-03-05"), owner_name="Max Moe", owner_email="max@us.example"))
    assert life.life.customer.owner.first_name == "Max"


@pytest.mark.parametrize(
    "email", ["a..b@acme.example", "ana.@acme.example", "mailto:ana@acme.example", "ana@acme..example", "josé@acme.example"]
)
@pytest.mark.parametrize(
    ("type_name", "field", "data"),
    [("contact.added", "email", {"name": "Ana Silva"}), ("customer.changed", "owner_email", {"owner_name": "Kim Lee"})],
    ids=["contact.added", "customer.changed"],
)
def test_an_address_that_no_message_can_carry_is_refused_of_whom_messages_would_go_to(
    type_name: str, field: str, data: dict[str, object], email: str
) -> None:
    with pytest.raises(
        ValueError, match=f"{type_name}: '{field}' is no email address that a message can be sent to: .*, and this says '{email}'"
    ):
        read_fields(type_name, data | {field: email})


@pytest.mark.parametrize("type_name", ["contact.left", "contact.opted_out", "contact.opted_in", "login"])
def test_whoever_is_known_by_such_an_address_can_still_leave_and_refuse(type_name: str) -> None:
    assert read_fields(type_name, {"email": " josé@Acme.example "}).plain()["email"] == "josé@Acme.example"
    with pytest.raises(ValueError, match="is no email address"):
        read_fields(type_name, {"email": "nobody"})


def test_an_address_is_kept_in_the_form_that_people_read() -> None:
    event = an_event("contact.added", moment("2026-03-03"), name="Ana Silva", email=" Ana@XN--MLLER-KVA.example. ")
    life = live(living(a_playbook()), moment("2026-03-04"), event)
    assert life.life.customer.contacts[-1].email == "Ana@müller.example"
