"""Tasks and escalations in Slack: the message, its buttons, and what they tell."""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.registry import Activities
from activities.transports.slack import DONE_ACTION, SNOOZE_ACTION, build_message, task_of
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import ABOUT_UNKNOWN, CATCH_UP, Answer, Receipt, Touch
from tests.activities.building import VALUES, a_task, opened
from tests.activities.conftest import Answering
from tests.gateway.adapters.deliveries import SECRETS, a_source, form, signed
from tests.gateway.gateway_harness import a_gateway_harness


@pytest.fixture
async def slacking(tmp_path: Path, endpoint: Answering) -> AsyncIterator[Activities]:
    made = opened(tmp_path, slack_url=f"{endpoint.url}/services/T1/B1/x")
    yield made
    await made.close()


def a_question() -> Touch:
    """The task that asks whether a touch was sent."""
    about = {"key": "nordwind/1/plan/1/email", "resolve": "starter.py resolve nordwind/1/plan/1/email --sent"}
    return a_task("nordwind/1/plan/1/email.unknown", values=VALUES | {ABOUT_UNKNOWN: about})


def an_escalation(step: str = "agree-plan.rung-1", **changes: Any) -> Touch:
    return a_task(f"nordwind/1/plan/1/{step}", TouchKind.ESCALATE, customer="nordwind", play="plan", owner="cs-manager", **changes)


async def perform(activities: Activities, touch: Touch) -> Receipt:
    receipt: Receipt = await ActivityEnvironment().run(activities.channels[touch.kind].perform, touch)
    return receipt


def test_a_task_is_a_message_with_two_buttons() -> None:
    deadline = datetime(2026, 3, 4, 16, tzinfo=UTC)
    touch = a_task("nordwind/1/plan/1/agree-plan", customer="nordwind", play="plan", deadline=deadline)
    made = build_message(touch)
    assert made["text"] == "Task for csm: Acme - Call Ana"
    section, context, actions = made["blocks"]
    assert section["text"] == {"type": "mrkdwn", "text": "*Task for csm: Acme*\nCall Ana"}
    assert [note["text"] for note in context["elements"]] == ["by Wednesday, 04 March 2026, 17:00 (Europe/Berlin)", "play plan"]
    about = {"customer": "nordwind", "play": "plan", "run": "1/plan/1", "task": "agree-plan"}
    assert [(each["action_id"], each["text"]["text"], json.loads(each["value"])) for each in actions["elements"]] == [
        (DONE_ACTION, "Done", about),
        (SNOOZE_ACTION, "Snooze a day", about | {"hours": 24}),
    ]


@pytest.mark.parametrize(
    ("touch", "task"),
    [
        (an_escalation(), "agree-plan"),
        (an_escalation("agree-plan.rung-12"), "agree-plan"),
        (an_escalation("a.rung-x.rung-2"), "a.rung-x"),
        (an_escalation("escalate-cs-manager"), None),
        (an_escalation("agree-plan.rung-one"), None),
        (a_task("nordwind/1/plan/1/offer-discount.approval"), None),
        (a_task("nordwind/1/plan/a%2Fb.1/task-2"), "task-2"),
        (a_question(), None),
    ],
    ids=lambda value: value.key.rpartition("/")[2] if isinstance(value, Touch) else str(value),
)
def test_an_escalation_out_of_a_ladder_has_the_buttons_of_its_task_and_others_none(touch: Touch, task: str | None) -> None:
    assert task_of(touch) == task
    assert len(build_message(touch)["blocks"]) == (3 if task else 2)


def test_a_name_can_neither_call_everybody_nor_hide_a_link() -> None:
    values = VALUES | {"customer": {"name": "<!channel> & <https://x.example|y>\u202e" + "x" * 5000}}
    made = build_message(a_task(values=values, text="&" * 9000))
    assert "<" not in json.dumps(made)
    assert made["text"].startswith("Task for csm: &lt;!channel&gt; &amp; &lt;https://x.example|y&gt; ")
    assert len(made["blocks"][0]["text"]["text"]) <= 3000


