"""An upgrade on a dev server, with a rule of health changed on purpose in a copy: lives a second, and what the receivers got.

Twice: undisturbed, and with `kill -9` of the server, both builds' workers and the drain when half of the lives have moved.
"""

import tempfile
from pathlib import Path

from bench.figures import Figure
from lifecycle.domain.errors import Failure
from tests.releases.comparing import HEALTH_FIELDS, ChangedRule
from tests.releases.findings import findings
from tests.releases.trees import here, with_other_health_weights
from tests.releases.upgrade import Upgrade, an_upgrade

LIVES = 200
LEAST_A_SECOND = 30.0
"""What the drain is held to on a machine of two cores that does nothing else."""

CHANGED = ChangedRule("usage weighs more in health", "0", fields=HEALTH_FIELDS)


async def figures() -> list[Figure]:
    """The figures of both upgrades. Raises Failure with the first of what is not as it would have been without."""
    return [*await _upgraded("undisturbed", killed=False), *await _upgraded("killed in the middle", killed=True)]


async def _upgraded(how: str, *, killed: bool) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="evergreen-upgrade-") as folder:
        changed = with_other_health_weights(Path(folder) / "changed")
        async with an_upgrade(here(), changed, LIVES, Path(folder), with_standard=False) as upgrade:
            await upgrade.prepare()
            await upgrade.change()
            before_the_kill = await _kill_everything(upgrade) if killed else 0
            await upgrade.drain()
            found = await findings(upgrade)
    if faults := [*found.faults([CHANGED]), *upgrade.answers.faults]:
        raise Failure(f"The upgrade of {LIVES} lives, {how}, is not as if it had not been; there are {len(faults)} faults: {faults[0]}.")
    moved = upgrade.seconds["drain"]
    at_once = found.lives - found.taken_over - before_the_kill
    return [
        Figure(f"lives that moved, {how}", found.lives - found.left_on_old, "", least=LIVES),
        Figure(f"until all had moved but {found.taken_over} in flight, {how}", moved, "s"),
        Figure(f"lives moved a second, {how}", at_once / moved, "a second", least=None if killed else LEAST_A_SECOND),
        Figure(f"queries and updates answered meanwhile, {how}", upgrade.answers.queries + upgrade.answers.updates, ""),
        Figure(f"lives whose health is another, {how}", len(found.other_fields), ""),
        Figure(f"lives with a line of the timeline that differs, {how}", len(found.differences), "", most=0),
        Figure(f"acts in ledger and outbox, {how}", found.acts, ""),
        Figure(f"acts there twice, {how}", sum(found.twice), "", most=0),
        Figure(f"workflow tasks that failed, {how}", len(found.failed_tasks), "", most=0),
    ]


async def _kill_everything(upgrade: Upgrade) -> int:
    """Kill server, workers and drain once half of the lives have moved, and start all but the drain again; how many had moved."""
    draining = await upgrade.begin_drain()
    await upgrade.until_left(LIVES // 2)
    draining.kill()
    await upgrade.kill_everything()
    await draining.wait()
    await upgrade.start_everything()
    return LIVES - await upgrade.left()
