"""By whom an event was told: as it says, or as the gateway made its id of the sender and the sender's own id."""

import pytest

from gateway.intake.incoming_event import identity
from lifecycle.engine import engine
from lifecycle.facts.events import Event
from tests.lifecycle.building import a_playbook, an_event, live, living, moment

AT = moment("2026-03-04")


@pytest.mark.parametrize(
    ("id", "by", "told_by"),
    [
        pytest.param("cli-17", "Kim Lee", "Kim Lee", id="somebody by name"),
        pytest.param(identity("/product", "7"), "", "/product", id="a CloudEvent"),
        pytest.param(identity("stripe", "evt_1/payment.failed"), "", "stripe", id="an adapter"),
        pytest.param(identity("stripe", "evt_1/payment.failed"), "Kim Lee", "Kim Lee", id="somebody who tells an adapter's once more"),
        pytest.param(identity("/product", "x" * 300), "", "/product", id="a long id of the sender's"),
        pytest.param("evergreen:link/0c1f/2", "", "a link in a message", id="a link"),
        pytest.param("evergreen:usage 2026-03-02/4", "", "", id="the sum of many senders"),
        pytest.param("signal-3", "", "", id="nobody knows"),
    ],
)
def test_whoever_tells_an_event_stands_in_the_timeline(id: str, by: str, told_by: str) -> None:
    told = an_event("ticket.opened", AT, id=id, ticket="T-1", level=2).model_copy(update={"by": by})
    told = Event.model_validate(told.model_dump(mode="json"))
    assert told.told_by == told_by
    life = live(living(a_playbook(onboarding={})), AT, told)
    assert [(line.key, line.by) for line in life.life.log.timeline if line.what == "ticket.opened"] == [(id, told_by)]


def test_of_a_refused_event_the_sender_stands_there_too() -> None:
    life = live(living(a_playbook(onboarding={})), AT)
    unknown = an_event("contract.signed", AT, id="/billing 9", start="2026-03-02", end="2027-03-02")
    [answer] = engine.apply_all(life.session, [unknown], AT)
    assert not answer.taken
    life.life.log.refuse(unknown, AT, answer.why)
    assert life.life.log.timeline[-1].by == "/billing"
