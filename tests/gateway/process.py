"""`python -m gateway` as a process of its own, on a port and a home of its own."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST = 60

SOURCES = """\
sources:
  product:
    tokens: ["env:PRODUCT_TOKEN"]
    secrets: ["file:product.whsec"]
    says: [/product]
    types: all
"""


@dataclass
class Running:
    """The process, the address it listens at, and what it has printed so far."""

    process: Process
    url: str
    lines: list[str] = field(default_factory=list)


async def start(**env: str) -> Process:
    """The process, with nobody else's settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TEMPORAL_", "EVERGREEN_"))}
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "gateway", cwd=ROOT, env=clean | env, stdout=PIPE, stderr=PIPE)


async def ended(process: Process) -> tuple[int | None, str, str]:
    """Its status and all it printed."""
    out, err = await asyncio.wait_for(process.communicate(), LONGEST)
    return process.returncode, out.decode(), err.decode()


def write_sources(folder: Path, secret: str) -> Path:
    """The sources file, and the secret that it names."""
    (folder / "product.whsec").write_text(f"{secret}\n")
    file = folder / "sources.yaml"
    file.write_text(SOURCES)
    return file


@asynccontextmanager
async def a_gateway_process(**env: str) -> AsyncIterator[Running]:
    """The process, once it answers; killed at the end if it has not ended."""
    process = await start(EVERGREEN_GATEWAY_PORT="0", **env)
    assert process.stderr is not None
    running = Running(process, "")
    try:
        async with asyncio.timeout(LONGEST):
            while not running.url:
                line = (await process.stderr.readline()).decode()
                assert line, f"it ended: {running.lines}"
                running.lines.append(line)
                if '"event": "listening"' in line:
                    running.url = json.loads(line)["url"]
        yield running
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
