"""The pages by plain HTTP: what a link may do, what it may not, and that looking at it changes nothing."""

import asyncio
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr
from starlette.requests import Request
from starlette.types import Message
from temporalio.client import Client

from activities.ledger.invitations import Invitations
from activities.mail.links import LINK_LIFETIMES, Purpose
from activities.mail.message_links import local_time, message_identity
from activities.mail.wording import MAIL_WORDINGS
from activities.settings import Settings
from gateway.pages.answer_store import ANSWERS
from gateway.pages.forms import drop_body
from gateway.pages.wording import PAGE_WORDINGS
from lifecycle.domain.model import Scalar
from lifecycle.domain.touch import Touch
from tests.activities.building import AT, a_meeting
from tests.gateway.gateway_harness import LINK_SECRET, GatewayHarness, a_gateway_harness
from tests.gateway.pages.building import LANGUAGES, ClockAt, a_link, distinct_events, path, publish, stored_events

CASES = Path(__file__).parents[2] / "cases"
WORDS = PAGE_WORDINGS.of("en")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
DOES: list[tuple[Purpose, dict[str, str], tuple[str, dict[str, Scalar]]]] = [
    (Purpose.UNSUBSCRIBE, ONE_CLICK, ("contact.opted_out", {"email": "ana@acme.example", "category": "success"})),
    (Purpose.ANSWER, {"score": "9"}, ("survey.answered", {"survey": "nps", "score": 9, "comment": ""})),
    (Purpose.MEETING, {"answer": "declined"}, ("meeting.declined", {"meeting": "kickoff"})),
    (Purpose.MILESTONE, {}, ("milestone.reached", {"milestone": "first-report"})),
    (Purpose.MILESTONE, {"answer": "done"}, ("milestone.reached", {"milestone": "first-report"})),
]


@pytest.mark.parametrize(("purpose", "form", "event"), DOES, ids=lambda value: value.value if isinstance(value, Purpose) else "")
async def test_looking_at_a_link_tells_nothing_and_posting_to_it_tells_one_event(
    harness: GatewayHarness, purpose: Purpose, form: dict[str, str], event: tuple[str, dict[str, Scalar]]
) -> None:
    customer = await harness.enrol()
    at = path(a_link(customer, purpose))
    looks = [await harness.http.request(method, f"{at}?score=9&answer=accepted") for method in ("GET", "HEAD", "GET")]
    assert [look.status_code for look in looks] == [200, 200, 200]
    assert looks[1].content == b"" and looks[1].headers["content-length"] == looks[0].headers["content-length"]
    assert await harness.signals(customer) == []

    assert (await harness.http.post(at, data=form)).status_code == 200
    assert await stored_events(harness, customer) == [event]


@pytest.mark.parametrize(
    "body", [{"data": ONE_CLICK}, {"files": {"List-Unsubscribe": (None, "One-Click")}}], ids=["urlencoded", "multipart"]
)
async def test_a_mail_program_unsubscribes_by_one_post_as_rfc_8058_has_it(harness: GatewayHarness, body: dict[str, dict[str, str]]) -> None:
    customer = await harness.enrol()
    answer = await harness.http.post(path(a_link(customer, Purpose.UNSUBSCRIBE, "offer")), **body)  # type: ignore[arg-type]  # httpx's own type
    assert (answer.status_code, answer.history, "set-cookie" in answer.headers) == (200, [], False)
    assert await stored_events(harness, customer) == [("contact.opted_out", {"email": "ana@acme.example", "category": "offer"})]


CASE_31 = yaml.safe_load((CASES / "31-one-click-without-boundary.yaml").read_text(encoding="utf-8"))["request"]
BOUNDARY = "multipart/form-data; boundary=x"
BODIES: dict[str, tuple[str, bytes]] = {
    "nothing": ("", b""),
    "nothing, said to be a form": ("application/x-www-form-urlencoded", b""),
    "a form": ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"),
    "multipart without a boundary": ("multipart/form-data", b"List-Unsubscribe=One-Click"),
    "multipart with an empty boundary": ("multipart/form-data; boundary=", b"--\r\n\r\n----"),
    "multipart that is none": (BOUNDARY, b"List-Unsubscribe=One-Click"),
    "multipart that does not end": (BOUNDARY, b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-'),
    "a file": (BOUNDARY, b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\nx\r\n--x--\r\n'),
    "text": ("text/plain", b"List-Unsubscribe=One-Click"),
    "JSON": ("application/json", b'{"List-Unsubscribe": "One-Click"'),
    "another word": ("application/x-www-form-urlencoded", b"List-Unsubscribe=No"),
    "a type that is none": (";;;=", b"\xff\xfe\0"),
    "a character set that is none": ("application/x-www-form-urlencoded; charset=nonsense", b"a=%ff"),
    "many fields": ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % number for number in range(500))),
    "what the case says": (CASE_31["headers"]["Content-Type"], CASE_31["body"].encode()),
    "more than a form may have": ("application/x-www-form-urlencoded", b"a=" + b"x" * 100_000),
}


