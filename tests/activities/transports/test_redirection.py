"""Test mode: everything goes to one address, marked with whom it was for."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from activities.settings import Settings
from console.commands.dev import run_dev
from gateway.http.settings import GatewaySettings
from lifecycle.domain.enums import Category, TouchKind
from lifecycle.domain.errors import Mistake
from lifecycle.domain.touch import Answer, Recipient, Touch
from tests.activities.building import a_meeting, a_touch, opened, perform
from tests.activities.conftest import Answering
from tests.activities.mail_server import MailCatcher

ME = "me@us.example"
MANY = [Recipient(name=f"P{number}", email=f"p{number}@acme.example") for number in range(5)]

MESSAGES: dict[str, tuple[Touch, str]] = {
    "an email": (a_touch(category=Category.SUCCESS), "[for ana@acme.example] Welcome, Ana"),
    "a survey": (a_touch("acme/1/nps/1/s", TouchKind.SURVEY, template="nps"), "[for ana@acme.example] One question"),
    "an invitation": (a_meeting(), "[for ana@acme.example] Kickoff with Acme"),
    "to five": (a_touch(to=MANY), "[for p0@acme.example, p1@acme.example, p2@acme.example and 2 more] Welcome, Ana"),
}


@pytest.mark.parametrize("name", MESSAGES)
async def test_what_is_for_customers_goes_to_the_one_address_and_says_for_whom_it_was(
    name: str, tmp_path: Path, mail_server: MailCatcher
) -> None:
    touch, subject = MESSAGES[name]
    activities = opened(tmp_path, smtp_url=mail_server.url, redirect=ME, public_url="https://us.example", link_secrets="x" * 40)
    receipt = await perform(activities, touch)
    await activities.close()
    assert (receipt.answer, receipt.why, receipt.subject) == (
        Answer.DONE,
        "redirected in test mode: whom it was for did not get it",
        subject,
    )
    [message] = mail_server.messages
    assert (message["To"], message["Subject"]) == (ME, subject)
    assert mail_server.envelopes == [[ME]]
    assert [header for header in message if header.startswith("List-")] == []


@pytest.mark.parametrize("kind", [TouchKind.TASK, TouchKind.ESCALATE, TouchKind.OFFER, TouchKind.WEBHOOK])
async def test_no_system_is_told_anything_and_what_it_would_be_told_comes_by_mail(
    kind: TouchKind, tmp_path: Path, mail_server: MailCatcher, endpoint: Answering
) -> None:
    urls = {"tasks_url": endpoint.url, "escalations_url": endpoint.url, "offers_url": endpoint.url, "slack_url": endpoint.url}
    activities = opened(tmp_path, smtp_url=mail_server.url, redirect=ME, webhooks={"crm": endpoint.url}, **urls)
    name = "crm" if kind is TouchKind.WEBHOOK else "call"
    hostile = "Call \u202ethem\r\nBcc: victim@evil.example"
    receipt = await perform(activities, a_touch(f"acme/1/p/1/{kind}", kind, name=name, owner="csm", text=hostile, to=[]))
    await activities.close()
    assert receipt.answer is Answer.DONE
    [message] = mail_server.messages
    assert mail_server.envelopes == [[ME]]
    assert str(message["Subject"]).startswith(f"[{kind.value} for csm] Call")
    assert message["Bcc"] is None
    part = message.get_body(("plain",))
    assert part is not None
    assert json.loads(part.get_content())["key"] == f"acme/1/p/1/{kind}"
    assert endpoint.seen == []


async def test_without_a_mail_server_all_of_it_goes_into_the_outbox(tmp_path: Path, endpoint: Answering) -> None:
    activities = opened(tmp_path, redirect=ME, tasks_url=endpoint.url)
    for touch in (a_touch(), a_touch("acme/1/p/1/t", TouchKind.TASK, text="Call them", to=[])):
        assert (await perform(activities, touch)).answer is Answer.DONE
    await activities.close()
    assert endpoint.seen == []
    [mail] = (tmp_path / "outbox" / "mail" / "new").iterdir()
    assert b"To: me@us.example" in mail.read_bytes()
    assert len(list((tmp_path / "outbox" / "task").iterdir())) == 1


REAL = "smtp://mail.example.com"
MAILS = {
    "no server": ({}, False),
    "a catcher on this machine": ({"smtp_url": "smtp://localhost:1025"}, False),
    "a server": ({"smtp_url": REAL}, True),
    "a server, redirected": ({"smtp_url": REAL, "redirect": ME}, False),
}


@pytest.mark.parametrize("name", MAILS)
def test_customers_get_mail_where_a_server_elsewhere_is_set_and_nothing_is_redirected(name: str) -> None:
    told, mails = MAILS[name]
    assert Settings.from_env({f"EVERGREEN_{key.upper()}": value for key, value in told.items()}).mails_customers is mails


async def test_dev_asks_before_customers_get_mail_from_it(tmp_path: Path) -> None:
    settings = Settings.from_env({"EVERGREEN_HOME": str(tmp_path / "home"), "EVERGREEN_SMTP_URL": REAL})
    with pytest.raises(Mistake) as refused:
        await run_dev(Console(quiet=True), settings, GatewaySettings())
    assert str(refused.value) == (
        "EVERGREEN_SMTP_URL names a mail server, so customers would get mail from here: set EVERGREEN_REDIRECT=you@example.com to have all of it "
        "go to you, or EVERGREEN_LIVE=1 if it may go to them."
    )
    assert not (tmp_path / "home").exists()
