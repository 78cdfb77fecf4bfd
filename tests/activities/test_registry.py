"""What a worker is given."""

from datetime import timedelta
from pathlib import Path

from temporalio import activity
from temporalio.testing import ActivityEnvironment

from activities.registry import Activities, open_activities
from activities.settings import Settings
from lifecycle.domain.enums import Outcome, TouchKind
from lifecycle.domain.touch import Answer, Record
from tests.activities.building import AT, a_meeting, a_touch

NAMES = {
    "send_email",
    "send_survey",
    "schedule_meeting",
    "create_task",
    "escalate",
    "grant_offer",
    "call_webhook",
    "withdraw_touch",
    "record_touches",
    "write_down",
    "resolve_touch",
    "recall_lives",
    "remember_life",
    "load_playbook",
    "mail_report",
}


async def test_a_worker_gets_every_activity(tmp_path: Path) -> None:
    async with open_activities(Settings(home=tmp_path)) as activities:
        definitions = [activity._Definition.must_from_callable(one) for one in activities]
    assert {definition.name for definition in definitions} == NAMES
    assert (tmp_path / "ledger.sqlite").is_file()


async def test_messages_of_all_kinds_are_sent_once_and_recorded_once(activities: Activities, tmp_path: Path) -> None:
    environment = ActivityEnvironment()
    for _ in range(2):
        assert (await environment.run(activities.channels[TouchKind.EMAIL].perform, a_touch())).answer is Answer.DONE
        survey = a_touch("acme/1/nps/1/survey", template="nps")
        assert (await environment.run(activities.channels[TouchKind.SURVEY].perform, survey)).answer is Answer.DONE
        assert (await environment.run(activities.channels[TouchKind.MEETING].perform, a_meeting())).answer is Answer.DONE
    assert len(list((tmp_path / "outbox/mail/new").iterdir())) == 3
    at = AT + timedelta(days=1)
    late = Record(
        key="acme/1/late/1/email", customer="acme", play="late", name="late", kind="email", outcome=Outcome.MISSED, at=at, why="late"
    )
    for _ in range(2):
        await environment.run(activities.ledger_activities.record_touches, [late])
    assert activities.ledger.counts() == {"email": {"sent": 2, "missed": 1}, "meeting": {"sent": 1}}
    assert [row.name for row in activities.ledger.with_outcome(Outcome.MISSED)] == ["late"]
