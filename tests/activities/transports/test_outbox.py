"""The outbox: a file a touch, found again, counted from the files themselves."""

import mailbox
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.ledger.transport import Verdict
from activities.registry import Activities
from activities.transports.outbox import sent_twice, slug
from lifecycle.domain.enums import TouchKind
from tests.activities.building import AT, a_task, a_touch, perform


async def test_a_mail_reader_opens_the_outbox(activities: Activities, tmp_path: Path) -> None:
    receipt = await perform(activities, a_touch())
    [message] = mailbox.Maildir(tmp_path / "outbox/mail", create=False)
    assert message["Message-ID"] == receipt.reference
    [file] = (tmp_path / "outbox/mail/new").iterdir()
    assert file.stat().st_mtime == AT.timestamp()
    assert b"Welcome, Ana" in file.read_bytes()
    assert list((tmp_path / "outbox/mail/tmp").iterdir()) == []


async def test_a_message_that_was_read_is_still_found(activities: Activities, tmp_path: Path) -> None:
    receipt = await perform(activities, a_touch())
    [file] = (tmp_path / "outbox/mail/new").iterdir()
    file.rename(tmp_path / "outbox/mail/cur" / f"{file.name}:2,S")
    earlier = await activities.channels[TouchKind.EMAIL].transport.find_earlier_attempt(a_touch())
    assert (earlier.verdict, earlier.reference) == (Verdict.DONE, receipt.reference)
    assert (
        await activities.channels[TouchKind.EMAIL].transport.find_earlier_attempt(a_touch("acme/1/welcome/2/email"))
    ).verdict is Verdict.NOT_DONE


async def test_what_lies_there_more_than_once_is_counted(activities: Activities, tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    await perform(activities, a_touch())
    await perform(activities, a_task())
    assert sent_twice(outbox) == 0
    [mail] = (outbox / "mail/new").iterdir()
    (outbox / "mail/cur/copy:2,S").write_bytes(mail.read_bytes())
    [task] = (outbox / "task").iterdir()
    (outbox / "task/copy.json").write_bytes(task.read_bytes())
    assert sent_twice(outbox) == 2


def test_an_outbox_that_is_not_there_holds_nothing_twice(tmp_path: Path) -> None:
    assert sent_twice(tmp_path / "nowhere") == 0


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_key_has_a_file_name_of_its_own_that_is_safe_everywhere(key: str, other: str) -> None:
    assert (slug(key) == slug(other)) == (key == other)
    assert slug(key).isascii()
    assert not set(slug(key)) & set('/\\:*?"<>| \n')
    assert not slug(key).startswith(".")
    assert len(slug(key)) < 120


@pytest.mark.parametrize("key", ["acme/1/welcome/1/email"])
def test_a_file_name_can_be_read(key: str) -> None:
    assert slug(key).startswith("acme-1-welcome-1-email-")
