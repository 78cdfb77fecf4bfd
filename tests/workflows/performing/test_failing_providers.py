"""A provider that is down for days: tried again and again, holding up nobody, and then once, at a civil hour."""

from pathlib import Path

from temporalio.client import Client

from tests.activities.mail_server import MailCatcher
from tests.workflows.harness.building import a_customer, a_playbook, stage
from tests.workflows.harness.servers import TaskEndpoint, serving_mail
from tests.workflows.harness.worker_harness import a_worker_harness

WEEK = a_playbook(
    stage(
        "onboarding",
        """
welcome:
  at: {day: 0}
  within: 5d
  steps:
    - email: {template: welcome}
call:
  at: {day: 0, time: '10:00'}
  within: 5d
  steps:
    - task: {title: Call, due: 1d}
book:
  at: {day: 1}
  steps:
    - escalate: {to: head, reason: A new customer}
late:
  at: {day: 1, time: '11:00'}
  steps:
    - email: {template: late}
""",
    )
)

BRIEF = """
early:
  at: {day: 0}
  within: 6h
  steps:
    - email: {template: early}
late:
  at: {day: 0, time: '16:00'}
  within: 8h
  steps:
    - email: {template: late}
"""


async def test_mail_that_is_refused_for_three_days_goes_once_at_a_civil_hour_and_holds_up_nobody(client: Client, tmp_path: Path) -> None:
    async with (
        serving_mail(MailCatcher(mail=["451 come back later"] * 10_000)) as mail,
        a_worker_harness(client, tmp_path, smtp_url=mail.url) as harness,
    ):
        life = await harness.enrol(a_customer(), WEEK)
        await life.live_until("2038-01-06 23:00")
        assert await life.touches() == ["2038-01-04 10:00 call/1/task", "2038-01-05 09:00 book/1/escalate-head"]
        tried = 10_000 - len(mail.mail)
        assert 40 < tried < 200
        waiting = (await life.status()).waiting
        assert [row.what for row in waiting if "the provider could not" in row.why or "outside" in row.why] != []
        mail.mail.clear()
        await life.live_until("2038-01-08 23:00")

        assert sorted(await life.touches()) == [
            "2038-01-04 10:00 call/1/task",
            "2038-01-05 09:00 book/1/escalate-head",
            "2038-01-07 09:00 late/1/email-late",
            "2038-01-07 09:00 welcome/1/email-welcome",
        ]
        assert sorted(str(message["Subject"]) for message in mail.messages) == ["late", "welcome"]
        delayed = [row for row in await life.not_sent() if "welcome" in row]
        assert delayed[0].startswith("2038-01-04 09:00 delayed welcome/1/email-welcome: the provider could not: ")
        assert harness.sent_twice == (0, 0)


async def test_a_task_endpoint_that_answers_500_for_a_day_gets_the_task_once_under_one_key(client: Client, tmp_path: Path) -> None:
    async with TaskEndpoint() as endpoint, a_worker_harness(client, tmp_path, tasks_url=endpoint.url) as harness:
        endpoint.status = 500
        life = await harness.enrol(a_customer(), WEEK)
        await life.live_until("2038-01-05 12:00")
        assert [row.split()[2] for row in await life.touches()] == ["welcome/1/email-welcome", "book/1/escalate-head", "late/1/email-late"]
        assert set(endpoint.keys) == {f"{life.customer.id}/1/call/1/task"}
        assert not endpoint.taken
        endpoint.status = 201
        await life.live_until("2038-01-06 12:00")
        assert len(await life.touches()) == 4
        assert endpoint.taken == [f"{life.customer.id}/1/call/1/task"]
        assert harness.sent_twice == (0, 0)


async def test_what_the_provider_never_took_is_written_down_when_its_window_is_over(client: Client, tmp_path: Path) -> None:
    async with (
        serving_mail(MailCatcher(mail=["451 come back later"] * 10_000)) as mail,
        a_worker_harness(client, tmp_path, smtp_url=mail.url) as harness,
    ):
        brief = a_playbook(stage("onboarding", BRIEF))
        life = await harness.enrol(a_customer(), brief)
        await life.live_until("2038-01-08 12:00")
        assert not mail.messages
        # The one was last tried inside its window and failed; the other's next try would have come after it.
        ends = {row[17:] for row in await life.not_sent() if " delayed " not in row}
        assert ends == {
            "failed early/1/email-early: the provider could not: NotNow: the mail server does not take the message now: 451 come back later",
            "missed late/1/email-late: 18:35 is outside 09:00-18:00 in Europe/Berlin, and its window is over before it may go",
        }
        assert harness.activities.ledger.counts(life.customer.id)["email"] == {"failed": 1, "missed": 1}
        assert (await life.status()).waiting == []
