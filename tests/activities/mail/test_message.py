"""What a message says in its headers and parts, read back as a mail reader reads it."""

import threading
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import getaddresses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from activities.ledger.failures import NotNow, Refused
from activities.mail import message as composing
from activities.mail.rendering import rendering
from activities.mail.rendering.rendering import RenderedMessage
from activities.mail.wording import MAIL_WORDINGS
from activities.registry import Activities
from console.files.customers.customers_file import read_customers
from lifecycle.domain.enums import Category, TouchKind
from lifecycle.domain.texts.text import one_line
from lifecycle.domain.touch import Answer, Recipient, Touch
from runtime.playbook_files import load
from tests.activities.building import TEMPLATES, VALUES, a_meeting, a_playbook, a_touch, perform
from tests.activities.mail.composing import ANA, BO, PUBLIC, PUBLISHED, SECRETS, a_composer, body, composed

CASES = Path(__file__).parents[2] / "cases"
STANDARD = Path(__file__).parents[3] / "playbooks" / "standard.yaml"


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


@pytest.mark.parametrize(
    "touch", [a_touch(), a_meeting(to=[ANA, BO]), a_touch(kind=TouchKind.SURVEY, template="nps")], ids=["email", "meeting", "survey"]
)
def test_every_attempt_makes_the_same_bytes(touch: Touch) -> None:
    first, second = (a_composer(PUBLISHED, PUBLIC, SECRETS).compose(touch).as_bytes() for _ in range(2))
    assert first == second


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


@pytest.mark.parametrize(
    ("address", "carried"),
    [
        ("ana@straße.example", "ana@xn--strae-oqa.example"),
        ("ana@strasse.example", "ana@strasse.example"),
        ("Ana@müller.example", "Ana@xn--mller-kva.example"),
        ("ana@xn--mller-kva.example", "ana@xn--mller-kva.example"),
        ("ana@σας.example", "ana@xn--mxa8ab.example"),
    ],
)
def test_a_domain_beyond_ascii_is_that_of_idna_2008(address: str, carried: str) -> None:
    message = a_composer().compose(a_touch(to=[Recipient(name="Ana", email=address)]))
    assert message.recipients == (carried,)
    assert people_of(message.as_bytes(), "To") == [("Ana", carried)]


def test_the_file_with_a_sharp_s_is_written_to_at_its_own_domain() -> None:
    [row], faults = read_customers((CASES / "13-sharp-s-domain.csv").read_text(encoding="utf-8"), load(STANDARD)[0])
    assert faults == []
    recipient = Recipient.of(row.customer.contacts[0])
    assert people_of(a_composer().compose(a_touch(to=[recipient])).as_bytes(), "To") == [("Ana Silva", "ana@xn--strae-oqa.example")]


JOSE = Recipient(name="José Ruiz", email="josé@acme.example")
NOT_JOSE = "not to José Ruiz: no message can be sent to the address that is known"


@pytest.mark.parametrize("people", [[ANA, JOSE], [JOSE, ANA]], ids=["last", "first"])
@pytest.mark.parametrize(
    "email", ["josé@acme.example", "a..b@acme.example", "ana.@acme.example", "mailto:ana@acme.example", "ana@acme..example", ""]
)
async def test_whom_no_message_reaches_is_named_and_keeps_the_invitation_from_nobody(
    activities: Activities, tmp_path: Path, people: list[Recipient], email: str
) -> None:
    receipt = await perform(activities, a_meeting(to=[replace(person, email=email) if person is JOSE else person for person in people]))
    assert (receipt.answer, receipt.why) == (Answer.DONE, NOT_JOSE)
    [file] = (tmp_path / "outbox/mail/new").iterdir()
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["To"] == "Ana Silva <ana@acme.example>"
    part = message.get_body(("calendar",))
    assert part is not None
    assert part.get_content().count("ATTENDEE") == 1


def test_a_message_that_one_of_two_gets_has_that_one_s_links_and_no_other_guest_in_them() -> None:
    both = composed(a_touch(to=[ANA, JOSE]), PUBLIC)
    alone = composed(a_touch(to=[ANA]), PUBLIC)
    assert both["List-Unsubscribe"] == alone["List-Unsubscribe"]


BOMBS = {
    "multiplied": "{{ 'x' * 1500000000 }}",
    "a value multiplied": "{{ customer.name * 1500000000 }}",
    "padded": "{{ '%1500000000d' % 1 }}",
    "padded by a call": "{{ customer.name | default(default_value='{:1500000000}'.format(1)) }}",
    "replaced again and again": "{{ 'x'" + "| replace('x', 'xxxxxxxxxx')" * 12 + " }}",
    "rounded": "{{ 5 | round(-999999999) }}",
    "nested": "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "if in if": "{% if customer.name %}" * 300 + "x" + "{% endif %}" * 300,
}


@pytest.mark.parametrize("name", BOMBS)
async def test_a_template_that_would_burst_is_refused_before_it_is_filled_in(activities: Activities, tmp_path: Path, name: str) -> None:
    """As an older release may have published it, whose reader let it pass."""
    activities.playbooks.publish(a_playbook("v2"), TEMPLATES | {"welcome": f"Subject: Hi\n\n{BOMBS[name]}\n"})
    receipt = await perform(activities, a_touch(playbook="standard@v2"))
    assert receipt.answer is Answer.REFUSED
    assert receipt.why.startswith("template 'welcome' ")
    assert len(receipt.why) < 300
    assert list((tmp_path / "outbox/mail/new").iterdir()) == []


async def test_a_message_is_made_outside_the_event_loop(activities: Activities, monkeypatch: pytest.MonkeyPatch) -> None:
    made_in: list[int] = []
    render = rendering.render

    def watched(*args: Any, **kwargs: Any) -> RenderedMessage:
        made_in.append(threading.get_ident())
        return render(*args, **kwargs)

    monkeypatch.setattr(composing, "render", watched)
    assert (await perform(activities, a_touch())).answer is Answer.DONE
    assert len(made_in) == 1
    assert made_in != [threading.get_ident()]


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
    raw = a_composer().compose(a_touch(to=people, values=values)).as_bytes()
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
