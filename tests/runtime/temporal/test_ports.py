"""Well-known ports are chosen by one process at a time: of two that begin at one moment each has a server of its own."""

import asyncio
import socket
from contextlib import ExitStack
from pathlib import Path

from runtime.temporal.dev_server import ports
from runtime.temporal.dev_server.dev_server import DevServer


async def test_two_servers_that_begin_at_one_moment_have_a_port_each(tmp_path: Path) -> None:
    wanted = ports.any_free()

    async def begun(name: str) -> DevServer:
        async with ports.choosing_ports():
            return await DevServer.start(tmp_path / name, port=ports.preferred(wanted))

    one, two = await asyncio.gather(begun("one"), begun("two"))
    async with one, two:
        assert one.address != two.address
        assert f"127.0.0.1:{wanted}" in (one.address, two.address)


async def test_who_chooses_is_waited_for() -> None:
    order: list[str] = []

    async def choose(name: str) -> None:
        async with ports.choosing_ports():
            order.append(f"{name} begins")
            await asyncio.sleep(0.1)
            order.append(f"{name} ends")

    await asyncio.gather(choose("one"), choose("two"))
    assert order in (["one begins", "one ends", "two begins", "two ends"], ["two begins", "two ends", "one begins", "one ends"])


def test_a_port_that_somebody_holds_is_not_preferred() -> None:
    with ExitStack() as held:
        taken = held.enter_context(socket.socket())
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert ports.preferred(taken.getsockname()[1]) == 0
