"""Slow, cut, endless and oversized requests: each is answered or let go, and nothing of it is told."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from temporalio.client import Client

from tests.gateway.adapters.deliveries import TOKEN as SENDERS_TOKEN
from tests.gateway.adapters.deliveries import a_source
from tests.gateway.gateway_harness import STRUCTURED, TOKEN, GatewayHarness, a_gateway_harness, cloud_event

PATIENCE = 0.2
LARGEST = 2048


@pytest.fixture
async def harness(client: Client, tmp_path: Path) -> AsyncIterator[GatewayHarness]:
    async with a_gateway_harness(client, tmp_path, body_timeout=PATIENCE, largest_body=LARGEST) as made:
        yield made


class Connection:
    """A TCP connection on which a test sends byte by byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self._writer = writer

    async def send(self, content: bytes) -> None:
        self._writer.write(content)
        await self._writer.drain()

    async def answer(self) -> tuple[int, dict[str, str]]:
        """The status of the next answer, and its body."""
        async with asyncio.timeout(5):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = next(int(line.partition(":")[2]) for line in head.split("\r\n") if line.startswith("content-length:"))
            return int(head.split()[1]), json.loads(await self.reader.readexactly(length))

    async def closed_within(self, seconds: float) -> bool:
        """Whether the gateway closes it without an answer."""
        try:
            async with asyncio.timeout(seconds):
                return await self.reader.read(1) == b""
        except TimeoutError:
            return False
        except ConnectionError:
            return True

    async def cut(self) -> None:
        self._writer.transport.abort()


