"""Tasks and escalations as Slack messages, with buttons by which they are done or put off where they are read."""

import json
from typing import Any

import httpx

from activities.ledger.published.assigning import whom
from activities.ledger.transport import EarlierAttempt, Verdict
from activities.transports.endpoint import Endpoint
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.texts.text import printable
from lifecycle.domain.time.zones import local
from lifecycle.domain.touch import ABOUT_UNKNOWN, CATCH_UP, Touch

DONE_ACTION, SNOOZE_ACTION = "evergreen.done", "evergreen.snooze"
"""The buttons' action ids, by which the adapter slack knows them."""

SNOOZE_HOURS = 24
"""Hours by which the button puts a task off."""

# Slack takes 3,000 characters of a section, and 50 blocks of a message; an escaped character has up to five.
_LONGEST_TITLE = 400
_LONGEST_NAME = 60
_LONGEST_SECTION, _MOST_SECTIONS = 2900, 40
_RUNG, _APPROVAL = ".rung-", ".approval"


class SlackWebhook(Endpoint):
    """An incoming webhook of Slack. It honours no idempotency key."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        super().__init__(client, url, "Slack")

    async def find_earlier_attempt(self, touch: Touch) -> EarlierAttempt:
        """Nobody can be asked, and a second message would be a second task: a person must look."""
        return EarlierAttempt(Verdict.NOBODY_KNOWS)

    def content(self, touch: Touch) -> bytes:
        """The message, as JSON."""
        return json.dumps(build_message(touch)).encode()


def build_message(touch: Touch) -> dict[str, Any]:
    """The touch in Slack's Block Kit; `text` is what a notification shows."""
    customer = str(touch.values.get("customer", {}).get("name") or touch.customer)
    what = "Task" if touch.kind is TouchKind.TASK else "Escalation"
    title = _escape(touch.text or touch.name, _LONGEST_TITLE)
    head = f"{what} for {_escape(whom(touch), _LONGEST_NAME)}: {_escape(customer, _LONGEST_NAME)}"
    texts = _whole(touch.text, f"*{head}*") if CATCH_UP in touch.values else [f"*{head}*\n{title}"]
    blocks: list[dict[str, Any]] = [
        *({"type": "section", "text": {"type": "mrkdwn", "text": text}} for text in texts),
        {"type": "context", "elements": [{"type": "mrkdwn", "text": note} for note in _notes(touch)]},
    ]
    if (task := task_of(touch)) is not None:
        run = "/".join(touch.key.split("/")[1:-1])
        about: dict[str, str | int] = {"customer": touch.customer, "play": touch.play, "run": run, "task": task}
        buttons = [
            _button("Done", DONE_ACTION, about) | {"style": "primary"},
            _button("Snooze a day", SNOOZE_ACTION, about | {"hours": SNOOZE_HOURS}),
        ]
        blocks.append({"type": "actions", "elements": buttons})
    return {"text": f"{head} - {title}", "blocks": blocks}


def _whole(text: str, head: str) -> list[str]:
    """A list in as many sections as it takes, as far as a message has room for them."""
    sections = [head]
    for line in text.splitlines():
        escaped = _escape(line, _LONGEST_TITLE)
        if len(sections[-1]) + 1 + len(escaped) <= _LONGEST_SECTION:
            sections[-1] = f"{sections[-1]}\n{escaped}"
        elif len(sections) < _MOST_SECTIONS:
            sections.append(escaped)
        else:
            return [*sections, "… and more: 'starter.py status CUSTOMER' says what each has missed"]
    return sections


def task_of(touch: Touch) -> str | None:
    """The task that the message is about: its step, or the one whose ladder the escalation is a rung of; else none."""
    step = touch.key.rpartition("/")[2]
    if touch.kind is TouchKind.TASK:
        # An offer's approval is given or refused, a touch was sent or not, a list has many things to do; to call it done would say none of it.
        return None if step.endswith(_APPROVAL) or ABOUT_UNKNOWN in touch.values or CATCH_UP in touch.values else step
    task, rung, number = step.rpartition(_RUNG)
    return task if rung and number.isdigit() else None


def _notes(touch: Touch) -> list[str]:
    notes = []
    if touch.deadline is not None:
        by = local(touch.deadline, touch.timezone)
        notes.append(f"by {by:%A, %d %B %Y, %H:%M} ({touch.timezone})")
    if touch.level:
        notes.append(f"level {touch.level}")
    if ABOUT_UNKNOWN in touch.values:
        # Whole, however much of the text is cut.
        notes.append(_escape(str(touch.values[ABOUT_UNKNOWN]["resolve"]), _LONGEST_TITLE))
    return [*notes, f"play {_escape(touch.play, _LONGEST_NAME)}"]


def _button(label: str, action: str, about: dict[str, str | int]) -> dict[str, Any]:
    return {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": label}, "value": json.dumps(about)}


def _escape(text: str, longest: int) -> str:
    # Slack reads &, < and > as its own: a customer's name could call everybody, or hide where a link goes.
    cut = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return printable(cut).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
