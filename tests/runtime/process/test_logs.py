"""What the logs say, and what they never say."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey

from runtime.process.redaction import redact
from runtime.temporal.search_attributes import register
from tests.runtime.process.talkers import PROGRAM

ROOT = Path(__file__).parents[3]


def logged(program: str, *args: str, **environment: str) -> list[Any]:
    """What a program says on standard error, a JSON object a line, and nothing else anywhere."""
    done = subprocess.run(
        [sys.executable, "-c", program, *args],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | environment,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


SET_UP = "import logging, structlog\nfrom runtime.process import logs\nlogs.configure()\n"


def test_structlog_and_the_standard_library_come_out_alike_in_utc() -> None:
    lines = logged(
        f"{SET_UP}structlog.contextvars.bind_contextvars(customer='acme')\n"
        "structlog.get_logger('ours').info('sent', touch='a/1/b/1/1', count=2)\n"
        "logging.getLogger('theirs').warning('%s tries left', 3, extra={'host': 'mail'})",
        TZ="America/New_York",
    )
    times = [line.pop("time") for line in lines]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", moment) for moment in times)
    assert lines == [
        {"event": "sent", "level": "info", "logger": "ours", "customer": "acme", "touch": "a/1/b/1/1", "count": 2},
        {"event": "3 tries left", "level": "warning", "logger": "theirs", "customer": "acme", "host": "mail"},
    ]


@pytest.mark.slow
def test_the_level_comes_from_the_environment_and_is_info_by_default() -> None:
    speak = (
        f"{SET_UP}log = structlog.get_logger('ours')\nlog.debug('d')\nlog.info('i')\nlog.error('e')\nlogging.getLogger('theirs').info('i')"
    )
    assert [line["event"] for line in logged(speak)] == ["i", "e", "i"]
    assert [line["event"] for line in logged(speak, EVERGREEN_LOG_LEVEL="error")] == ["e"]
    assert [line["event"] for line in logged(speak, EVERGREEN_LOG_LEVEL="DEBUG")] == ["d", "i", "e", "i"]


def test_a_level_that_is_none_is_refused_in_a_sentence() -> None:
    program = "from runtime.process import logs\ntry:\n    logs.configure()\nexcept ValueError as no:\n    import sys, json; json.dump(str(no), sys.stderr)"
    assert logged(program, EVERGREEN_LOG_LEVEL="loud") == [
        "EVERGREEN_LOG_LEVEL 'loud' is no level: write one of debug, info, warning, error, critical."
    ]


def test_libraries_that_log_urls_are_quiet() -> None:
    assert logged(f"{SET_UP}logging.getLogger('httpx').info('HTTP Request: POST https://hooks.example.com/?key=1')") == []


def test_an_exception_is_one_line_with_its_traceback_and_no_address() -> None:
    [line] = logged(
        f"{SET_UP}try:\n    raise ValueError('no mailbox ada@example.com')\nexcept ValueError:\n    structlog.get_logger('ours').exception('failed')"
    )
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("ValueError: no mailbox [address]")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"event": "mail to Ada.Lovelace+x@mail.example.co.uk bounced"}, {"event": "mail to [address] bounced"}),
        ({"to": ["a@b.de", {"who": "<a@b.de>"}]}, {"to": ["[address]", {"who": "<[address]>"}]}),
        ({"by": {"a@b.de": 1}}, {"by": {"[address]": 1}}),
        ({"url": "postgresql://user:pa%40ss@db:5432/x"}, {"url": "postgresql://[login]@db:5432/x"}),
        ({"api_key": "k", "smtp_password": "p", "token": None}, {"api_key": "[secret]", "smtp_password": "[secret]", "token": None}),
        ({"error": ValueError("a@b.de")}, {"error": "[address]"}),
        (
            {"exception": "name\n  too long [type=x, input_value='Ada Lovelace', input_type=str]"},
            {"exception": "name\n  too long [type=x, input_value=[hidden], input_type=str]"},
        ),
        (
            {"touch": "acme/1/welcome/1/1", "playbook": "standard@3f2a", "count": 2, "on": True},
            {"touch": "acme/1/welcome/1/1", "playbook": "standard@3f2a", "count": 2, "on": True},
        ),
    ],
    ids=[
        "in a sentence",
        "in lists",
        "in keys",
        "a login",
        "a secret by its name",
        "in objects",
        "what pydantic refused",
        "nothing to hide",
    ],
)
def test_personal_data_and_secrets_are_taken_out(said: dict[str, Any], kept: dict[str, Any]) -> None:
    assert redact(None, "info", said) == kept


@pytest.mark.server
async def test_workflow_and_activity_say_whose_they_are_and_replays_say_nothing(client: Client, task_queue: str) -> None:
    await register(client, [SearchAttributeKey.for_keyword("Stage")])
    lines = logged(PROGRAM, client.service_client.config.target_host, task_queue)
    for line in lines:
        line.pop("time")
    workflow_id = f"customer/{task_queue}"
    of_workflow = {"workflow": workflow_id, "customer": task_queue, "stage": "onboarding", "logger": "temporalio.workflow", "level": "info"}
    of_activity = {
        "workflow": workflow_id,
        "customer": "acme",
        "stage": "onboarding",
        "touch": "acme/1/welcome/1/1",
        "activity": "speak",
        "attempt": 1,
    }
    assert [line for line in lines if not line["logger"].startswith("temporalio.worker")] == [
        {"event": "began", **of_workflow},
        {"event": "spoke", "to": "[address]", "logger": "talkers", "level": "info", **of_activity},
        {"event": "spoke again", "logger": "temporalio.activity", "level": "warning", **of_activity},
        {"event": "asked [address]", "plays": ["welcome"], **of_workflow},
        {"event": "over", **of_workflow},
    ]
