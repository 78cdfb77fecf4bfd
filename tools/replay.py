"""Replays recorded histories with the code of this tree: `python -m tools.replay FOLDER` of files `*.json.gz`.

Every release brings its own, so that its histories are replayed by the code that recorded them, whatever changed since.
"""

import asyncio
import gzip
import sys
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from lifecycle.domain.time.calendar import preload
from runtime.process.exit import run_and_exit
from runtime.temporal.converter import data_converter
from workflows.customer_lifecycle import CustomerLifecycle


async def replay(folder: Path) -> int:
    """Replay every history of the folder and say how many there were. Raises what the SDK raises for one that does not replay."""
    preload()  # as a worker does: a workflow task that imports for two seconds counts as deadlocked
    replayer = Replayer(workflows=[CustomerLifecycle], data_converter=data_converter)
    recorded = sorted(folder.glob("*.json.gz"))
    for path in recorded:
        await replayer.replay_workflow(WorkflowHistory.from_json("customer/recorded", gzip.decompress(path.read_bytes()).decode()))
    return len(recorded)


def main() -> int:
    """Replay, and say how many histories there were."""
    sys.stdout.write(f"{asyncio.run(replay(Path(sys.argv[1])))}\n")
    return 0


if __name__ == "__main__":
    run_and_exit(main)
