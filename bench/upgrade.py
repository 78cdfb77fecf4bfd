"""An upgrade on a dev server, with a rule of health changed on purpose in a copy: lives a second, and what the receivers got.

Twice: undisturbed, and with `kill -9` of the server, both builds' workers and the drain when half of the lives have moved.
"""

import sys
import tempfile
from pathlib import Path

from bench.figures import Figure
from tests.releases.comparing import HEALTH_FIELDS, ChangedRule
from tests.releases.findings import findings
from tests.releases.lives import Standing
from tests.releases.trees import here, with_other_health_weights
from tests.releases.upgrade import Upgrade, an_upgrade

LIVES = 200
LEAST_A_SECOND = 30.0
"""What the drain is held to on a machine of two cores that does nothing else."""

LEASE_UNLESS_KILLED = 60.0
LEASE = 20.0
"""Seconds that a killed attempt keeps its touch: shorter than the half minute after which the next run asks for it, so that no touch is late."""

CHANGED = ChangedRule("usage weighs more in health", "0", fields=HEALTH_FIELDS)


async def figures(*, killed: bool) -> list[Figure]:
    """The figures of one upgrade; what is not as it would have been without it goes to standard error too, the first ten lines of it."""
    with tempfile.TemporaryDirectory(prefix="evergreen-upgrade-") as folder:
        changed = with_other_health_weights(Path(folder) / "changed")
        async with an_upgrade(
            here(), changed, LIVES, Path(folder), with_standard=False, lease=LEASE if killed else LEASE_UNLESS_KILLED
        ) as upgrade:
            await upgrade.prepare()
            await upgrade.change()
            before_the_kill = await _kill_everything(upgrade) if killed else 0
            await upgrade.drain()
            found = await findings(upgrade)
    faults = [*found.faults([CHANGED]), *upgrade.answers.faults]
    for fault in faults[:10]:
        sys.stderr.write(f"{fault}\n")
    held = len(upgrade.standing(Standing.IN_FLIGHT))  # these wait half a minute for their touches, whoever asks them to move
    start = upgrade.seconds["the command's start"]
    seconds = upgrade.seconds["drain"] - start
    return [
        Figure("lives that moved", found.lives - found.left_on_old, "", least=LIVES),
        Figure("of these before the kill", before_the_kill, ""),
        Figure(f"until all but {held} with touches held back had moved", seconds, "s"),
        Figure("before that, until the command had started", start, "s"),
        Figure("lives moved a second", (LIVES - held - before_the_kill) / seconds, "", least=None if killed else LEAST_A_SECOND),
        *(Figure(f"processor time of {name}, a life that moved", 1000 * spent, "ms") for name, spent in upgrade.cpu.items()),
        Figure("processor time of all four", 1000 * sum(upgrade.cpu.values()), "ms"),
        Figure("queries and updates answered meanwhile", upgrade.answers.queries + upgrade.answers.updates, ""),
        Figure("lives whose health is another", len(found.other_fields), ""),
        Figure("lines of timelines that are a minute or two late, of touches in flight for so long", len(found.late), ""),
        Figure("what else is not as in uncut lives", len(faults), "", most=0),
        Figure("acts in ledger and outbox", found.acts, ""),
        Figure("acts there twice", sum(found.twice), "", most=0),
        Figure("webhooks that the receiver took", found.webhooks, ""),
        Figure("workflow tasks that failed", len(found.failed_tasks), "", most=0),
    ]


async def _kill_everything(upgrade: Upgrade) -> int:
    """Kill server, workers and drain once half of the lives have moved, and start all but the drain again; how many had moved."""
    draining = await upgrade.begin_drain()
    await upgrade.until_left(LIVES // 2)
    draining.kill()
    await upgrade.kill_everything()
    await draining.wait()
    upgrade.receiver.release_all()  # nobody waits any more for the answers that were held back
    await upgrade.start_everything()
    return LIVES - await upgrade.left()
