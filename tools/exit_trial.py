"""How often a short command that connects ends with the wrong status, with `runtime.process.exit` and without it.

python -m tools.exit_trial [RUNS]     each way that often (100), on a dev server of its own
"""

import asyncio
import sys
import time
from collections import Counter

from runtime.process.exit import run_and_exit
from runtime.temporal.dev_server.dev_server import DevServer

RIGHT_STATUS = 7
_AT_ONCE = 4

# The command: connects, asks something, prints a line, and ends.
COMMAND = f"""
import asyncio, sys
from temporalio.client import Client
from runtime.process.exit import run_and_exit

async def main() -> int:
    client = await Client.connect(sys.argv[1])
    print((await client.count_workflows()).count)
    return {RIGHT_STATUS}
"""
WITH_EXIT = f"{COMMAND}\nrun_and_exit(main)"
WITHOUT = f"{COMMAND}\nsys.exit(asyncio.run(main()))"


async def statuses(program: str, address: str, runs: int) -> Counter[tuple[int | None, str]]:
    """The status and standard output of `runs` processes of `program`, and how often each came."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def once() -> tuple[int | None, str]:
        async with gate:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", program, address, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
            )
            output, _ = await process.communicate()
            return process.returncode, output.decode()

    return Counter(await asyncio.gather(*(once() for _ in range(runs))))


async def _trial(runs: int) -> int:
    async with await DevServer.start(None) as server:
        wrong = {}
        for name, program in (("with runtime.process.exit", WITH_EXIT), ("without it", WITHOUT)):
            began = time.perf_counter()
            seen = await statuses(program, server.address, runs)
            wrong[name] = runs - seen[RIGHT_STATUS, "0\n"]
            ends = ", ".join(f"{count} x {status}" for (status, _), count in seen.most_common())
            sys.stdout.write(f"{name}: {wrong[name]} of {runs} ended wrongly (statuses: {ends}) in {time.perf_counter() - began:.0f} s\n")
            sys.stdout.flush()
    return 1 if wrong["with runtime.process.exit"] else 0


if __name__ == "__main__":
    run_and_exit(lambda: _trial(int(sys.argv[1]) if sys.argv[1:] else 100))
