"""Answers by links: each is one event, said again or in parallel, and kept while Temporal or the database is away."""

import asyncio
from pathlib import Path

import pytest
from temporalio.client import Client

from activities.mail.links import Purpose
from gateway.pages.answer_store import ANSWERS
from gateway.pages.wording import PAGE_WORDINGS
from tests.gateway.gateway_harness import GatewayHarness, a_gateway_harness
from tests.gateway.pages.building import a_link, distinct_events, path, publish, stored_events

WORDS = PAGE_WORDINGS.of("en")


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