@asynccontextmanager
async def connect(harness: GatewayHarness) -> AsyncIterator[Connection]:
    parts = urlsplit(harness.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.transport.abort()


def head(*lines: str, token: str = TOKEN) -> bytes:
    request_head = ["POST /events HTTP/1.1", "Host: gateway", f"Authorization: Bearer {token}", f"Content-Type: {STRUCTURED}", *lines]
    return ("\r\n".join(request_head) + "\r\n\r\n").encode()


def hook_head(source: str, *lines: str) -> bytes:
    return ("\r\n".join([f"POST /hooks/{source} HTTP/1.1", "Host: gateway", *lines]) + "\r\n\r\n").encode()


def body_for(customer: str) -> bytes:
    return json.dumps(cloud_event(customer)).encode()


# ---- bodies


async def test_a_body_that_does_not_come_in_time_is_408_and_nothing_is_told(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    body = body_for(customer)
    async with connect(harness) as connection:
        await connection.send(head(f"Content-Length: {len(body)}") + body[:-1])
        status, answer = await connection.answer()
    assert (status, answer["detail"]) == (408, "The body did not come within 0.2 seconds.")
    assert await harness.signals(customer) == []


async def test_a_body_that_comes_byte_by_byte_has_no_more_time_than_another(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    body = body_for(customer)
    async with connect(harness) as connection:
        await connection.send(head(f"Content-Length: {len(body)}"))
        answer = asyncio.create_task(connection.answer())
        for byte in body:
            if answer.done():
                break
            await connection.send(bytes([byte]))
            await asyncio.sleep(PATIENCE / 20)
        assert (await answer)[0] == 408
    assert await harness.signals(customer) == []


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length told", "in chunks"])
async def test_a_body_that_is_cut_short_tells_nothing(harness: GatewayHarness, chunked: bool) -> None:
    customer = await harness.enrol()
    body = body_for(customer)
    async with connect(harness) as connection:
        if chunked:
            await connection.send(head("Transfer-Encoding: chunked") + f"{len(body):x}\r\n".encode() + body + b"\r\n")
        else:
            await connection.send(head(f"Content-Length: {len(body) + 1}") + body)
        await asyncio.sleep(0.05)
        await connection.cut()
    await asyncio.sleep(0.05)
    assert await harness.signals(customer) == []
    assert (await harness.post(cloud_event(customer))).status_code == 202


async def test_a_body_in_chunks_is_as_good_as_another(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    body = body_for(customer)
    async with connect(harness) as connection:
        await connection.send(head("Transfer-Encoding: chunked"))
        for part in (body[:10], body[10:]):
            await connection.send(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            await asyncio.sleep(0.01)
        await connection.send(b"0\r\n\r\n")
        assert (await connection.answer())[0] == 202
    assert len(await harness.events(customer)) == 1


async def test_a_body_too_large_by_its_own_word_is_413_before_it_comes(harness: GatewayHarness) -> None:
    async with connect(harness) as connection:
        await connection.send(head(f"Content-Length: {LARGEST + 1}"))
        assert await connection.answer() == (
            413,
            {"type": "about:blank", "title": "Too large", "status": 413, "detail": "A body has at most 2,048 bytes."},
        )


async def test_a_body_too_large_without_a_word_is_413_as_soon_as_it_is(harness: GatewayHarness) -> None:
    async with connect(harness) as connection:
        await connection.send(head("Transfer-Encoding: chunked"))
        for _ in range(3):
            await connection.send(b"400\r\n" + b" " * 1024 + b"\r\n")
        assert (await connection.answer())[0] == 413


async def test_a_body_of_the_largest_size_is_read(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    body = body_for(customer)
    async with connect(harness) as connection:
        await connection.send(head(f"Content-Length: {LARGEST}") + body.ljust(LARGEST))
        assert (await connection.answer())[0] == 202


async def test_of_an_unknown_caller_no_body_is_awaited(harness: GatewayHarness) -> None:
    async with connect(harness) as connection:
        await connection.send(head("Content-Length: 1000", token="nobody's"))
        assert (await connection.answer())[0] == 401


STRANGERS = {
    "with nothing to show": (),
    "with what looks like a signature": (f"Stripe-Signature: t={int(time.time())},v1=00", "X-Signature: 00"),
    "with a wrong token": ("Authorization: Bearer nobody's",),
}


@pytest.mark.parametrize("shown", STRANGERS.values(), ids=STRANGERS)
async def test_by_a_slow_a_large_or_no_body_nobody_learns_whether_there_is_such_a_hook(
    client: Client, tmp_path: Path, shown: tuple[str, ...]
) -> None:
    sources = [a_source(name) for name in ("stripe", "segment", "mail")]
    async with a_gateway_harness(client, tmp_path, sources, body_timeout=PATIENCE, largest_body=LARGEST) as harness:
        for name in ("stripe", "segment", "mail", "nobody"):
            async with connect(harness) as connection:
                await connection.send(hook_head(name, "Content-Length: 1000", "Expect: 100-continue", *shown))
                # Whoever is asked for the body waits for it, whichever source it names, and then for the time that a body has.
                assert (await connection.reader.readuntil(b"\r\n\r\n")).split()[1] == b"100"
                await connection.send(b" " * 10)
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(PATIENCE * 0.6):
                        await connection.reader.read(1)
                answers = [await connection.answer()]
            for head_lines, body in (
                ((f"Content-Length: {LARGEST + 1}",), b""),
                (("Transfer-Encoding: chunked",), b"a00\r\n" + b" " * 2560 + b"\r\n"),
                (("Content-Length: 0",), b""),
                ((f"Content-Length: {LARGEST}",), b" " * LARGEST),
            ):
                async with connect(harness) as connection:
                    await connection.send(hook_head(name, *head_lines, *shown) + body)
                    answers.append(await connection.answer())
            assert answers == [(401, {"type": "about:blank", "title": "Unknown caller", "status": 401})] * 5, name


async def test_whoever_has_the_token_of_a_hook_is_told_what_was_wrong_with_the_body(client: Client, tmp_path: Path) -> None:
    async with a_gateway_harness(client, tmp_path, [a_source("mail")], body_timeout=PATIENCE, largest_body=LARGEST) as harness:
        answers = []
        for line in ("Content-Length: 1000", f"Content-Length: {LARGEST + 1}"):
            async with connect(harness) as connection:
                await connection.send(hook_head("mail", line, f"Authorization: Bearer {SENDERS_TOKEN}"))
                answers.append((await connection.answer())[0])
    assert answers == [408, 413]


# ---- heads


async def test_a_connection_that_says_nothing_is_closed(harness: GatewayHarness) -> None:
    async with connect(harness) as connection:
        assert not await connection.closed_within(PATIENCE * 0.6)
        assert await connection.closed_within(3)


async def test_a_head_that_comes_byte_by_byte_is_not_awaited_for_ever(harness: GatewayHarness) -> None:
    async with connect(harness) as connection:
        closed = asyncio.create_task(connection.closed_within(3))
        for byte in head("Content-Length: 0") * 2:
            if closed.done():
                break
            try:
                await connection.send(bytes([byte]))
            except ConnectionError:
                break
            await asyncio.sleep(PATIENCE / 50)
        assert await closed


@pytest.mark.parametrize("garbage", [b"\r\n", b"POST /ev"], ids=["empty lines", "half a line"])
async def test_after_an_answer_the_next_head_has_no_more_time_than_the_first(harness: GatewayHarness, garbage: bytes) -> None:
    customer = await harness.enrol()
    body = body_for(customer)
    async with connect(harness) as connection:
        await connection.send(head(f"Content-Length: {len(body)}") + body)
        assert (await connection.answer())[0] == 202
        await connection.send(garbage)
        assert not await connection.closed_within(PATIENCE * 0.6)
        assert await connection.closed_within(3)


async def test_after_a_refusal_the_rest_of_the_body_is_not_awaited_for_ever(harness: GatewayHarness) -> None:
    async with connect(harness) as connection:
        await connection.send(head("Content-Length: 1000", token="nobody's"))
        assert (await connection.answer())[0] == 401
        await connection.send(b" ")
        assert await connection.closed_within(3)


async def test_a_head_without_end_is_cut_off(harness: GatewayHarness) -> None:
    async with connect(harness) as connection:
        closed = asyncio.create_task(connection.closed_within(3))
        try:
            await connection.send(head("X: y")[:-2] + b"Z: " + b"z" * 200_000)
        except ConnectionError:
            pass
        async with asyncio.timeout(PATIENCE / 2):
            assert await closed


async def test_a_connection_that_is_used_lives_on_past_the_patience_for_one_head(harness: GatewayHarness) -> None:
    customer = await harness.enrol()
    async with connect(harness) as connection:
        for _ in range(4):
            body = body_for(customer)
            await connection.send(head(f"Content-Length: {len(body)}") + body)
            assert (await connection.answer())[0] == 202
            await asyncio.sleep(PATIENCE * 0.5)


# ---- the end


async def test_a_request_under_way_when_the_gateway_is_told_to_stop_is_answered(client: Client, tmp_path: Path) -> None:
    told_to_stop = asyncio.Event()
    opened: asyncio.Future[GatewayHarness] = asyncio.get_running_loop().create_future()

    async def keep_open() -> None:
        async with a_gateway_harness(client, tmp_path) as harness:
            opened.set_result(harness)
            await told_to_stop.wait()

    keeping = asyncio.create_task(keep_open())
    harness = await opened
    customer = await harness.enrol()
    body = body_for(customer)
    async with connect(harness) as connection:
        await connection.send(head(f"Content-Length: {len(body)}") + body[:10])
        await asyncio.sleep(0.05)
        told_to_stop.set()
        await asyncio.sleep(0.3)
        with pytest.raises(OSError, match=r"(?i)connect"):
            async with connect(harness):
                pass
        await connection.send(body[10:])
        assert (await connection.answer())[0] == 202
    await keeping
    assert len(await harness.events(customer)) == 1
