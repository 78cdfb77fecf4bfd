"""What a message says in its headers and parts, read back as a mail reader reads it."""

import base64
import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import SecretStr

from activities.ledger.failures import NotNow, Refused
from activities.ledger.playbook_store import PlaybookStore, PublishedPlaybook
from activities.mail.headers import one_line
from activities.mail.links import LINK_LIFETIMES, Link, LinkCodec, Purpose
from activities.mail.message import Composer
from activities.mail.message_links import message_identity
from activities.mail.wording import MAIL_WORDINGS
from activities.registry import Activities
from lifecycle.domain.enums import Category, TouchKind
from lifecycle.domain.touch import Answer, Recipient, Touch
from lifecycle.playbook.playbook import Playbook
from tests.activities.building import TEMPLATES, VALUES, a_meeting, a_playbook, a_touch, perform

PUBLISHED = PublishedPlaybook(a_playbook(), TEMPLATES)
PUBLIC = "https://gateway.customer-success.us.example"
SECRETS = (SecretStr("a-link-secret-that-nobody-could-guess"),)
ANA, BO = Recipient(name="Ana Silva", email="ana@acme.example"), Recipient(name="Bo Berg", email="bo@acme.example")


class OnePlaybook(PlaybookStore):
    """One playbook, at hand."""

    def __init__(self, published: PublishedPlaybook = PUBLISHED) -> None:
        self.published = published

    def get(self, ref: str) -> PublishedPlaybook:
        return self.published


def composed(touch: Touch, public_url: str = "", published: PublishedPlaybook = PUBLISHED) -> EmailMessage:
    return message_from_bytes(Composer(OnePlaybook(published), public_url, SECRETS).compose(touch).as_bytes(), policy=policy.default)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content


def test_the_message_says_who_writes_to_whom_when_and_why() -> None:
    message = composed(a_touch(timezone="America/New_York"))
    assert message["From"] == "Us & Co <success@us.example>"
    assert message["To"] == "Ana Silva <ana@acme.example>"
    assert message["Reply-To"] == "Kim Lee <kim@us.example>"
    assert message["Subject"] == "Welcome, Ana"
    assert message["Date"] == "Mon, 02 Mar 2026 03:00:00 -0500"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_every_attempt_at_a_touch_has_the_same_message_id_and_no_other_touch_has() -> None:
    ids = [composed(a_touch())["Message-ID"] for _ in range(2)] + [composed(a_touch("acme/1/welcome/2/email"))["Message-ID"]]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].endswith("@us.example>")
    assert "acme" not in ids[0]


@pytest.mark.parametrize("category", [Category.SUCCESS, Category.SURVEY, Category.OFFER])
def test_a_message_that_is_not_operational_says_how_to_hear_less(category: Category) -> None:
    message = composed(a_touch(category=category))
    assert message["List-Unsubscribe"] == f"<mailto:success@us.example?subject=unsubscribe%20{category.value}>"
    assert message["List-Unsubscribe-Post"] is None
    assert "reply with the word unsubscribe" in body(message, "plain")


def test_an_operational_message_has_nothing_to_unsubscribe_from() -> None:
    message = composed(a_touch(category=Category.OPERATIONAL), "https://us.example")
    assert message["List-Unsubscribe"] is None
    assert "unsubscribe" not in body(message, "plain") + body(message, "html")


