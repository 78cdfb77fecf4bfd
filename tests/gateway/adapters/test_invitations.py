"""The invitations that are kept: found by UID, known by their guests' digests, moved and never moved back."""

import hashlib
from dataclasses import replace

import pytest
import sqlalchemy as sa

from activities.ledger.invitations import INVITATIONS, Invitation, Invitations
from activities.mail.meeting_uids import meeting_uid
from gateway.adapters.calendar_replies import IrrelevantMail, Reply, reply_fields
from lifecycle.domain.touch import Recipient
from tests.activities.building import AT, a_meeting, a_playbook

COMPANY = a_playbook().company


def test_an_invitation_is_found_by_its_uid_and_knows_its_guests(engine: sa.Engine) -> None:
    invitations, touch = Invitations(engine), a_meeting(customer="nordwind", to=[Recipient(name="Ana", email="Ana@Acme.example")])
    kept = [invitations.keep(meeting_uid(touch, COMPANY), touch) for _ in range(2)]
    found = invitations.find(meeting_uid(touch, COMPANY))
    assert found is not None
    assert [found, found] == kept
    assert (found.customer, found.meeting, found.sequence) == ("nordwind", "kickoff", 0)
    assert [found.invites(address) for address in ("ana@acme.example", " ANA@acme.example", "ben@acme.example", "")] == [
        True,
        True,
        False,
        False,
    ]
    assert invitations.find("another@us.example") is None
    with engine.connect() as connection:
        [row] = connection.execute(sa.select(INVITATIONS)).all()
    assert "acme.example" not in str(row)


def test_a_moved_meeting_takes_the_place_of_the_earlier_one_and_an_old_attempt_does_not(engine: sa.Engine) -> None:
    invitations = Invitations(engine)
    first, moved = (
        a_meeting(sequence=sequence, to=[Recipient(name=name, email=f"{name}@acme.example")])
        for sequence, name in enumerate(("ana", "ben"))
    )
    for touch in (first, moved, first):
        invitations.keep(meeting_uid(touch, COMPANY), touch)
    found = invitations.find(meeting_uid(first, COMPANY))
    assert found is not None
    assert (found.sequence, found.invites("ana@acme.example"), found.invites("ben@acme.example")) == (1, False, True)


def test_a_reply_to_a_meeting_that_was_taken_back_is_heard_no_more(engine: sa.Engine) -> None:
    invitations = Invitations(engine)
    touch, taken_back = (a_meeting(sequence=sequence, cancels=sequence == 2) for sequence in (1, 2))
    uid = meeting_uid(touch, COMPANY)
    reply = Reply(uid=uid, method="REPLY", partstat="ACCEPTED", addresses=("ana@acme.example",), start="", sequence=1, stamp=None)
    invitations.keep(uid, touch)
    assert reply_fields(reply, invitations.find, AT)["meeting"] == "kickoff"
    invitations.keep(uid, taken_back)
    for late in (reply, replace(reply, sequence=2)):
        with pytest.raises(IrrelevantMail, match="cancelled"):
            reply_fields(late, invitations.find, AT)


@pytest.mark.parametrize(
    ("told", "answers"),
    [
        ("ana@müller.example", "ana@xn--mller-kva.example"),
        ("ana@xn--mller-kva.example", "Ana@MÜLLER.example"),
        ("ana@straße.example", "ana@xn--strae-oqa.example"),
    ],
)
def test_a_guest_is_known_in_whatever_form_the_address_comes(engine: sa.Engine, told: str, answers: str) -> None:
    touch = a_meeting(to=[Recipient(name="Ana", email=told)])
    kept = Invitations(engine).keep(meeting_uid(touch, COMPANY), touch)
    assert kept.invites(answers)
    assert not kept.invites("ana@strasse.example")


@pytest.mark.parametrize("told", ["ana@müller.example", "Ana@Acme.example", "ana@xn--mller-kva.example"])
def test_an_invitation_that_release_0_1_0_kept_knows_its_guests(told: str) -> None:
    digest = hashlib.blake2b(f"m@us.example {told.lower()}".encode(), digest_size=16).hexdigest()
    kept = Invitation(uid="m@us.example", customer="nordwind", meeting="kickoff", sequence=0, guests=frozenset({digest}))
    assert kept.invites(told)
    assert not kept.invites("ben@acme.example")
