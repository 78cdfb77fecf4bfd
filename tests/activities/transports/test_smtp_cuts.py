"""An SMTP conversation cut, or answered with no, at each of its points: before the final dot nothing was sent."""

import base64
import quopri
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest

from activities.ledger.database.touch_table import TouchState
from activities.ledger.failures import NotNow
from activities.registry import Activities
from activities.transports.smtp_data import as_data
from lifecycle.domain.touch import Answer, Recipient, Touch
from tests.activities.building import VALUES, a_meeting, opened, perform
from tests.activities.cutting_mail_server import HANG_UP, SILENCE, CuttingMailServer, Point

ANA, BEN = Recipient(name="Ana Silva", email="ana@acme.example"), Recipient(name="Ben Ito", email="ben@acme.example")
TOUCH = a_meeting(to=[ANA, BEN])
LARGE = replace(TOUCH, values=VALUES | {"customer": {"name": "Acme " * 30_000, "goal": "x"}})
BEFORE_THE_DOT = [point for point in Point if point is not Point.DOT]
NOW, NEVER = "451 4.3.0 not now", "554 5.7.1 never"


async def asked(activities: Activities, touch: Touch = TOUCH) -> Answer:
    try:
        return (await perform(activities, touch)).answer
    except NotNow:
        return Answer.RETRY


def state(activities: Activities) -> TouchState:
    row = activities.ledger.row(TOUCH.key)
    assert row is not None
    return row.state


@pytest.mark.parametrize("point", BEFORE_THE_DOT, ids=str)
async def test_a_line_that_is_cut_before_the_dot_has_certainly_sent_nothing_and_the_message_goes_once(tmp_path: Path, point: Point) -> None:
    async with CuttingMailServer.failing(point, HANG_UP, times=2) as server:
        activities = opened(tmp_path, smtp_url=server.url)
        assert [await asked(activities) for _ in range(2)] == [Answer.RETRY] * 2
        assert state(activities) is TouchState.RELEASED
        assert await asked(activities) is Answer.DONE
        assert len(server.messages) == 1
        assert server.conversations == 3
        await activities.close()


@pytest.mark.parametrize("point", [point for point in BEFORE_THE_DOT if point not in (Point.BODY, Point.BEFORE_DOT)], ids=str)
async def test_a_server_that_falls_silent_before_the_message_is_asked_again(tmp_path: Path, point: Point) -> None:
    async with CuttingMailServer.failing(point, SILENCE) as server:
        activities = opened(tmp_path, smtp_url=server.url, http_timeout=0.3)
        assert [await asked(activities) for _ in range(2)] == [Answer.RETRY, Answer.DONE]
        assert len(server.messages) == 1
        await activities.close()


@pytest.mark.parametrize("touch", [TOUCH, LARGE], ids=["small", "large"])
async def test_a_line_that_is_cut_between_the_dot_and_the_word_is_unknown_and_never_sent_again(tmp_path: Path, touch: Touch) -> None:
    async with CuttingMailServer.failing(Point.DOT, HANG_UP) as server:
        activities = opened(tmp_path, smtp_url=server.url)
        receipt = await perform(activities, touch)
        assert receipt.answer is Answer.UNKNOWN
        assert receipt.why.startswith("SMTPServerDisconnected: ")
        assert receipt.why.endswith("; nobody can tell whether it happened: read the provider's log, or ask the recipient")
        assert receipt.subject.startswith("Kickoff with Acme")
        assert await perform(activities, touch) == receipt
        assert len(server.messages) == 1
        await activities.close()


async def test_a_server_that_has_it_and_says_nothing_for_half_a_lease_leaves_it_unknown(tmp_path: Path) -> None:
    async with CuttingMailServer.failing(Point.DOT, SILENCE) as server:
        # It is waited for longer than for any reply before.
        activities = opened(tmp_path, smtp_url=server.url, http_timeout=0.1, lease=2)
        assert [await asked(activities) for _ in range(2)] == [Answer.UNKNOWN] * 2
        assert len(server.messages) == 1
        await activities.close()


