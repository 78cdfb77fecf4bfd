"""A touch of which nobody knows whether it was sent, on a real server: its owner is asked, and a person's word is taken."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowUpdateFailedError

from lifecycle.domain.enums import Outcome, Resolution
from tests.activities.mail_server import MailCatcher
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.customer_workflow import CustomerWorkflow, refusal, until
from tests.workflows.harness.servers import TaskEndpoint, serving_mail
from tests.workflows.harness.worker_harness import WorkerHarness, a_worker_harness
from tests.workflows.harness.workflow_variants import AlwaysContinuesAsNew
from workflows.customer_lifecycle import CustomerLifecycle

SENT, NOT_SENT, AGAIN = Resolution
HELLO = a_playbook(
    stage(
        "onboarding",
        """
welcome:
  at: {day: 1}
  steps:
    - email: {template: welcome}
    - wait: 1d
    - email: {template: checkin}
""",
    )
    + stage("farewell", "bye:\n  at: {day: 0}\n  steps:\n    - email: {template: goodbye, category: operational}")
)
WELCOME = "welcome/1/email-welcome"


class Home:
    """A worker, a mail server that hangs up after the next message, and the system that takes tasks."""

    def __init__(self, harness: WorkerHarness, mail: MailCatcher, tasks: TaskEndpoint) -> None:
        self.harness = harness
        self.mail = mail
        self.tasks = tasks

    async def a_life(self) -> CustomerWorkflow:
        """A life on the morning on which its welcome has become unknown."""
        life = await self.harness.enrol(a_customer(), HELLO)
        await life.live_until("2038-01-05 12:00")
        return life

    def outcome(self, life: CustomerWorkflow, key: str = WELCOME) -> Outcome | None:
        row = self.harness.activities.ledger.row(f"{life.customer.id}/1/{key}")
        assert row is not None
        return row.outcome


@asynccontextmanager
async def a_home(client: Client, folder: Path, workflow: type = CustomerLifecycle) -> AsyncIterator[Home]:
    async with (
        TaskEndpoint() as tasks,
        serving_mail(MailCatcher(hang_up=1)) as mail,
        a_worker_harness(client, folder, workflow, smtp_url=mail.url, tasks_url=tasks.url) as harness,
    ):
        yield Home(harness, mail, tasks)


@pytest.fixture
async def home(client: Client, tmp_path: Path) -> AsyncIterator[Home]:
    async with a_home(client, tmp_path) as made:
        yield made


@pytest.mark.parametrize("workflow", [CustomerLifecycle, AlwaysContinuesAsNew])
async def test_the_owner_gets_a_task_and_the_list_has_the_touch(client: Client, tmp_path: Path, workflow: type) -> None:
    async with a_home(client, tmp_path, workflow) as home:
        life = await home.a_life()
        key = f"{life.customer.id}/1/{WELCOME}"
        assert home.tasks.taken == [f"{key}.unknown"]
        asked = home.tasks.bodies[f"{key}.unknown"]
        assert f"starter.py resolve {key} --sent" in asked["text"]
        assert asked["about"]["unknown"]["subject"] == "welcome"
        assert asked["about"]["unknown"]["to"] == "Ana Silva <ana@acme.example>"
        assert asked["owner"] == "csm"
        assert [row.key for row in home.harness.activities.ledger.with_outcome(Outcome.UNKNOWN)] == [key]
        assert (await life.status()).unknown == [key]


async def test_a_word_is_answered_taken_once_and_stands(home: Home) -> None:
    life = await home.a_life()
    key = f"{life.customer.id}/1/{WELCOME}"
    answers = [await life.resolve(WELCOME, SENT, by) for by in ("Kim Lee", "Max Roy")]
    assert answers == [f"{key} is resolved: sent, says Kim Lee"] * 2
    for other in (NOT_SENT, AGAIN):
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await life.resolve(WELCOME, other)
        assert refusal(refused.value) == f"{key} was resolved before, as sent, by Kim Lee; the first word stands"
    assert home.outcome(life) is Outcome.SENT
    assert await life.touches() == [f"2038-01-05 09:00 {WELCOME}.unknown", f"2038-01-05 12:00 {WELCOME}"]
    assert (await life.status()).unknown == []
    assert home.harness.sent_twice == (0, 0)


async def test_what_was_not_sent_goes_again_under_the_same_key_while_the_play_has_gone_on(home: Home) -> None:
    life = await home.a_life()
    await life.resolve(WELCOME, AGAIN)
    await life.live_until("2038-01-07 12:00")
    assert await life.touches() == [
        f"2038-01-05 09:00 {WELCOME}.unknown",
        f"2038-01-05 12:00 {WELCOME}",
        "2038-01-06 09:00 welcome/1/email-checkin",
    ]
    first, again, _ = home.mail.messages
    assert (first["Message-ID"], first["Date"] == again["Date"]) == (again["Message-ID"], False)
    assert home.outcome(life) is Outcome.SENT
    # Asked twice is done once, for it is one word.
    await life.resolve(WELCOME, AGAIN, "Max Roy")
    await life.live_until("2038-01-08 12:00")
    assert len(home.mail.messages) == 3


async def test_two_words_at_one_instant_are_one_after_the_other_and_the_first_stands(home: Home) -> None:
    life = await home.a_life()
    words = await asyncio.gather(*(life.resolve(WELCOME, word) for word in (AGAIN, AGAIN, SENT)), return_exceptions=True)
    await life.live_until("2038-01-05 18:00")
    failed = [word for word in words if isinstance(word, BaseException)]
    assert len(failed) in (1, 2)
    assert len(home.mail.messages) == (2 if len(failed) == 1 else 1)


async def test_a_pause_holds_no_question_back_and_takes_words(home: Home) -> None:
    life = await home.harness.enrol(a_customer(), HELLO)
    await life.live_until("2038-01-05 08:59")
    home.tasks.status = 503
    await life.live_until("2038-01-05 09:01")
    await life.pause("a merger")
    home.tasks.status = 201
    await life.live_until("2038-01-05 12:00")
    assert home.tasks.taken == [f"{life.customer.id}/1/{WELCOME}.unknown"]
    await life.resolve(WELCOME, NOT_SENT)
    assert home.outcome(life) is Outcome.FAILED


async def test_a_key_of_another_customer_is_refused(home: Home) -> None:
    life = await home.a_life()
    for key in ("somebody/1/welcome/1/email-welcome", f"{life.customer.id}x/1/welcome/1/email-welcome"):
        command = {"key": key, "resolution": "sent", "by": "Kim Lee"}
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await life.handle.execute_update("resolve", command)
        assert refusal(refused.value) == f"{key} is no touch of {life.customer.id}"


async def test_of_a_touch_that_nobody_knows_there_is_nothing_to_say(home: Home) -> None:
    life = await home.a_life()
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await life.resolve("welcome/9/email-welcome", SENT)
    assert refusal(refused.value).startswith(f"the ledger has no touch {life.customer.id}/1/welcome/9/email-welcome")
    with pytest.raises(WorkflowUpdateFailedError) as known:
        await life.resolve(f"{WELCOME}.unknown", NOT_SENT)
    assert refusal(known.value) == f"{life.customer.id}/1/{WELCOME}.unknown is not unknown: it is sent"
    assert len(await life.touches()) == 1


@pytest.mark.parametrize("workflow", [CustomerLifecycle, AlwaysContinuesAsNew])
async def test_a_life_ends_when_its_owner_has_been_asked_and_not_before(client: Client, tmp_path: Path, workflow: type) -> None:
    async with a_home(client, tmp_path, workflow) as home:
        await ends_when_asked(home)


async def ends_when_asked(home: Home) -> None:
    home.mail.hang_up = 0
    life = await home.harness.enrol(a_customer(), HELLO)
    await life.live_until("2038-01-08 12:00")
    home.mail.hang_up, home.tasks.status = 1, 503
    await life.tell("customer.churned", "2038-01-10 12:00", kind="natural", reason="gone")
    await life.travel_to(life.at("2038-01-11 09:01"))
    await life.wait_until_idle()
    assert (await life.status()).closed != ""
    assert (await life.status()).wakes_because == f"the owner is asked whether {life.customer.id}/1/bye/1/email-goodbye was sent"
    home.tasks.status = 201
    await life.travel_to(life.at("2038-01-12 12:00"))

    async def is_asked() -> bool:
        return home.tasks.taken != []

    await until(is_asked)
    ended = await life.result()
    assert ended.why == "gone: gone"
    assert home.tasks.taken == [f"{life.customer.id}/1/bye/1/email-goodbye.unknown"]
    assert ended.status is not None
    assert ended.status.unknown == [f"{life.customer.id}/1/bye/1/email-goodbye"]
