"""Email to a real SMTP server that accepts, puts off, refuses, and hangs up."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.testing import ActivityEnvironment

from activities.ledger.failures import NotNow
from activities.registry import Activities
from activities.settings import Settings
from activities.transports.smtp import MailServer
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Answer, Recipient
from tests.activities.building import a_meeting, a_touch, opened, perform
from tests.activities.mail_server import MailCatcher

ANA, BEN = Recipient(name="Ana Silva", email="ana@acme.example"), Recipient(name="Ben Ito", email="ben@acme.example")


@pytest.fixture
async def posted(tmp_path: Path, mail_server: MailCatcher) -> AsyncIterator[Activities]:
    made = opened(tmp_path, smtp_url=mail_server.url)
    yield made
    await made.close()


async def test_a_message_arrives_once_however_often_it_is_asked_for(posted: Activities, mail_server: MailCatcher) -> None:
    environment = ActivityEnvironment()
    receipts = [await environment.run(posted.channels[TouchKind.EMAIL].perform, a_touch()) for _ in range(3)]
    assert {receipt.answer for receipt in receipts} == {Answer.DONE}
    [message] = mail_server.messages
    assert {receipt.reference for receipt in receipts} == {message["Message-ID"]}
    assert mail_server.envelopes == [["ana@acme.example"]]
    assert message["Subject"] == "Welcome, Ana"
    assert message["To"] == "Ana Silva <ana@acme.example>"


@pytest.mark.parametrize("phase", ["mail", "to", "data"])
async def test_a_server_that_refuses_for_a_while_gets_each_message_once(posted: Activities, mail_server: MailCatcher, phase: str) -> None:
    not_now = ["451 4.7.1 greylisted, come back later"] * 2
    if phase == "to":
        mail_server.to[ANA.email] = not_now
    else:
        setattr(mail_server, phase, not_now)
    for _ in range(2):
        with pytest.raises(NotNow, match=r"the mail server does not take the message now: 451 .*greylisted"):
            await perform(posted, a_touch())
    receipts = [await perform(posted, a_touch()) for _ in range(2)]
    assert [receipt.answer for receipt in receipts] == [Answer.DONE] * 2
    assert len(mail_server.messages) == 1
    assert posted.ledger.counts() == {"email": {"sent": 1}}


async def test_a_recipient_refused_for_good_is_a_refusal_without_an_address(posted: Activities, mail_server: MailCatcher) -> None:
    mail_server.to[ANA.email] = ["550 5.1.1 <ana@acme.example> unknown"]
    receipt = await perform(posted, a_touch())
    assert receipt.answer is Answer.REFUSED
    assert receipt.why == "the mail server refuses every recipient: 550 5.1.1 <(address)> unknown"
    assert (await perform(posted, a_touch())) == receipt
    assert mail_server.messages == []


async def test_a_message_refused_for_its_content_is_a_refusal(posted: Activities, mail_server: MailCatcher) -> None:
    mail_server.data = ["554 5.7.1 looks like spam"]
    receipt = await perform(posted, a_touch())
    assert (receipt.answer, receipt.why) == (Answer.REFUSED, "the mail server refuses the message: 554 5.7.1 looks like spam")


async def test_one_bad_recipient_does_not_keep_the_invitation_from_the_others(posted: Activities, mail_server: MailCatcher) -> None:
    mail_server.to[ANA.email] = ["550 5.1.1 unknown"]
    receipt = await perform(posted, a_meeting(to=[ANA, BEN]))
    assert (receipt.answer, receipt.why) == (Answer.DONE, "1 of 2 recipients was refused")
    assert mail_server.envelopes == [[BEN.email]]


async def test_whom_no_message_reaches_is_named_and_the_others_have_it(posted: Activities, mail_server: MailCatcher) -> None:
    mail_server.to[BEN.email] = ["550 5.1.1 unknown"]
    receipt = await perform(posted, a_meeting(to=[ANA, Recipient(name="José Ruiz", email="josé@acme.example"), BEN]))
    assert receipt.answer is Answer.DONE
    assert receipt.why == "1 of 2 recipients was refused; not to José Ruiz: no message can be sent to the address that is known"
    assert mail_server.envelopes == [[ANA.email]]


async def test_one_recipient_put_off_puts_the_message_off_for_all(posted: Activities, mail_server: MailCatcher) -> None:
    mail_server.to[BEN.email] = ["451 4.7.1 greylisted"]
    touch = a_meeting(to=[ANA, BEN])
    with pytest.raises(NotNow):
        await perform(posted, touch)
    assert mail_server.messages == []
    await perform(posted, touch)
    assert mail_server.envelopes == [[ANA.email, BEN.email]]


async def test_a_line_that_breaks_before_the_answer_leaves_the_message_to_a_person(posted: Activities, mail_server: MailCatcher) -> None:
    mail_server.hang_up = 1
    receipts = [await perform(posted, a_touch()) for _ in range(2)]
    assert [receipt.answer for receipt in receipts] == [Answer.UNKNOWN] * 2
    assert len(mail_server.messages) == 1


async def test_a_server_that_is_down_is_asked_again_and_the_message_is_not_lost(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        nobody = opened(tmp_path, smtp_url=url)
        for _ in range(2):
            with pytest.raises(NotNow, match="the mail server does not let us in"):
                await perform(nobody, a_touch())
        await nobody.close()


@pytest.mark.parametrize(
    ("url", "tls", "start_tls", "port"),
    [
        ("smtp://mail.example.com", False, None, None),
        ("smtp://user:p%40ss@mail.example.com:587", False, True, 587),
        ("smtp://user:p%40ss@localhost:1025", False, None, 1025),
        ("smtps://user:p%40ss@mail.example.com", True, None, None),
        ("smtp+starttls://mail.example.com:587", False, True, 587),
    ],
)
def test_a_password_goes_to_another_host_over_tls_alone(url: str, tls: bool, start_tls: bool | None, port: int | None) -> None:
    server = MailServer(Settings(smtp_url=url).smtp_url.get_secret_value(), lambda touch: pytest.fail(touch.key), timeout=5)
    assert (server.tls, server.start_tls, server.port) == (tls, start_tls, port)
    assert server.password in (None, "p@ss")


async def test_a_server_without_the_tls_it_must_have_gets_nothing(tmp_path: Path, mail_server: MailCatcher) -> None:
    strict = opened(tmp_path, smtp_url=mail_server.url.replace("smtp://", "smtp+starttls://"))
    with pytest.raises(NotNow, match="the mail server does not let us in"):
        await perform(strict, a_touch())
    assert mail_server.messages == []
    await strict.close()
