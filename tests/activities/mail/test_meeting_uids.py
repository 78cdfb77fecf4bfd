"""A meeting's UID: one for all invitations to it, which nobody can guess."""

import hashlib
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from activities.ledger.database.database import open_database
from activities.ledger.invitations import Invitations
from activities.mail.meeting_uids import MeetingUids, meeting_uid
from tests.activities.building import a_meeting, a_playbook

COMPANY = a_playbook().company
OLD, NEW = SecretStr("the-first-secret-of-links-ever-used"), SecretStr("the-secret-that-took-the-place-of-it")
FIRST, AGAIN = a_meeting("acme/1/kickoff/1/meeting"), a_meeting("acme/1/kickoff/1/meeting-2", sequence=1)
OF_RELEASE_0_1_0 = f"{hashlib.blake2b(b'acme/1/kickoff/1/kickoff', digest_size=16).hexdigest()}@us.example"
"""As release 0.1.0 made it, and as anybody can."""


@pytest.fixture
def invitations(tmp_path: Path) -> Invitations:
    return Invitations(open_database(f"sqlite:///{tmp_path / 'ledger.sqlite'}"))


@pytest.mark.parametrize("secrets", [(), (OLD,), (NEW, OLD)], ids=["without secrets", "with one", "with two"])
def test_all_invitations_to_a_meeting_have_one_and_every_other_meeting_has_another(
    invitations: Invitations, secrets: tuple[SecretStr, ...]
) -> None:
    uids = MeetingUids(secrets, invitations)
    others = [a_meeting("acme/1/kickoff/2/meeting"), a_meeting("acme/1/kickoff/1/meeting", template="training")]
    first, again, *different = [uids.uid(touch, COMPANY) for touch in (FIRST, AGAIN, *others)]
    assert first == again == MeetingUids(secrets, invitations).uid(FIRST, COMPANY)
    assert len({first, *different}) == 3
    assert first.endswith("@us.example") and "acme" not in first


@pytest.mark.parametrize("secrets", [(), (OLD,)], ids=["without secrets", "with one"])
def test_nobody_can_work_it_out_from_what_it_is_of(invitations: Invitations, tmp_path: Path, secrets: tuple[SecretStr, ...]) -> None:
    uid = MeetingUids(secrets, invitations).uid(FIRST, COMPANY)
    assert meeting_uid(FIRST, COMPANY) == OF_RELEASE_0_1_0 != uid
    assert uid != MeetingUids((NEW,), invitations).uid(FIRST, COMPANY)
    elsewhere = Invitations(open_database(f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"))
    assert (uid == MeetingUids(secrets, elsewhere).uid(FIRST, COMPANY)) is bool(secrets)
    assert invitations.find(OF_RELEASE_0_1_0) is None


@pytest.mark.parametrize("changed", [(NEW, OLD), (OLD, NEW), (NEW,), ()], ids=["a new one in front", "a new one behind", "another", "none"])
def test_a_meeting_that_is_moved_keeps_the_uid_that_it_went_out_under_while_the_secret_is_there(
    invitations: Invitations, changed: tuple[SecretStr, ...]
) -> None:
    went_out_as = MeetingUids((OLD,), invitations).uid(FIRST, COMPANY)
    invitations.keep(went_out_as, FIRST)
    assert (MeetingUids(changed, invitations).uid(AGAIN, COMPANY) == went_out_as) is (OLD in changed)


def test_secrets_that_are_set_later_leave_meetings_of_before_their_uid(invitations: Invitations) -> None:
    went_out_as = MeetingUids((), invitations).uid(FIRST, COMPANY)
    invitations.keep(went_out_as, FIRST)
    assert MeetingUids((NEW,), invitations).uid(AGAIN, COMPANY) == went_out_as


def test_a_meeting_that_release_0_1_0_sent_keeps_its_uid_and_is_known_by_it(invitations: Invitations) -> None:
    invitations.keep(OF_RELEASE_0_1_0, FIRST)
    uids = MeetingUids((NEW,), invitations)
    assert uids.uid(FIRST, COMPANY) == uids.uid(AGAIN, COMPANY) == OF_RELEASE_0_1_0
    found = invitations.find(OF_RELEASE_0_1_0)
    assert found is not None and found.customer == FIRST.customer
    assert uids.uid(a_meeting("acme/1/kickoff/2/meeting"), COMPANY) != OF_RELEASE_0_1_0


def test_the_databases_key_is_made_once_whoever_asks_first(engine: sa.Engine) -> None:
    first, second = Invitations(engine), Invitations(engine)
    assert (len(first.key()), first.key()) == (32, second.key())
