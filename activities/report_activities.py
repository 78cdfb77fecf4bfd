"""Making the report of the last whole month or quarter, and mailing it to people of ours."""

import asyncio
from collections.abc import Coroutine
from datetime import date
from typing import Any, TypeVar

from temporalio import activity

from activities.ledger.failures import NotNow, UnderWay
from activities.ledger.ledger import Ledger
from activities.ledger.once import perform_once
from activities.reports import periods
from activities.reports.page.mailing import ReportMail, addressees, touch_of
from activities.reports.report import Period, Report
from activities.reports.reporting import report_of
from activities.transports.transports import Transports
from lifecycle.domain.model import Frozen, Instant
from lifecycle.domain.people.directory import Directory
from lifecycle.domain.time.zones import local
from lifecycle.domain.touch import Answer, Receipt
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.policy import Every, Reports

BEAT = 5.0
"""Seconds between two signs of life while a report is made."""

T = TypeVar("T")


class MailReport(Frozen):
    """The report of the whole month or quarter that ended last before `at`, as the playbook of that name says."""

    playbook: str
    at: Instant


class ReportMailed(Frozen):
    """The name of the period; to how many it has gone, now or before; to whom it has not gone and why, by role or by how many."""

    period: str
    mailed: int = 0
    not_mailed: list[str] = []


class ReportActivities:
    """What the reports' schedules ask for."""

    def __init__(self, ledger: Ledger, transports: Transports) -> None:
        self.ledger = ledger
        self.transports = transports

    @activity.defn
    async def mail_report(self, asked: MailReport) -> ReportMailed:
        """Make the report and mail it to everybody who is to have it, each once. Raises NotNow to be asked again, UnderWay too."""
        playbook, people = await asyncio.to_thread(self._read, asked.playbook)
        reports = playbook.reports
        if reports is None:
            return ReportMailed(period="", not_mailed=[f"playbook {playbook.ref} names nobody who gets reports"])
        period = last_whole(reports.every, local(asked.at, reports.timezone).date())
        whom, nobody = addressees(reports, people)
        if not whom:
            raise NotNow(f"nobody in the published people.yaml holds {' or '.join(reports.to)}: who gets the report of {period.name}?")
        report = await beating(asyncio.to_thread(self._make, period, asked, reports))
        mail = await beating(asyncio.to_thread(ReportMail, report, playbook.company, self.transports.settings.redirect))
        transport = self.transports.mail(mail.compose)
        receipts: list[Receipt] = []
        later: NotNow | UnderWay | None = None
        for person in whom:
            try:
                receipts.append(
                    await beating(perform_once(self.ledger, touch_of(report, person, playbook.ref, reports, asked.at), transport))
                )
            except (NotNow, UnderWay) as failure:  # the others are not to wait for it
                later = failure
        held = next((receipt.why for receipt in receipts if receipt.answer is Answer.HELD), None)
        if later is not None or held is not None:
            raise later or NotNow(f"the report of {period.name} is {held}")
        return _answer(period, receipts, nobody)

    def _read(self, playbook: str) -> tuple[Playbook, Directory | None]:
        return self.transports.playbooks.newest(playbook).playbook, self.transports.people.newest()

    def _make(self, period: Period, asked: MailReport, reports: Reports) -> Report:
        return report_of(self.ledger.engine, period, as_of=asked.at, zone=reports.timezone)


def last_whole(every: Every, today: date) -> Period:
    """The month or quarter that ended last before that day."""
    return periods.last_whole_month(today) if every is Every.MONTH else periods.last_whole_quarter(today)


async def beating(work: Coroutine[Any, Any, T]) -> T:
    """The work to its end, while the server is told that it goes on; cancelled with the activity."""
    task = asyncio.ensure_future(work)
    try:
        while not (await asyncio.wait({task}, timeout=BEAT))[0]:
            activity.heartbeat()
        return await task
    finally:
        task.cancel()


def _answer(period: Period, receipts: list[Receipt], nobody: list[str]) -> ReportMailed:
    without = [f"nobody in people.yaml holds {role}" for role in nobody]
    failed = [f"{receipt.answer.value}: {receipt.why}" for receipt in receipts if receipt.answer is not Answer.DONE]
    return ReportMailed(period=period.name, mailed=len(receipts) - len(failed), not_mailed=without + failed)
