"""docs/outbound.md: what it shows is what a real receiver got of touches that the engine asked for."""

import json
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from activities.channels.task import TaskChannel
from activities.registry import Activities
from activities.settings import Settings
from activities.transports.endpoint import Endpoint, RequestBody
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Answer, Touch
from tests.activities.building import opened, perform
from tests.activities.conftest import Answering, endpoint
from tests.lifecycle.building import a_customer, a_play, a_playbook, an_event, escalate, live, living, offer, task, utc, webhook

__all__ = ["endpoint"]

PAGE = (Path(__file__).parents[2] / "docs" / "outbound.md").read_text(encoding="utf-8")
SECRET = "whsec_bm90LWEtc2VjcmV0LWJ1dC10aGUtb25lLW9mLWRvY3M="
ASKED = 1_772_697_605
IN_TURN = (TouchKind.TASK, TouchKind.ESCALATE, TouchKind.OFFER, TouchKind.WEBHOOK)


def shown(language: str) -> list[str]:
    return [block.partition("```")[0] for block in PAGE.split(f"```{language}\n")[1:]]


def asked_for() -> dict[TouchKind, Touch]:
    """The first touch of each kind of a customer who leaves."""
    playbook = a_playbook(
        onboarding={"set-up": a_play(task("Set up the import with them"), at={"day": 3})},
        win_back={
            "ask": a_play(escalate("cs-manager", "a customer of tier A has left"), offer("come-back"), webhook("crm-lost"), at={"day": 2})
        },
    )
    told = {"salesforce_account": "001Hs00002kQpZVIA0", "seats": 40}
    customer = a_customer(goal="fewer stock-outs", industry="retail", segment="mid-market", attributes=told)
    left = an_event(
        "customer.churned",
        utc("2026-03-10T09:00"),
        id="left",
        kind="choice",
        reason="too expensive",
        detail="We cannot justify it for two users.",
    )
    life = live(living(playbook, customer), utc("2026-03-20T12:00"), left)
    return {touch.kind: touch for touch in reversed(life.touches)}


def to(url: str, tmp_path: Path, **more: Any) -> Activities:
    webhooks = {"crm-lost": f"{url}/lost"}
    return opened(
        tmp_path, tasks_url=f"{url}/tasks", escalations_url=f"{url}/escalations", offers_url=f"{url}/offers", webhooks=webhooks, **more
    )


async def test_the_shown_requests_are_those_that_a_receiver_got(tmp_path: Path, endpoint: Answering) -> None:
    activities, touches = to(endpoint.url, tmp_path, outbound_secrets=SECRET), asked_for()
    task_channel = activities.channels[TouchKind.TASK]
    assert isinstance(task_channel, TaskChannel)
    assert isinstance(task_channel.transport, Endpoint)
    assert task_channel.transport.signer is not None
    task_channel.transport.signer.clock = lambda: ASKED + 0.9
    for kind in IN_TURN:
        assert (await perform(activities, touches[kind])).answer is Answer.DONE
    await activities.close()
    assert [one.path for one in endpoint.seen] == ["/tasks", "/escalations", "/offers", "/lost"]
    whole, left, *_ = (json.loads(block) for block in shown("json"))
    got = [json.loads(one.body) for one in endpoint.seen]
    assert json.dumps(got[0]) == json.dumps(whole)
    lost = got[3]
    assert left == {name: lost[name] for name in left} | {"about": {group: lost["about"][group] for group in left["about"]}}
    head = dict(line.split(": ", 1) for line in shown("http")[0].splitlines()[1:])
    assert {name: value for name, value in endpoint.seen[0].headers if name in {each.lower() for each in head}} == {
        name.lower(): value for name, value in head.items()
    }


async def test_a_receiver_verifies_it_as_the_page_says(tmp_path: Path, endpoint: Answering) -> None:
    activities = to(endpoint.url, tmp_path, outbound_secrets=SECRET)
    await perform(activities, asked_for()[TouchKind.TASK])
    await activities.close()
    [one] = endpoint.seen
    names: dict[str, Any] = {}
    exec(shown("python")[0], names)
    assert names["read_request"](one.body.decode(), dict(one.headers), SECRET) == json.loads(one.body)
    with pytest.raises(WebhookVerificationError):
        names["read_request"](one.body.decode().replace("csm", "you"), dict(one.headers), SECRET)


def test_the_page_says_what_each_field_is() -> None:
    assert [name for name in RequestBody.model_fields if f"| `{name}` |" not in PAGE] == []
    settings = ("tasks_url", "escalations_url", "offers_url", "webhooks", "slack_url", "outbound_secrets", "http_timeout", "redirect")
    assert [name for name in settings if f"`{Settings.variable(name)}`" not in PAGE] == []


@pytest.mark.parametrize("kind", IN_TURN)
def test_every_kind_says_whose_it_is_and_what_it_is_worth(kind: TouchKind) -> None:
    values = asked_for()[kind].values
    assert values["attributes"] == {"salesforce_account": "001Hs00002kQpZVIA0", "seats": 40}
    assert (values["contract"]["annual_value"], values["contract"]["currency"]) == (12000.0, "USD")
