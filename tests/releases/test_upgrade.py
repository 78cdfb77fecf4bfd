"""Lives of a release move to the code here, and to a changed copy of it, on a real server: nothing lost, nothing twice, and nobody notices."""

from pathlib import Path

import pytest

from lifecycle.domain.enums import Stage
from tests.releases.changed_rules import rules_changed_since
from tests.releases.comparing import HEALTH_FIELDS, ChangedRule
from tests.releases.conftest import TreeOf
from tests.releases.findings import Findings, findings
from tests.releases.lives import OWN, Standing
from tests.releases.trees import Tree, here, with_other_health_weights
from tests.releases.upgrade import Upgrade, an_upgrade
from tools.release import Release, releases

pytestmark = [pytest.mark.server, pytest.mark.slow]

RELEASES = releases()
ALL_STAGES = {Stage.TRIAL, Stage.ONBOARDING, Stage.GROWTH, Stage.RENEWAL, Stage.WIN_BACK}


async def upgraded(old: Tree, new: Tree, count: int, folder: Path, *, with_standard: bool = True) -> tuple[Upgrade, Findings]:
    async with an_upgrade(old, new, count, folder, with_standard=with_standard) as upgrade:
        await upgrade.prepare()
        await upgrade.change()
        await upgrade.drain()
        return upgrade, await findings(upgrade)


def check_where_they_stood(upgrade: Upgrade) -> None:
    """What the upgrade found them in the middle of, for else it would show little."""
    before = upgrade.before
    assert {status.stage for status in before.values()} == ALL_STAGES
    assert {name for name, status in before.items() if status.paused} == {life.customer.id for life in upgrade.standing(Standing.PAUSED)}
    waiting = {name for name, status in before.items() if any(each.why.startswith("waits for feature.used") for each in status.waiting)}
    assert waiting == {life.customer.id for life in upgrade.lives if life.playbook == OWN}


def check_callers_were_answered(upgrade: Upgrade) -> None:
    asked = len(upgrade.standing(Standing.ASKED))
    assert upgrade.answers.faults == []
    assert upgrade.answers.queries >= 2 * asked
    assert upgrade.answers.updates >= asked


def check_all_moved(upgrade: Upgrade, found: Findings) -> None:
    assert (upgrade.drained["moved"], upgrade.drained["left"], upgrade.drained["current"]) == (found.lives, 0, upgrade.new.build)
    assert found.taken_over == len(upgrade.standing(Standing.IN_FLIGHT))
    assert found.webhooks == found.taken_over + len(upgrade.standing(Standing.BRIEFLY_IN_FLIGHT))


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.version)
async def test_fifty_lives_of_a_release_move_to_the_code_here(release: Release, tree_of: TreeOf, tmp_path: Path) -> None:
    upgrade, found = await upgraded(tree_of(release), here(), 50, tmp_path)
    check_where_they_stood(upgrade)
    check_callers_were_answered(upgrade)
    check_all_moved(upgrade, found)
    assert found.faults(rules_changed_since(release.version)) == []


async def test_with_a_rule_of_health_changed_only_health_differs(tree_of: TreeOf, tmp_path: Path) -> None:
    newest = RELEASES[-1]
    changed = with_other_health_weights(tmp_path / "changed")
    upgrade, found = await upgraded(tree_of(newest), changed, 8, tmp_path, with_standard=False)
    check_all_moved(upgrade, found)
    weights = ChangedRule("usage weighs more in health", newest.version, fields=HEALTH_FIELDS)
    assert found.faults([weights, *rules_changed_since(newest.version)]) == []
    assert len(found.other_fields) > 4