@pytest.mark.parametrize(("public", "one_click"), [(PUBLIC, True), ("http://localhost:8080", False)])
def test_a_link_to_unsubscribe_is_one_click_over_https_alone_and_is_not_mangled(public: str, one_click: bool) -> None:
    raw = Composer(OnePlaybook(), public, SECRETS).compose(a_touch()).as_bytes()
    message = message_from_bytes(raw, policy=policy.default)
    [link] = links(body(message, "plain"), public, "unsubscribe")
    by_mail = "<mailto:success@us.example?subject=unsubscribe%20success>"
    assert f"List-Unsubscribe: {by_mail},\r\n <{link}>\r\n" in raw.decode()
    assert (message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click") is one_click
    assert links(body(message, "html"), public, "unsubscribe") == [link]
    assert links(body(message, "html"), public, "preferences") == [link.replace("unsubscribe", "preferences")]
    assert "reply with the word" not in body(message, "plain")


def links(text: str, public: str, page: str) -> list[str]:
    return re.findall(rf"{re.escape(public)}/{page}/[A-Za-z0-9_-]+(?:\?\w+=\w+)?", text)


def opened(url: str, purpose: Purpose) -> Link:
    return LinkCodec(SECRETS).decode(url.partition("?")[0].rpartition("/")[2], purpose)


@pytest.mark.parametrize("category", [Category.SUCCESS, Category.SURVEY, Category.OFFER])
def test_what_a_link_to_unsubscribe_says_is_sealed_in_it(category: Category) -> None:
    touch = a_touch(category=category, language="de")
    [link] = links(body(composed(touch, PUBLIC), "plain"), PUBLIC, "unsubscribe")
    assert opened(link, Purpose.UNSUBSCRIBE) == Link(
        purpose=Purpose.UNSUBSCRIBE,
        playbook="standard@v1",
        customer="acme",
        contacts=("ana@acme.example",),
        about=category.value,
        touch=message_identity(touch),
        language="de",
        expires=touch.at + LINK_LIFETIMES[Purpose.UNSUBSCRIBE],
    )


def test_a_survey_has_a_link_for_each_score_and_one_in_its_text() -> None:
    touch = a_touch(kind=TouchKind.SURVEY, template="nps", category=Category.SURVEY)
    message = composed(touch, PUBLIC)
    [plain] = links(body(message, "plain"), PUBLIC, "answer")
    assert links(body(message, "html"), PUBLIC, "answer") == [f"{plain}?score={score}" for score in range(11)]
    assert re.findall(r"score=(\d+)\"[^>]*>(\d+)</a>", body(message, "html")) == [(str(score), str(score)) for score in range(11)]
    assert "0 = not at all likely, 10 = extremely likely" in body(message, "html")
    link = opened(plain, Purpose.ANSWER)
    assert (link.about, link.contacts, link.expires) == ("nps", ("ana@acme.example",), touch.at + timedelta(days=60))

    other = composed(a_touch(kind=TouchKind.SURVEY, template="nps", values=VALUES | {"survey": {"id": "onboarding"}}), PUBLIC)
    assert [link.rpartition("=")[2] for link in links(body(other, "html"), PUBLIC, "answer")] == ["1", "2", "3", "4", "5"]


def test_an_invitation_may_be_answered_by_link_until_it_is_over_and_of_several_guests_none_unsubscribes_another() -> None:
    touch = a_meeting(to=[ANA, BO])
    message = composed(touch, PUBLIC)
    accept, decline = links(body(message, "plain"), PUBLIC, "meeting")
    assert (accept.rpartition("?")[2], decline.rpartition("?")[2]) == ("answer=accepted", "answer=declined")
    assert links(body(message, "html"), PUBLIC, "meeting") == [accept, decline]
    link = opened(accept, Purpose.MEETING)
    assert (link.about, link.contacts, link.expires) == ("kickoff", ("ana@acme.example", "bo@acme.example"), touch.ends)
    assert link.when == "2026-03-03 09:00 Europe/Berlin"
    assert message["List-Unsubscribe"] == "<mailto:success@us.example?subject=unsubscribe%20success>"
    assert message["List-Unsubscribe-Post"] is None
    assert "reply with the word unsubscribe" in body(message, "plain")
    assert links(body(composed(a_meeting(), PUBLIC), "plain"), PUBLIC, "unsubscribe") != []


def test_the_longest_link_fits_into_a_header_line() -> None:
    to = Recipient(name="Ana", email=f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example")
    touch = a_touch(customer="c" * 64, playbook=f"{'p' * 64}@{'0' * 16}", to=[to], category=Category.SUCCESS)
    raw = Composer(OnePlaybook(), f"https://{'h' * 60}.us.example/care", SECRETS).compose(touch).as_bytes()
    assert 700 < max(map(len, raw.split(b"\r\n\r\n", 1)[0].split(b"\r\n"))) < 998


def test_so_many_guests_that_no_server_takes_their_link_have_the_calendars_buttons_alone() -> None:
    crowd = [Recipient(name=f"Guest {number}", email=f"guest-{number}@a-rather-long-name.acme.example") for number in range(100)]
    assert links(body(composed(a_meeting(to=crowd), PUBLIC), "html"), PUBLIC, "meeting") == []


@pytest.mark.parametrize(("milestone", "asks"), [("first-report", True), ("import", False), ("gone", False)])
def test_a_message_about_a_customer_milestone_has_a_link_that_says_it_is_done(milestone: str, asks: bool) -> None:
    stage = {
        "goal": "value",
        "owner": "csm",
        "exit": "true",
        "milestones": {
            "first-report": {"kind": "customer", "due": "30d"},
            "import": {"kind": "functional", "due": "7d", "done_when": "true"},
        },
    }
    playbook = Playbook.model_validate(a_playbook().model_dump(by_alias=True, exclude_none=True) | {"stages": {"onboarding": stage}})
    touch = a_touch(values=VALUES | {"milestone": {"id": milestone, "name": "x", "due_date": "y"}})
    message = composed(touch, PUBLIC, PublishedPlaybook(playbook, TEMPLATES))
    found = links(body(message, "html"), PUBLIC, "milestone")
    assert found == links(body(message, "plain"), PUBLIC, "milestone")
    assert [opened(link, Purpose.MILESTONE).about for link in found] == ([milestone] if asks else [])


@pytest.mark.parametrize(
    "touch", [a_touch(), a_meeting(to=[ANA, BO]), a_touch(kind=TouchKind.SURVEY, template="nps")], ids=["email", "meeting", "survey"]
)
def test_every_attempt_makes_the_same_bytes(touch: Touch) -> None:
    first, second = (Composer(OnePlaybook(), PUBLIC, SECRETS).compose(touch).as_bytes() for _ in range(2))
    assert first == second


def test_nobody_reads_an_address_or_a_customer_in_a_link() -> None:
    for touch in (a_touch(), a_meeting(to=[ANA, BO]), a_touch(kind=TouchKind.SURVEY, template="nps")):
        for url in re.findall(rf"{re.escape(PUBLIC)}/\w+/([^\s<>\"?]+)", body(composed(touch, PUBLIC), "html")):
            sealed = base64.urlsafe_b64decode(url + "=" * (-len(url) % 4))
            assert all(word not in sealed and word not in url.encode() for word in (b"acme", b"ana@", b"bo@", b"standard"))
            assert len(url) < 350


@pytest.mark.parametrize("language", ["en", "de", "es", "zh", "fr"])
@pytest.mark.parametrize("public", ["", PUBLIC], ids=["by reply", "by link"])
def test_our_own_words_are_in_the_customers_language_or_in_english(language: str, public: str) -> None:
    words = MAIL_WORDINGS.by_language[language if language != "fr" else "en"]
    message = composed(a_touch(language=language, category=Category.OFFER), public)
    for part in (body(message, "plain"), body(message, "html")):
        assert (words.reply.offer in part) is not bool(public)
        assert (words.stop.offer in part) is bool(public)
    assert f'<td lang="{words.language}"' in body(message, "html")


def test_a_survey_says_which_one_it_is() -> None:
    assert composed(a_touch(kind=TouchKind.SURVEY, template="nps", category=Category.SURVEY))["X-Evergreen-Survey"] == "nps"


def test_the_customers_language_is_used_where_the_template_has_it() -> None:
    assert composed(a_touch(language="de"))["Subject"] == "Willkommen, Ana"
    assert composed(a_touch(language="fr"))["Subject"] == "Welcome, Ana"
    assert '<html lang="de">' in body(composed(a_touch(language="de")), "html")


async def test_a_message_of_a_playbook_that_is_not_published_is_asked_for_again(activities: Activities) -> None:
    with pytest.raises(NotNow, match="playbook standard@v2 is not published"):
        await perform(activities, a_touch(playbook="standard@v2"))
    activities.playbooks.publish(a_playbook("v2"), TEMPLATES)
    assert (await perform(activities, a_touch(playbook="standard@v2"))).answer is Answer.DONE


@pytest.mark.parametrize(
    ("touch", "why"),
    [
        (a_touch(template="nothing"), "playbook standard@v1 has no template 'nothing'"),
        (a_touch(to=[]), "nobody to send it to"),
        (a_touch(to=[Recipient(name="Ana", email="a..b@acme.example")]), "an address of this message is malformed"),
        (a_touch(to=[Recipient(name="Ana", email="jörg@acme.example")]), "an address of this message is malformed"),
        (
            a_touch(values={name: leaves for name, leaves in VALUES.items() if name != "contact"}),
            "template 'welcome' cannot be filled in: .*contact",
        ),
        (a_touch(values=VALUES | {"customer": {"name": "Acme", "goal": ""}}), "'customer.goal' has no value"),
        (a_touch(values=VALUES | {"customer": {"name": "Acme"}}), "'customer.goal' has no value"),
        (a_meeting(ends=None), "the meeting has no time"),
    ],
    ids=["no template", "nobody", "bad address", "address beyond ASCII", "a branch missing", "a value empty", "a value missing", "no time"],
)
async def test_a_message_with_a_fault_is_refused_and_never_sent(activities: Activities, tmp_path: Path, touch: Touch, why: str) -> None:
    receipt = await perform(activities, touch)
    assert receipt.answer is Answer.REFUSED
    assert why.split(".*")[0] in receipt.why
    assert "@acme" not in receipt.why
    assert list((tmp_path / "outbox/mail/new").iterdir()) == []


def people_of(raw: bytes, header: str) -> list[tuple[str, str]]:
    # By RFC 2047's own reading; Python's newer parser puts a space between two encoded words of a name.
    found = message_from_bytes(raw).get_all(header)
    return [(str(make_header(decode_header(name))), address) for name, address in getaddresses(found or [])]


NAMES = st.text(min_size=1, max_size=120).filter(one_line)


@given(name=NAMES, other=NAMES)
@example(name="Ana\r\nBcc: all@acme.example", other="=?utf-8?q?=0D=0ABcc=3A_x?=")
@example(name='Silva, Ana "the boss" <ana@x.example>', other="株式会社" * 25)
@example(name="a" * 120, other="Jürgen, Müller; (Chef) \\" * 5)
@example(name="=?", other="é" * 60 + " " + "a" * 50)
def test_any_name_comes_back_as_it_was_and_adds_no_header(name: str, other: str) -> None:
    people = [Recipient(name=name, email="ana@acme.example"), Recipient(name=other, email="ben@acme.example")]
    values = VALUES | {"contact": {"name": name, "first_name": f"x{name}"}, "owner": {"name": other, "email": "kim@us.example"}}
    raw = Composer(OnePlaybook()).compose(a_touch(to=people, values=values)).as_bytes()
    message = message_from_bytes(raw, policy=policy.default)
    head = raw.split(b"\r\n\r\n", 1)[0]
    assert head.isascii()
    assert max(map(len, head.split(b"\r\n"))) < 998
    assert set(message.keys()) == set(composed(a_touch()).keys())
    assert people_of(raw, "To") == [(one_line(name), "ana@acme.example"), (one_line(other), "ben@acme.example")]
    assert people_of(raw, "Reply-To") == [(one_line(other), "kim@us.example")]
    assert message["Subject"] == one_line(f"Welcome, x{name}")


@given(st.text(max_size=300))
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    assert one_line(one_line(text)) == one_line(text)


def test_a_domain_beyond_ascii_goes_out_in_its_ascii_form() -> None:
    assert composed(a_touch(to=[Recipient(name="Ana", email="ana@müller.example")]))["To"] == "Ana <ana@xn--mller-kva.example>"


def test_the_date_is_the_touchs_and_not_the_machines() -> None:
    at = datetime(2031, 7, 1, 7, 0, tzinfo=UTC)
    assert composed(a_touch(at=at, timezone="Asia/Tokyo"))["Date"] == "Tue, 01 Jul 2031 16:00:00 +0900"


def test_a_refusal_is_raised_before_anything_is_put_together() -> None:
    with pytest.raises(Refused, match="nobody to send it to"):
        composed(a_touch(to=[]))
