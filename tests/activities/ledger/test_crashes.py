"""A worker killed with SIGKILL at each point of the protocol, and two workers after one touch."""

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from activities.transports.outbox import sent_twice
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Answer
from tests.activities.attempt import BEFORE_ACT, BEFORE_CONFIRM, BEFORE_MARK, KEYS
from tests.activities.building import a_task, a_touch, later, opened, perform
from tests.activities.conftest import Answering
from tests.activities.mail_server import MailCatcher

ROOT = Path(__file__).parents[3]
PAST_LEASE = 61.0


Kill = Callable[..., Awaitable[None]]


async def started(*arguments: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.activities.attempt", *arguments, cwd=ROOT, stdin=pipe, stdout=pipe
    )


@pytest.fixture(scope="session")
async def killed() -> AsyncIterator[Kill]:
    """Makes an attempt in a process that is killed at that point."""
    server = await started("serve")
    to, answers = server.stdin, server.stdout
    assert to is not None
    assert answers is not None

    async def kill(home: Path, where: str, kind: TouchKind, *settings: str) -> None:
        to.write(" ".join([str(home), where, kind.value, *settings]).encode() + b"\n")
        assert int(await answers.readline()) == -signal.SIGKILL

    yield kill
    to.close()
    assert await server.wait() == 0


@pytest.mark.parametrize("where", [BEFORE_MARK, BEFORE_ACT, BEFORE_CONFIRM])
@pytest.mark.parametrize("kind", [TouchKind.EMAIL, TouchKind.TASK])
async def test_a_crash_at_any_point_leaves_one_file_in_the_outbox(killed: Kill, tmp_path: Path, where: str, kind: TouchKind) -> None:
    await killed(tmp_path, where, kind)
    activities = opened(tmp_path)
    with later(activities, PAST_LEASE):
        if kind is TouchKind.EMAIL:
            receipt = await perform(activities, a_touch())
        else:
            receipt = await perform(activities, a_task())
    assert receipt.answer is Answer.DONE
    assert receipt.reference
    assert len(list((tmp_path / "outbox").glob("mail/new/*" if kind is TouchKind.EMAIL else "task/*.json"))) == 1
    assert (activities.ledger.sent_twice(), sent_twice(tmp_path / "outbox")) == (0, 0)
    await activities.close()


@pytest.mark.parametrize(("where", "requests"), [(BEFORE_MARK, 1), (BEFORE_ACT, 1), (BEFORE_CONFIRM, 2)])
async def test_a_crash_at_any_point_repeats_a_request_under_its_own_key_alone(
    killed: Kill, tmp_path: Path, where: str, requests: int, endpoint: Answering
) -> None:
    await killed(tmp_path, where, TouchKind.TASK, f"tasks_url={endpoint.url}")
    activities = opened(tmp_path, tasks_url=endpoint.url)
    with later(activities, PAST_LEASE):
        receipt = await perform(activities, a_task())
    assert (receipt.answer, receipt.reference) == (Answer.DONE, "T-1")
    assert [one.key for one in endpoint.seen] == [a_task().key] * requests
    assert len({one.body for one in endpoint.seen}) == 1
    await activities.close()


@pytest.mark.parametrize(
    ("where", "answer", "messages"), [(BEFORE_MARK, Answer.DONE, 1), (BEFORE_ACT, Answer.UNKNOWN, 0), (BEFORE_CONFIRM, Answer.UNKNOWN, 1)]
)
async def test_a_crash_around_a_message_is_left_to_a_person_and_never_sent_twice(
    killed: Kill, tmp_path: Path, where: str, answer: Answer, messages: int, mail_server: MailCatcher
) -> None:
    await killed(tmp_path, where, TouchKind.EMAIL, f"smtp_url={mail_server.url}")
    activities = opened(tmp_path, smtp_url=mail_server.url)
    with later(activities, PAST_LEASE):
        receipts = [await perform(activities, a_touch()) for _ in range(2)]
    assert [receipt.answer for receipt in receipts] == [answer] * 2
    assert len(mail_server.messages) == messages
    assert activities.ledger.counts() == {"email": {"sent" if answer is Answer.DONE else "unknown": 1}}
    await activities.close()


@pytest.mark.slow
async def test_two_workers_after_the_same_touches_act_once_each(tmp_path: Path, endpoint: Answering) -> None:
    await opened(tmp_path).close()
    rivals = [await started("race", str(tmp_path), f"tasks_url={endpoint.url}") for _ in range(2)]
    for rival in rivals:
        assert rival.stdout is not None
        assert await rival.stdout.readline() == b"ready\n"
    answers = Counter(
        b"".join([out for out, _ in await asyncio.gather(*(rival.communicate(b"go\n") for rival in rivals))]).decode().split("\n")
    )
    assert {key: endpoint.times(key) for key in KEYS} == dict.fromkeys(KEYS, 1)
    assert answers["done"] >= len(KEYS)
    assert answers["done"] + answers["under way"] == 2 * len(KEYS)
