"""The portfolio's report, mailed: a schedule begins it on the first day of a month or quarter, and it waits for the first business day's morning."""

from datetime import datetime, time, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from activities.report_activities import MailReport, ReportActivities, ReportMailed
from lifecycle.domain.model import Frozen
from lifecycle.domain.time.business_days import next_business_day
from lifecycle.domain.time.zones import at_local, local
from workflows.names import PORTFOLIO_REPORT
from workflows.versioning import on_current_build

OPENS = time(7, 0)
"""When reports are mailed, by the clock of the zone that the playbook names."""

MADE_WITHIN = timedelta(minutes=15)
"""One attempt: the report is made, and mailed to everybody."""
SIGNS_OF_LIFE = timedelta(minutes=1)
GIVEN_UP_AFTER = timedelta(days=14)
PATIENT = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=timedelta(hours=1))
"""A mail server that is down is asked until the report is given up."""


class ReportOrder(Frozen):
    """Whose reports: the playbook of that name says to whom they go and how often, by the clock of that zone and the calendar of that country."""

    playbook: str
    timezone: str
    country: str


def first_morning(moment: datetime, order: ReportOrder) -> datetime:
    """The morning (UTC) of the first business day of the month in which the moment lies there."""
    today = local(moment, order.timezone).date()
    return at_local(next_business_day(today.replace(day=1), order.country), OPENS, order.timezone)


@on_current_build(PORTFOLIO_REPORT)
class PortfolioReport:
    """Has one report made and mailed. Begun by hand on a later day it does so at once."""

    @workflow.run
    async def run(self, order: ReportOrder) -> ReportMailed:
        """To how many it has gone. Whoever had it already gets none: the ledger knows the mails by period and address."""
        morning = first_morning(workflow.now(), order)
        if morning > workflow.now():
            await workflow.sleep(morning - workflow.now(), summary="the first business day's morning")
        return await workflow.execute_activity_method(
            ReportActivities.mail_report,
            MailReport(playbook=order.playbook, at=workflow.now()),
            start_to_close_timeout=MADE_WITHIN,
            heartbeat_timeout=SIGNS_OF_LIFE,
            schedule_to_close_timeout=GIVEN_UP_AFTER,
            retry_policy=PATIENT,
            summary="make the report and mail it",
        )
