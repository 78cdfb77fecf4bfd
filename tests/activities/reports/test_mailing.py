"""The report by mail: to whoever holds a role that the playbook names, each address once for a period, with the page in it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities import report_activities
from activities.ledger.failures import NotNow
from activities.ledger.holds import Holds
from activities.registry import Activities
from activities.report_activities import MailReport, ReportMailed, last_whole
from activities.reports import periods
from activities.reports.page.mailing import ReportMail, addressees, touch_of
from activities.reports.page.page import page_of
from activities.reports.page.summary import text_of
from activities.reports.reporting import report_of
from activities.transports.outbox import sent_twice
from lifecycle.domain.holds import Selection
from lifecycle.domain.people.directory import Directory
from lifecycle.playbook.policy import Company, Every, Reports
from tests.activities.building import a_playbook, a_touch, opened, perform
from tests.activities.mail_server import MailCatcher
from tests.activities.reports.a_report import WHOLE
from tests.hostile_texts import HOSTILE

AT = datetime(2027, 1, 4, 7, 0, tzinfo=UTC)
COMPANY = Company(name="Us & Co", email="success@us.example", reply_to="help@us.example")
REPORTS = Reports(to=["cs-manager", "sales-manager"], every=Every.QUARTER, timezone="Europe/London", country="GB")
PEOPLE = Directory.model_validate(
    {
        "version": "1",
        "people": {
            "ada": {"name": "Ada Moss", "email": "ada@us.example", "roles": ["cs-manager", "sales-manager"]},
            "tom": {"name": "Tom Reyes", "email": "tom@us.example", "roles": "sales-manager", "away": [{"from": "2027-01-01", "to": "2027-02-01"}]},
            "kim": {"name": "Kim Lee", "email": "kim@us.example", "roles": "csm"},
        },
    }
)  # fmt: skip


def mailed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def main_part(mail: ReportMail) -> str:
    text = mailed(mail.compose(touch_of(WHOLE, PEOPLE.people["ada"], "standard@v1", REPORTS, AT)).content).get_body(("plain",))
    assert text is not None
    content: str = text.get_content()
    return content.replace("\r\n", "\n")


def published(activities: Activities, reports: Reports | None = REPORTS, people: Directory | None = PEOPLE) -> None:
    playbook = a_playbook(templates=()).model_copy(update={"reports": reports, "company": COMPANY, "version": "r1"})
    activities.playbooks.publish(playbook, {})
    if people is not None:
        activities.people.publish(people)


async def mail_report(activities: Activities, at: datetime = AT) -> ReportMailed:
    return await ActivityEnvironment().run(activities.report_activities.mail_report, MailReport(playbook="standard", at=at))


def outbox(home: Path) -> list[EmailMessage]:
    return [mailed(path.read_bytes()) for path in sorted((home / "outbox/mail/new").iterdir())]


@pytest.fixture
async def reporting(tmp_path: Path) -> AsyncIterator[Activities]:
    made = opened(tmp_path)
    published(made)
    yield made
    await made.close()


def test_whoever_holds_one_of_the_roles_gets_it_once_away_or_not_and_a_role_that_nobody_holds_is_named() -> None:
    people, nobody = addressees(REPORTS.model_copy(update={"to": ["cs-manager", "sales-manager", "ceo"]}), PEOPLE)
    assert ([person.name for person in people], nobody) == (["Ada Moss", "Tom Reyes"], ["ceo"])
    assert addressees(REPORTS, None) == ([], ["cs-manager", "sales-manager"])


def test_the_key_is_the_period_s_and_the_address_s_whoever_asks_and_says_no_address() -> None:
    ada, tom = PEOPLE.people["ada"], PEOPLE.people["tom"]
    first, again = (touch_of(WHOLE, ada, playbook, REPORTS, AT) for playbook in ("standard@v1", "other@v2"))
    assert first.key == again.key != touch_of(WHOLE, tom, "standard@v1", REPORTS, AT).key
    assert first.key.startswith("list:report.2026-q4/1/portfolio-report/")
    assert "ada" not in first.key
    assert touch_of(WHOLE.model_copy(update={"period": WHOLE.before}), ada, "standard@v1", REPORTS, AT).key != first.key


@pytest.mark.parametrize(
    ("every", "today", "name"),
    [
        (Every.MONTH, date(2026, 11, 2), "October 2026"),
        (Every.MONTH, date(2027, 1, 1), "December 2026"),
        (Every.MONTH, date(2026, 10, 31), "September 2026"),
        (Every.QUARTER, date(2027, 1, 1), "2026-Q4"),
        (Every.QUARTER, date(2026, 12, 31), "2026-Q3"),
    ],
)
def test_the_period_is_the_last_whole_one(every: Every, today: date, name: str) -> None:
    assert last_whole(every, today).name == name


async def test_the_page_comes_as_a_file_with_the_main_figures_as_text_from_the_company() -> None:
    mail = ReportMail(WHOLE, COMPANY)
    message = mail.compose(touch_of(WHOLE, PEOPLE.people["ada"], "standard@v1", REPORTS, AT))
    assert message.recipients == ("ada@us.example",)
    read = mailed(message.content)
    assert (read["Subject"], read["From"], read["To"], read["Reply-To"]) == (
        "Report of 2026-Q4",
        "Us & Co <success@us.example>",
        "Ada Moss <ada@us.example>",
        "Us & Co <help@us.example>",
    )
    assert (read["Auto-Submitted"], read["Date"]) == ("auto-generated", "Mon, 04 Jan 2027 07:00:00 +0000")
    [page] = read.iter_attachments()
    assert (page.get_filename(), page.get_content_type()) == ("report-2026-q4.html", "text/html")
    assert page.get_payload(decode=True) == page_of(WHOLE).encode()
    assert main_part(mail) == text_of(WHOLE) == (
        "The report of 2026-Q4 (1 October 2026 to 31 December 2026) is attached, as a page that any browser opens.\n"
        "\n"
        "Renewals\n"
        "- Renewed: 93.4% (+2.1 points, was 91.3% in 2026-Q3)\n"
        "- Renewed value, EUR: €1,234,500 (−€75,500, was €1,310,000 in 2026-Q3)\n"
    )  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_names_of_any_kind_make_a_mail_that_reads_back(text: str) -> None:
    person = PEOPLE.people["ada"].model_copy(update={"name": text})
    report = WHOLE.model_copy(update={"period": WHOLE.period.model_copy(update={"name": text})})
    read = mailed(ReportMail(report, COMPANY).compose(touch_of(report, person, "standard@v1", REPORTS, AT)).content)
    assert read.keys().count("To") == read.keys().count("Subject") == 1
    assert "Bcc" not in read
    assert [address.addr_spec for address in read["To"].addresses] == ["ada@us.example"]
    assert len(list(read.iter_attachments())) == 1


async def test_each_gets_it_once_however_often_it_is_asked_for(reporting: Activities, tmp_path: Path) -> None:
    for _ in range(2):
        assert await mail_report(reporting) == ReportMailed(period="2026-Q4", mailed=2)
    assert sorted(message["To"] for message in outbox(tmp_path)) == ["Ada Moss <ada@us.example>", "Tom Reyes <tom@us.example>"]
    assert (reporting.ledger.sent_twice(), sent_twice(tmp_path / "outbox")) == (0, 0)


async def test_another_playbook_that_names_the_same_people_mails_them_no_second_one(reporting: Activities, tmp_path: Path) -> None:
    await mail_report(reporting)
    other = a_playbook(templates=()).model_copy(update={"playbook": "other", "reports": REPORTS, "version": "o1"})
    reporting.playbooks.publish(other, {})
    asked = MailReport(playbook="other", at=AT)
    assert (await ActivityEnvironment().run(reporting.report_activities.mail_report, asked)).mailed == 2
    assert len(outbox(tmp_path)) == 2


async def test_a_mailed_report_is_no_message_to_a_customer_in_the_next_one(reporting: Activities) -> None:
    at = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
    await perform(reporting, a_touch(at=at, due=at, not_after=at))
    first = _counted(reporting)
    await mail_report(reporting)
    assert _counted(reporting) == first == {"contact.week": 1, "contact.busiest-week": 1, "plays.sent": 1, "plays.reached": 1}


def _counted(activities: Activities) -> dict[str, int]:
    """How many rows stand behind figures of messages in the first quarter of 2027."""
    report = report_of(activities.engine, periods.quarter(2027, 1), as_of=datetime(2027, 4, 1, tzinfo=UTC))
    figures = {id: report.figure(id) for id in ("contact.week", "contact.busiest-week", "plays.sent", "plays.reached")}
    return {id: figure.count if figure is not None else -1 for id, figure in figures.items()}


async def test_the_next_period_is_another_report(reporting: Activities, tmp_path: Path) -> None:
    await mail_report(reporting)
    assert (await mail_report(reporting, datetime(2027, 4, 1, 6, 0, tzinfo=UTC))).period == "2027-Q1"
    assert len(outbox(tmp_path)) == 4


async def test_one_that_the_server_does_not_take_now_keeps_it_from_nobody_else_and_is_asked_for_again(
    tmp_path: Path, mail_server: MailCatcher
) -> None:
    activities = opened(tmp_path, smtp_url=mail_server.url)
    published(activities)
    mail_server.to["ada@us.example"] = ["450 later"]
    with pytest.raises(NotNow, match="does not take the message now"):
        await mail_report(activities)
    assert mail_server.envelopes == [["tom@us.example"]]
    assert await mail_report(activities) == ReportMailed(period="2026-Q4", mailed=2)
    assert mail_server.envelopes == [["tom@us.example"], ["ada@us.example"]]
    await activities.close()


async def test_one_that_is_refused_is_told_and_not_asked_for_again(tmp_path: Path, mail_server: MailCatcher) -> None:
    activities = opened(tmp_path, smtp_url=mail_server.url)
    published(activities)
    mail_server.to["ada@us.example"] = ["550 nobody here"]
    for _ in range(2):
        told = await mail_report(activities)
        assert told.mailed == 1
        assert [why.partition(":")[0] for why in told.not_mailed] == ["refused"]
    await activities.close()


async def test_in_test_mode_it_goes_to_the_one_address_and_says_for_whom_it_was(tmp_path: Path, mail_server: MailCatcher) -> None:
    activities = opened(tmp_path, smtp_url=mail_server.url, redirect="me@us.example")
    published(activities)
    await mail_report(activities)
    assert mail_server.envelopes == [["me@us.example"]] * 2
    assert sorted(message["Subject"] for message in mail_server.messages) == [
        "[for ada@us.example] Report of 2026-Q4",
        "[for tom@us.example] Report of 2026-Q4",
    ]
    await activities.close()


async def test_under_a_hold_it_waits_and_goes_when_it_is_released(reporting: Activities, tmp_path: Path) -> None:
    holds = Holds(reporting.engine)
    hold, _ = holds.place(Selection(), "ops", "a bad import", AT)
    with pytest.raises(NotNow, match="held by ops, because a bad import"):
        await mail_report(reporting)
    assert outbox(tmp_path) == []
    holds.release(hold.number, "ops", "mended", AT)
    assert (await mail_report(reporting)).mailed == 2


async def test_where_nobody_holds_a_role_it_waits_and_says_so_and_where_the_playbook_names_nobody_it_ends(tmp_path: Path) -> None:
    activities = opened(tmp_path)
    published(activities, people=None)
    with pytest.raises(ApplicationError, match=r"nobody in the published people\.yaml holds cs-manager or sales-manager"):
        await mail_report(activities)
    published(activities, reports=None)
    activities.playbooks.publish(a_playbook(version="r2", templates=()), {})
    assert await mail_report(activities) == ReportMailed(period="", not_mailed=["playbook standard@r2 names nobody who gets reports"])
    await activities.close()


async def test_while_a_report_is_made_the_server_hears_that_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_activities, "BEAT", 0.01)
    environment, heard = ActivityEnvironment(), asyncio.Event()
    environment.on_heartbeat = lambda *_: heard.set()

    async def activity() -> bool:
        return await report_activities.beating(heard.wait())

    assert await environment.run(activity)


def test_a_report_without_a_told_figure_is_a_mail_all_the_same() -> None:
    bare = WHOLE.model_copy(update={"sections": ()})
    assert text_of(bare).count("\n") == 1
    assert main_part(ReportMail(bare, COMPANY)) == text_of(bare)
