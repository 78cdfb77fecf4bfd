"""The link of a meeting that was moved or cancelled says so."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from activities.ledger.invitations import Invitations
from activities.mail.links import Purpose
from activities.mail.message_links import local_time, message_identity
from gateway.pages.wording import PAGE_WORDINGS
from lifecycle.domain.touch import Touch
from tests.activities.building import AT, a_meeting
from tests.gateway.gateway_harness import GatewayHarness
from tests.gateway.pages.building import LANGUAGES, a_link, path


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
