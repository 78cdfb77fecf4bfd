"""The pages by plain HTTP: what a link may do, what it may not, and that looking at it changes nothing."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from pydantic import SecretStr
from temporalio.client import Client

from activities.mail.links import LINK_LIFETIMES, Purpose
from activities.mail.wording import MAIL_WORDINGS
from activities.settings import Settings
from gateway.pages.wording import PAGE_WORDINGS
from lifecycle.domain.model import Scalar
from tests.gateway.gateway_harness import LINK_SECRET, GatewayHarness, a_gateway_harness
from tests.gateway.pages.building import LANGUAGES, ONE_CLICK, ClockAt, a_link, distinct_events, path, publish, stored_events

WORDS = PAGE_WORDINGS.of("en")
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
