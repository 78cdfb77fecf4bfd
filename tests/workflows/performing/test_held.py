"""A hold as a workflow meets it: the touch waits, says why, and goes when the life hears of the release, in whichever run that is."""

from datetime import UTC, datetime

from activities.ledger.holds import Holds
from lifecycle.domain.enums import Outcome
from lifecycle.domain.holds import Selection
from lifecycle.state.log import EntryKind
from runtime.temporal.letting_go import let_go
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.worker_harness import WorkerHarness
from workflows.messages.messages import LetGo

HELD = "held by Kim Lee, because wrong price list"
TWO_STAGES = a_playbook(
    stage(
        "onboarding",
        """
welcome:
  at: {day: 1}
  within: 200d
  outlives_stage: true
  steps:
    - email: {template: welcome}
""",
    )
    + stage("growth", "")
)


async def test_a_held_touch_is_carried_into_the_next_stages_run_and_goes_there_when_it_is_released(harness: WorkerHarness) -> None:
    holds = Holds(harness.activities.engine)
    hold, _ = holds.place(Selection(), "Kim Lee", "wrong price list", datetime.now(UTC))
    life = await harness.enrol(a_customer(), TWO_STAGES)
    await life.live_until("2038-05-20 12:00")
    status = await life.status()
    assert status.stage == "growth"
    assert [row.why for row in status.waiting] == [HELD]
    assert await life.touches() == []
    assert [each.customer for each in holds.held(hold.number)] == [life.customer.id]

    holds.release(hold.number, "Bo Berg", "mended", datetime.now(UTC))
    done = await let_go(harness.client, holds, LetGo(hold=hold.number, by="Bo Berg", why="mended"), rate=1000)
    assert (done.touches, done.customers, done.over) == (1, 1, 0)
    await life.wait_until_idle()
    assert [line.partition(" ")[2][6:] for line in await life.touches()] == ["welcome/1/email-welcome"]
    assert holds.held(hold.number) == []


async def test_a_release_that_cannot_be_read_has_its_line(harness: WorkerHarness) -> None:
    life = await harness.enrol(a_customer(), TWO_STAGES)
    hostile: list[list[object]] = [[], ["three"], [{"hold": "x"}], [[1, 2]], [None], [{"hold": 1, "more": 2}], [b"\xff"]]
    for told in hostile:
        await life.handle.signal("let_go", args=told)
    await life.wait_until_idle()
    lines = [entry for entry in await life.timeline() if entry.kind is EntryKind.OPERATOR]
    words = ["it is no release of a hold; 'starter.py release' sends those"] * 6 + [
        "let_go takes JSON, and this is encoded as 'binary/plain'"
    ]
    assert [(line.what, line.why) for line in lines] == [("let_go", f"refused: {why}") for why in words]


async def test_a_customer_whose_life_is_over_is_told_nothing_and_is_listed_no_more(harness: WorkerHarness) -> None:
    holds = Holds(harness.activities.engine)
    hold, _ = holds.place(Selection(), "Kim Lee", "wrong price list", datetime.now(UTC))
    life = await harness.enrol(a_customer(), TWO_STAGES)
    await life.live_until("2038-01-06 12:00")
    assert (await life.status()).last_touches[-1].outcome is Outcome.DELAYED
    await harness.client.get_workflow_handle(f"customer/{life.customer.id}").terminate()
    holds.release(hold.number, "Bo Berg", "", datetime.now(UTC))
    done = await let_go(harness.client, holds, LetGo(hold=hold.number), rate=1000)
    assert (done.touches, done.customers, done.over) == (0, 0, 1)
    assert holds.count_held() == {}