def test_how_to_resolve_an_unknown_touch_stands_in_the_message_whole_however_long_its_text() -> None:
    notes = [element["text"] for element in build_message(replace(a_question(), text="x" * 9000))["blocks"][1]["elements"]]
    assert "starter.py resolve nordwind/1/plan/1/email --sent" in notes


def a_list(lines: int) -> Touch:
    return a_task(
        "list:f00d.1/0/catch_up/1/list",
        text="\n".join(f"- <{number}> has missed it" for number in range(lines)),
        values=VALUES | {CATCH_UP: {}},
    )


@pytest.mark.parametrize(("lines", "sections"), [(3, 1), (300, 3), (9000, 41)])
def test_a_list_of_what_was_missed_stands_in_the_message_whole_or_says_where_the_rest_is(lines: int, sections: int) -> None:
    *found, context = build_message(a_list(lines))["blocks"]
    texts = [block["text"]["text"] for block in found]
    assert (len(texts), context["type"]) == (sections, "context")
    assert max(map(len, texts)) <= 3000 and texts[0].startswith("*Task for csm: Acme*\n- &lt;0&gt; has missed it\n")
    assert sum(text.count("has missed it") for text in texts) == lines or texts[-1].startswith("… and more")


async def test_tasks_and_escalations_go_to_slack_once_and_offers_do_not(slacking: Activities, endpoint: Answering) -> None:
    endpoint.answers = [(200, b"ok")] * 2
    for touch in (a_task(), an_escalation()):
        assert [(await perform(slacking, touch)).answer for _ in range(2)] == [Answer.DONE] * 2
    assert [(seen.path, "blocks" in json.loads(seen.body)) for seen in endpoint.seen] == [("/services/T1/B1/x", True)] * 2
    await ActivityEnvironment().run(slacking.channels[TouchKind.OFFER].perform, a_task("acme/1/welcome/1/offer", TouchKind.OFFER))
    assert len(endpoint.seen) == 2


async def test_a_url_of_its_own_comes_before_slack(tmp_path: Path, endpoint: Answering) -> None:
    activities = opened(tmp_path, slack_url=f"{endpoint.url}/slack", tasks_url=f"{endpoint.url}/tasks")
    await perform(activities, a_task())
    await perform(activities, an_escalation())
    assert [seen.path for seen in endpoint.seen] == ["/tasks", "/slack"]
    await activities.close()


async def test_an_attempt_cut_short_is_parked_for_a_person_and_never_repeated(slacking: Activities, endpoint: Answering) -> None:
    endpoint.answers = [lambda handler: handler.connection.close()]
    receipt = await perform(slacking, a_task())
    assert receipt.answer is Answer.UNKNOWN
    assert (await perform(slacking, a_task())).answer is Answer.UNKNOWN
    assert len(endpoint.seen) == 1


async def test_the_button_of_a_message_does_the_task_it_is_about(
    client: Client, slacking: Activities, endpoint: Answering, tmp_path: Path
) -> None:
    async with a_gateway_harness(client, tmp_path / "gateway", [a_source("slack")]) as harness:
        customer = await harness.enrol()
        await perform(slacking, replace(an_escalation(), customer=customer))
        [posted] = endpoint.seen
        for number, button in enumerate(json.loads(posted.body)["blocks"][2]["elements"]):
            action = {"type": "button", "action_id": button["action_id"], "value": button["value"], "action_ts": f"1772445600.{number}"}
            payload = {"type": "block_actions", "user": {"id": "U1", "username": "kim.lee"}, "actions": [action]}
            body = form(json.dumps(payload).encode())
            headers = signed("slack", body, SECRETS["slack"], time.time())
            answer: httpx.Response = await harness.http.post("/hooks/slack", content=body, headers=headers)
            assert answer.status_code == 200, answer.text
        done, snoozed = await harness.events(customer)
    fields = {"task": "agree-plan", "play": "plan", "run": "1/plan/1", "by": "kim.lee"}
    assert (done.type, done.data) == ("task.done", fields)
    assert (snoozed.type, snoozed.data) == ("task.snoozed", fields | {"hours": 24})