@pytest.mark.parametrize("point", [Point.CONNECTED, Point.MAIL, Point.RCPT, Point.SECOND_RCPT, Point.DATA, Point.DOT], ids=str)
async def test_a_no_for_now_puts_the_message_off_wherever_it_is_said(tmp_path: Path, point: Point) -> None:
    async with CuttingMailServer.failing(point, NOW) as server:
        activities = opened(tmp_path, smtp_url=server.url)
        assert await asked(activities) is Answer.RETRY
        assert state(activities) is TouchState.RELEASED
        assert await asked(activities) is Answer.DONE
        assert len(server.messages) == 1
        await activities.close()


@pytest.mark.parametrize(
    ("point", "answer"),
    [
        (Point.CONNECTED, Answer.RETRY),
        # Our own set-up, which has to be mended: the touch is well.
        (Point.MAIL, Answer.RETRY),
        # One of two, who does not keep it from the other.
        (Point.RCPT, Answer.DONE),
        (Point.SECOND_RCPT, Answer.DONE),
        (Point.DATA, Answer.REFUSED),
        (Point.DOT, Answer.REFUSED),
    ],
    ids=str,
)
async def test_a_no_for_good_is_taken_as_one_where_it_is_about_the_message(tmp_path: Path, point: Point, answer: Answer) -> None:
    async with CuttingMailServer.failing(point, NEVER) as server:
        activities = opened(tmp_path, smtp_url=server.url)
        assert await asked(activities) is answer
        assert len(server.messages) == (1 if answer is Answer.DONE else 0)
        if answer is Answer.DONE:
            assert [len(envelope) for envelope in server.envelopes] == [1]
        await activities.close()


@pytest.mark.parametrize("reply", ["354 go on", "199 hm", "no code at all", "600 beyond"])
async def test_an_answer_to_the_dot_that_says_nothing_is_unknown(tmp_path: Path, reply: str) -> None:
    async with CuttingMailServer.failing(Point.DOT, reply) as server:
        activities = opened(tmp_path, smtp_url=server.url)
        assert [await asked(activities) for _ in range(2)] == [Answer.UNKNOWN] * 2
        assert server.conversations == 1
        await activities.close()


async def test_another_yes_to_the_dot_is_a_yes(tmp_path: Path) -> None:
    async with CuttingMailServer.failing(Point.DOT, "251 taken, and passed on") as server:
        activities = opened(tmp_path, smtp_url=server.url)
        assert await asked(activities) is Answer.DONE
        await activities.close()


@pytest.mark.parametrize(
    ("content", "data"),
    [
        (b"a\r\n", b"a\r\n"),
        (b"a", b"a\r\n"),
        (b".\r\n", b"..\r\n"),
        (b"a\r\n.\r\nb\r\n", b"a\r\n..\r\nb\r\n"),
        (b".a\r\n..b\r\nc.d\r\n", b"..a\r\n...b\r\nc.d\r\n"),
        (b"", b"\r\n"),
    ],
)
def test_no_line_of_a_message_is_the_dot(content: bytes, data: bytes) -> None:
    assert as_data(content) == data


async def test_a_message_arrives_to_the_byte_whatever_its_lines_begin_with(tmp_path: Path) -> None:
    goal = ".\n..\n.begins with a dot\n\nQUIT\n" + "." * 2000
    touch = replace(TOUCH, values=VALUES | {"meeting": {"date": goal, "time": ".\n.", "zone": "x"}})
    async with CuttingMailServer(lambda number: None) as server:
        activities = opened(tmp_path, smtp_url=server.url)
        assert await asked(activities, touch) is Answer.DONE
        [content] = server.messages
        request = await activities.channels[touch.kind].transport.prepare(touch)
        assert unstuffed(content) == request.content
        assert "begins with a dot" in "".join(texts(request.content))
        await activities.close()


def unstuffed(content: bytes) -> bytes:
    return b"".join(line.removeprefix(b".") for line in content.removesuffix(b".\r\n").splitlines(keepends=True))


def texts(content: bytes) -> Iterator[str]:
    for part in message_from_bytes(content).walk():
        payload = part.get_payload()
        if isinstance(payload, str):
            raw = payload.encode()
            yield (quopri.decodestring(raw) if part["Content-Transfer-Encoding"] == "quoted-printable" else base64.b64decode(raw)).decode()
