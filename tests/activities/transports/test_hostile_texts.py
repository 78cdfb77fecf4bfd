"""Every text from outside, in the outbox's file names and documents, and in Slack's messages."""

import json
import mailbox
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from activities.ledger.failures import Refused, scrub
from activities.registry import Activities
from activities.transports.endpoint import Endpoint
from activities.transports.slack import build_message
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Answer
from tests.activities.building import VALUES, a_task, a_touch, perform
from tests.hostile_texts import HOSTILE, is_text, unprintable

hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())


@hostile
async def test_a_file_of_the_outbox_has_a_name_of_letters_and_says_what_was_meant(
    activities: Activities, tmp_path: Path, text: str
) -> None:
    if not is_text(text):
        pytest.skip("no database and no JSON can hold it")
    values = VALUES | {"customer": {"name": text, "goal": text}, "contact": {"name": text, "first_name": text}}
    key = f"acme/1/{text}/1/call"
    for touch in (a_task(key, name=text, text=text, owner=text, values=values), a_touch(f"{key}2", values=values)):
        assert (await perform(activities, touch)).answer is Answer.DONE
    [task] = (tmp_path / "outbox/task").iterdir()
    [mail] = (tmp_path / "outbox/mail/new").iterdir()
    for name in (task.name, mail.name):
        assert name.isascii()
        assert name.isprintable()
        assert not set(name) & set('/\\:*?"<>| ')
    assert not unprintable(task.read_text(encoding="utf-8"))
    document = json.loads(task.read_bytes())
    assert (document["key"], document["text"], document["owner"], document["about"]["customer"]["name"]) == (key, text, text, text)
    [message] = mailbox.Maildir(tmp_path / "outbox/mail", create=False)
    assert "Bcc" not in message


@hostile
@pytest.mark.parametrize("kind", [TouchKind.TASK, TouchKind.ESCALATE])
def test_slack_is_told_text_alone(kind: TouchKind, text: str) -> None:
    touch = a_task(kind=kind, name=text, text=text, owner=text, play=text, values={"customer": {"name": text}})
    message = build_message(touch)
    shown = [message["text"], message["blocks"][0]["text"]["text"], *(note["text"] for note in message["blocks"][1]["elements"])]
    for words in shown:
        assert not unprintable(words)
        assert "<" not in words
        assert ">" not in words
    json.dumps(message).encode("ascii")


@pytest.mark.parametrize("field", ["text", "owner", "name"])
async def test_what_json_cannot_hold_is_refused_before_the_mark(field: str) -> None:
    changes: dict[str, Any] = {field: HOSTILE["a lone surrogate"]}
    touch = replace(a_task(), **changes)
    async with httpx.AsyncClient() as client:
        with pytest.raises(Refused, match="a text that JSON cannot hold"):
            await Endpoint(client, "http://127.0.0.1:1/", "the task URL").prepare(touch)


@hostile
def test_a_reason_of_ours_holds_no_character_that_a_terminal_obeys(text: str) -> None:
    assert not unprintable(scrub(text), but="")