@pytest.mark.parametrize(("content_type", "body"), BODIES.values(), ids=BODIES)
async def test_no_body_keeps_a_valid_link_from_unsubscribing(harness: GatewayHarness, content_type: str, body: bytes) -> None:
    customer = await harness.enrol()
    headers = {"Content-Type": content_type} if content_type else {}
    answer = await harness.http.post(path(a_link(customer, Purpose.UNSUBSCRIBE, "offer")), content=body, headers=headers)
    assert (answer.status_code, WORDS.unsubscribe.done.offer in unescape(answer.text)) == (200, True)
    assert await stored_events(harness, customer) == [("contact.opted_out", {"email": "ana@acme.example", "category": "offer"})]


@pytest.mark.parametrize("messages", [[], [{"type": "http.disconnect"}]], ids=["it does not come", "it is cut short"])
async def test_a_body_that_does_not_come_is_not_waited_for_for_ever_and_says_nothing(messages: list[dict[str, str]]) -> None:
    async def receive() -> Message:
        return messages.pop() if messages else await asyncio.Event().wait()  # type: ignore[return-value]

    await drop_body(Request({"type": "http", "method": "POST", "headers": []}, receive), seconds=0.01)


async def test_of_an_address_in_two_forms_the_last_wish_counts(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    forms = ("ana@müller.example", "ana@xn--mller-kva.example", "Ana@MÜLLER.example")
    for contact in forms:
        at = path(a_link(customer, Purpose.UNSUBSCRIBE, "offer", contacts=(contact,)))
        assert (await harness.http.post(at, data=ONE_CLICK)).status_code == 200
    told = ("contact.opted_out", {"email": "ana@müller.example", "category": "offer"})
    assert await stored_events(harness, customer) == [told]


async def test_the_same_answer_is_one_event_and_every_other_answer_a_new_one(harness: GatewayHarness) -> None:
    same, other = await harness.enrol(), await harness.enrol()
    for score in (9, 9):
        await harness.http.post(path(a_link(same)), data={"score": score})
    for score in (9, 3, 9):
        await harness.http.post(path(a_link(other)), data={"score": score})
    assert [event.data["score"] for event in await harness.events(same)] == [9, 9]
    assert [event.data["score"] for event in await distinct_events(harness, same)] == [9]
    assert [event.data["score"] for event in await distinct_events(harness, other)] == [9, 3, 9]
    ids = [event.id for event in await distinct_events(harness, other)]
    assert [id.rpartition("/")[2] for id in ids] == ["1", "2", "3"]
    assert all(id.startswith("evergreen:link/") for id in ids)


async def test_answers_in_parallel_are_one_event_if_they_say_the_same(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    at = path(a_link(customer))
    answers = await asyncio.gather(*(harness.http.post(at, data={"score": "9"}) for _ in range(10)))
    assert [answer.status_code for answer in answers] == [200] * 10
    assert [event.data["score"] for event in await distinct_events(harness, customer)] == [9]


async def test_words_are_added_to_a_score_and_the_score_alone_does_not_take_them_back(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    at = path(a_link(customer))
    for form in ({"score": "9"}, {"score": "9", "comment": " quick\r\nand <b>good</b> "}, {"score": "9"}, {"score": "9", "comment": ""}):
        assert (await harness.http.post(at, data=form)).status_code == 200
    assert [event.data["comment"] for event in await distinct_events(harness, customer)] == ["", "quick\nand <b>good</b>"]


async def test_a_survey_that_is_no_nps_is_scored_from_1_to_5(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    at = path(a_link(customer, about="onboarding"))
    assert [(await harness.http.post(at, data={"score": score})).status_code for score in (0, 6, 5)] == [422, 422, 200]
    assert await stored_events(harness, customer) == [("survey.answered", {"survey": "onboarding", "score": 5, "comment": ""})]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Please choose a number."),
        ({"score": "11"}, "Please choose a number."),
        ({"score": "-1"}, "Please choose a number."),
        ({"score": "٣"}, "Please choose a number."),
        ({"score": "9", "comment": "x" * 501}, "Your text has 501 characters, and 500 is the limit. Please shorten it."),
    ],
    ids=["none", "11", "-1", "Arabic", "too long"],
)
async def test_an_answer_that_cannot_be_taken_is_refused_with_a_sentence_and_tells_nothing(
    harness: GatewayHarness, form: dict[str, str], sentence: str
) -> None:
    customer = await harness.enrol()
    answer = await harness.http.post(path(a_link(customer)), data=form)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert 'role="alert"' in answer.text
    assert await harness.signals(customer) == []


async def test_of_several_guests_the_one_who_answers_says_who_it_is(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    at = path(a_link(customer, Purpose.MEETING, contacts=("ana@acme.example", "bo@acme.example")))
    refused = [
        await harness.http.post(at, data=form) for form in ({"answer": "accepted"}, {"answer": "accepted", "who": "2"}, {"who": "0"})
    ]
    assert [(answer.status_code, "Please say who you are." in answer.text) for answer in refused] == [
        (422, True),
        (422, True),
        (422, False),
    ]
    assert await harness.signals(customer) == []
    for who in ("0", "1", "1"):
        assert (await harness.http.post(at, data={"answer": "accepted", "who": who})).status_code == 200
    events = await distinct_events(harness, customer)
    assert [(event.type, event.data) for event in events] == [("meeting.accepted", {"meeting": "kickoff"})] * 2


async def test_what_is_said_again_later_counts_where_others_may_have_said_otherwise_meanwhile(client: Client, tmp_path: Path) -> None:
    clock = ClockAt(timedelta())
    async with a_gateway_harness(client, tmp_path, clock=clock) as harness:
        publish(harness)
        customer = await harness.enrol()
        for ahead in (0, 30, 90):
            clock.ahead = timedelta(seconds=ahead)
            for purpose, form, _ in DOES:
                assert (await harness.http.post(path(a_link(customer, purpose)), data=form)).status_code == 200
        kinds = [event.type for event in await distinct_events(harness, customer)]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "contact.opted_out": 2,
        "survey.answered": 1,
        "meeting.declined": 2,
        "milestone.reached": 1,
    }


async def test_two_messages_have_answers_of_their_own_and_one_wish_to_hear_less(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    for message in ("m1", "m2"):
        for purpose in (Purpose.ANSWER, Purpose.UNSUBSCRIBE):
            assert (await harness.http.post(path(a_link(customer, purpose, touch=message)), data={"score": "9"})).status_code == 200
    assert sorted(event.type for event in await distinct_events(harness, customer)) == [
        "contact.opted_out",
        "survey.answered",
        "survey.answered",
    ]


async def test_an_altered_link_or_one_for_another_page_is_404_and_tells_nothing(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    at = path(a_link(customer))
    page, token = at[1:].split("/")
    middle = len(token) // 2
    altered = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    wrong = [f"/{page}/{altered}", f"/{page}/{token[:-4]}", f"/{page}/x", f"/{page}/{'x' * 5000}", f"/{page}/ä", f"/unsubscribe/{token}"]
    wrong += [path(a_link(customer), secret="another-secret-that-nobody-has-ever-told")]
    for address in wrong:
        looked, posted = await harness.http.get(address), await harness.http.post(address, data={"score": "9"})
        assert (looked.status_code, posted.status_code) == (404, 404), address
        assert "This link does not work" in looked.text and customer not in looked.text and "Us &amp; Co" not in looked.text
    german = await harness.http.get(wrong[0], headers={"Accept-Language": "fr, de-AT;q=0.8, en"})
    assert '<html lang="de">' in german.text
    assert await harness.signals(customer) == []


async def test_a_link_tells_its_own_customer_whatever_else_the_request_says(harness: GatewayHarness) -> None:
    first, second = await harness.enrol(), await harness.enrol()
    form = {"score": "9", "customer": second, "subject": second, "about": "other", "email": "bo@acme.example", "touch": "m9"}
    assert (await harness.http.post(f"{path(a_link(first))}?customer={second}", data=form)).status_code == 200
    assert len(await harness.signals(first)) == 1
    assert await harness.signals(second) == []


async def test_a_link_ends_by_the_customers_clock_and_says_so_in_its_language(client: Client, tmp_path: Path) -> None:
    clock = ClockAt(timedelta())
    async with a_gateway_harness(client, tmp_path, clock=clock) as harness:
        publish(harness)
        customer = await harness.enrol()
        for language in LANGUAGES:
            at = path(a_link(customer, language=language))
            clock.ahead = LINK_LIFETIMES[Purpose.ANSWER] - timedelta(minutes=1)
            assert (await harness.http.get(at)).status_code == 200
            clock.ahead = LINK_LIFETIMES[Purpose.ANSWER]
            for answer in (await harness.http.get(at), await harness.http.post(at, data={"score": "9"})):
                assert (answer.status_code, f'<html lang="{language}">' in answer.text) == (410, True)
                assert PAGE_WORDINGS.of(language).problem.expired.text in unescape(answer.text)
                assert "mailto:success@us.example" in answer.text
        assert await harness.signals(customer) == []


async def test_every_page_speaks_the_language_of_its_link_or_english(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    for language in (*LANGUAGES, "fr"):
        words = PAGE_WORDINGS.of(language)
        assert words.language == (language if language in LANGUAGES else "en")
        titles = {
            Purpose.UNSUBSCRIBE: (words.unsubscribe.title, words.unsubscribe.done_title),
            Purpose.ANSWER: (words.answer.title, words.answer.sent.format(score=9)),
            Purpose.MEETING: (words.meeting.title, words.meeting.declined),
            Purpose.MILESTONE: (words.milestone.title, words.milestone.done),
        }
        for purpose, form, _ in DOES:
            at = path(a_link(customer, purpose, language=language))
            shown, done = await harness.http.get(at), await harness.http.post(at, data=form)
            for answer, title in zip((shown, done), titles[purpose], strict=True):
                assert (answer.headers["content-language"], f'<html lang="{words.language}">' in answer.text) == (words.language, True)
                assert title in unescape(answer.text)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_not_yet_is_thanked_for_and_tells_nothing_and_the_page_still_takes_that_it_is_done(
    harness: GatewayHarness, language: str
) -> None:
    customer = await harness.enrol()
    words = PAGE_WORDINGS.of(language).milestone
    at = path(a_link(customer, Purpose.MILESTONE, language=language))
    asked = await harness.http.get(at)
    assert re.findall(r'value="([a-z-]+)" ?[^>]*>(?:<span[^>]*>.</span> )?([^<]+)</button>', unescape(asked.text)) == [
        ("done", words.button),
        ("not-yet", words.not_yet),
    ]
    told = await harness.http.post(at, data={"answer": "not-yet"})
    assert (told.status_code, told.text.count(f"<h1>{words.not_yet_title}</h1>")) == (200, 1)
    assert unescape(told.text).count(words.not_yet_done) == 1
    assert re.findall(r'value="([a-z-]+)"', told.text) == ["done"]
    assert (await harness.http.post(at, data={"answer": "anything else"})).text == asked.text
    assert await harness.signals(customer) == []
    assert words.done in unescape((await harness.http.post(at, data={"answer": "done"})).text)
    assert await stored_events(harness, customer) == [("milestone.reached", {"milestone": "first-report"})]


@pytest.mark.parametrize(
    ("about", "question", "shown"),
    [
        pytest.param("nps", "Would you recommend us, from 0 (never) to 10 (I have)?", "Would you recommend us, from 0 (never) to 10 (I have)?",
                     id="as the mail had it"),
        pytest.param("support", "How well was <b>it</b> solved?", "How well was &lt;b&gt;it&lt;/b&gt; solved?", id="and never as markup"),
        pytest.param("nps", "", WORDS.answer.nps.legend, id="of a link of an older release"),
        pytest.param("support", "", WORDS.answer.other.legend, id="of a link of an older release, another survey"),
    ],
)  # fmt: skip
async def test_the_answer_page_repeats_the_question_and_the_scale_of_its_mail(
    harness: GatewayHarness, about: str, question: str, shown: str
) -> None:
    customer = await harness.enrol()
    scale = WORDS.answer.nps if about == "nps" else WORDS.answer.other
    at = path(a_link(customer, about=about, question=question))
    for answer in (await harness.http.get(f"{at}?score=4"), await harness.http.post(at, data={"score": "4"})):
        assert answer.text.count(f"<legend>{shown}</legend>") == 1
        assert answer.text.count(f"<span>{scale.lowest}</span> <span>{scale.highest}</span>") == 1
    mail = MAIL_WORDINGS.of("en").survey
    assert f"{scale.lowest}, {scale.highest}" == (mail.nps if about == "nps" else mail.other)


@pytest.mark.parametrize(
    ("query", "buttons"),
    [
        ("", [("accepted", "yes", "✓"), ("declined", "no second", "✕")]),
        ("?answer=accepted", [("accepted", "yes", "✓"), ("declined", "no second", "✕")]),
        ("?answer=declined", [("declined", "no", "✕"), ("accepted", "yes second", "✓")]),
    ],
)
async def test_coming_and_not_coming_look_different_and_what_was_clicked_comes_first(
    harness: GatewayHarness, query: str, buttons: list[tuple[str, str, str]]
) -> None:
    customer = await harness.enrol()
    page = await harness.http.get(path(a_link(customer, Purpose.MEETING)) + query)
    assert re.findall(r'value="(\w+)" class="([\w ]+)"><span aria-hidden="true">(.)</span>', page.text) == buttons
    assert "Tuesday, 3 March 2026, 10:00 (Berlin time)" in page.text


def test_no_two_languages_say_the_same() -> None:
    texts = [str(PAGE_WORDINGS.of(language).model_dump(exclude={"language"})) for language in LANGUAGES]
    assert len(set(texts)) == len(LANGUAGES) == len(PAGE_WORDINGS.by_language)


async def test_after_a_change_of_secrets_the_links_that_are_out_still_work(client: Client, tmp_path: Path) -> None:
    fresh = "the-new-secret-that-makes-links-now-on"
    settings = Settings(home=tmp_path, link_secrets=(SecretStr(fresh), SecretStr(LINK_SECRET)))
    async with a_gateway_harness(client, tmp_path, settings=settings) as harness:
        customer = await harness.enrol()
        for secret in (LINK_SECRET, fresh):
            assert (await harness.http.post(path(a_link(customer), secret=secret), data={"score": "9"})).status_code == 200
        assert len(await distinct_events(harness, customer)) == 1


async def test_without_secrets_there_are_no_pages(client: Client, tmp_path: Path) -> None:
    async with a_gateway_harness(client, tmp_path, settings=Settings(home=tmp_path)) as harness:
        assert (await harness.http.get(path(a_link("acme")))).status_code == 404


async def test_a_customer_that_is_not_there_is_404_and_with_nobody_to_ask_the_answer_is_to_try_again(harness: GatewayHarness) -> None:
    assert (await harness.http.post(path(a_link("nobody-of-ours")), data={"score": "9"})).status_code == 404
    assert (await harness.http.get(path(a_link("nobody-of-ours", Purpose.UNSUBSCRIBE), "preferences"))).status_code == 404


async def test_preferences_need_somebody_to_answer_and_unsubscribing_does_not(client: Client, tmp_path: Path) -> None:
    async with a_gateway_harness(client, tmp_path, signal_timeout=0.3) as harness:
        publish(harness)
        customer = await harness.enrol()
        link = a_link(customer, Purpose.UNSUBSCRIBE, language="es")
        for answer in (await harness.http.get(path(link, "preferences")), await harness.http.post(path(link, "preferences"))):
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert "inténtelo de nuevo en un momento" in answer.text
        assert await harness.signals(customer) == []
        assert (await harness.http.post(path(link), data=ONE_CLICK)).status_code == 200


async def test_an_answer_that_temporal_could_not_take_is_the_same_event_when_it_is_sent_again(client: Client, tmp_path: Path) -> None:
    async with a_gateway_harness(client, tmp_path, signal_timeout=0.000001) as harness:
        customer = await harness.enrol()
        at = path(a_link(customer))
        assert (await harness.http.post(at, data={"score": "9"})).status_code == 503
    async with a_gateway_harness(client, tmp_path) as harness:
        assert [(await harness.http.post(at, data={"score": score})).status_code for score in (9, 3)] == [200, 200]
        assert [event.id.rpartition("/")[2] for event in await distinct_events(harness, customer)] == ["1", "2"]


async def test_while_the_database_is_away_nothing_is_told_and_the_answer_is_to_try_again(client: Client, tmp_path: Path) -> None:
    async with a_gateway_harness(client, tmp_path) as harness:
        publish(harness)
        customer = await harness.enrol()
        at = path(a_link(customer))
        engine = harness.activities.engine
        ANSWERS.drop(engine)
        answer = await harness.http.post(at, data={"score": "9"})
        assert (answer.status_code, answer.headers["retry-after"], WORDS.problem.unavailable.text in answer.text) == (503, "5", True)
        assert await harness.signals(customer) == []
        ANSWERS.create(engine)
        assert (await harness.http.post(at, data={"score": "9"})).status_code == 200
        assert len(await harness.events(customer)) == 1


async def test_a_link_that_leaks_cannot_flood_a_customer(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    at = path(a_link(customer))
    # The last letter's spare bits spell the same link differently; it is counted as one.
    spellings = [at, f"{at}{'=' * (-len(at.rpartition('/')[2]) % 4)}"]
    answers = [await harness.http.post(spellings[number % 2], data={"score": number % 10}) for number in range(25)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 5
    assert answers[-1].headers["retry-after"] == "60"
    assert len(await harness.signals(customer)) == 20
    assert (await harness.http.get(at)).status_code == 200


async def test_a_form_that_is_too_large_or_no_form_is_refused(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    at = path(a_link(customer))
    assert (await harness.http.post(at, data={"score": "9", "comment": "x" * 20_000})).status_code == 413
    broken = await harness.http.post(at, content=b"--x\r\nnonsense", headers={"Content-Type": "multipart/form-data; boundary=y"})
    assert broken.status_code == 400 and "text/html" in broken.headers["content-type"]
    assert await harness.signals(customer) == []


async def test_a_page_is_closed_to_other_sites_caches_and_search_engines(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    for at in (path(a_link(customer)), "/answer/x"):
        headers = (await harness.http.get(at)).headers
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'none'" and policy["frame-ancestors"] == "'none'" and policy["script-src"] == "'self'"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in headers


async def test_no_page_says_an_address_that_its_reader_need_not_see(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    for purpose, form, _ in DOES:
        for answer in (
            await harness.http.get(path(a_link(customer, purpose))),
            await harness.http.post(path(a_link(customer, purpose)), data=form),
        ):
            assert answer.status_code == 200
            assert "ana@acme.example" not in answer.text and customer not in answer.text


def kept(harness: GatewayHarness, customer: str, number: int, **changes: Any) -> Touch:
    """An invitation of the customer's that the ledger has as the present one."""
    touch = a_meeting(f"{customer}/1/kickoff/1/meeting-{number}", customer=customer, sequence=number, **changes)
    Invitations(harness.activities.engine).keep(f"{customer}@us.example", touch, message_identity(touch), local_time(touch))
    return touch


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_link_of_a_meeting_that_was_moved_says_when_it_is_and_changes_nothing(harness: GatewayHarness, language: str) -> None:
    customer = await harness.enrol()
    words = PAGE_WORDINGS.of(language).meeting
    first = kept(harness, customer, 0)
    told = {"uid": f"{customer}@us.example", "language": language}
    old = path(a_link(customer, Purpose.MEETING, touch=message_identity(first), **told))
    assert (await harness.http.get(old)).status_code == 200
    second = kept(harness, customer, 1, starts=AT + timedelta(days=2), language=language)
    new = path(a_link(customer, Purpose.MEETING, touch=message_identity(second), **told))
    for answer in (await harness.http.get(old), await harness.http.post(old, data={"answer": "accepted"})):
        assert answer.status_code == 410
        assert unescape(answer.text).count(words.moved.text.format(when=local_time(second))) == 1
    assert await harness.signals(customer) == []
    assert (await harness.http.get(new)).status_code == 200
    kept(harness, customer, 2, cancels=True)
    for link in (old, new):
        answer = await harness.http.post(link, data={"answer": "accepted"})
        assert (answer.status_code, words.cancelled.title in unescape(answer.text)) == (410, True)
    assert await harness.signals(customer) == []
