"""The schedules by which reports are mailed: one a playbook, by its name, so that to ask again changes it or nothing."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from lifecycle.domain.time.calendar import add_months
from lifecycle.domain.time.zones import at_local, local
from lifecycle.playbook.policy import Every
from workflows.names import PORTFOLIO_REPORT, TASK_QUEUE
from workflows.portfolio_report import OPENS, ReportOrder, first_morning

PREFIX = "report/"
MONTHS = {Every.MONTH: 1, Every.QUARTER: 3}
"""From one report to the next."""

CATCH_UP = timedelta(days=30)
"""How long after its moment a report is still begun that was due while the server was down."""


def id_of_schedule(playbook: str) -> str:
    """The schedule of that playbook."""
    return f"{PREFIX}{playbook}"


async def schedule(client: Client, order: ReportOrder, every: Every, task_queue: str = TASK_QUEUE) -> bool:
    """Have the reports mailed from now on; False where there was such a schedule, which is changed to what is asked. One that was paused stays so."""
    wanted = _schedule(order, every, task_queue)
    try:
        await client.create_schedule(id_of_schedule(order.playbook), wanted)
    except ScheduleAlreadyRunningError:

        def changed(found: ScheduleUpdateInput) -> ScheduleUpdate:
            wanted.state = found.description.schedule.state
            return ScheduleUpdate(wanted)

        await client.get_schedule_handle(id_of_schedule(order.playbook)).update(changed)
        return False
    return True


def _schedule(order: ReportOrder, every: Every, task_queue: str) -> Schedule:
    days = ScheduleCalendarSpec(
        month=[ScheduleRange(1, 12, MONTHS[every])],
        day_of_month=[ScheduleRange(1)],
        hour=[ScheduleRange(OPENS.hour)],
        minute=[ScheduleRange(OPENS.minute)],
        comment="the run waits for the first business day",
    )
    return Schedule(
        action=ScheduleActionStartWorkflow(
            PORTFOLIO_REPORT,
            order,
            id=id_of_schedule(order.playbook),
            task_queue=task_queue,
            static_summary=f"report of every {every.value}",
        ),
        spec=ScheduleSpec(calendars=[days], time_zone_name=order.timezone),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.BUFFER_ONE, catchup_window=CATCH_UP),
    )


async def remove(client: Client, playbook: str) -> bool:
    """Mail no more reports for that playbook; False where there was no schedule. A report that is being mailed comes to its end."""
    try:
        await client.get_schedule_handle(id_of_schedule(playbook)).delete()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return True


async def scheduled(client: Client, *, but: Collection[str] = ()) -> list[str]:
    """The playbooks for which there is a schedule, but for these. One that has just been made may be missing."""
    ids = [each.id async for each in await client.list_schedules()]
    return sorted(name for id in ids if id.startswith(PREFIX) and (name := id.removeprefix(PREFIX)) not in but)


def next_mailing(now: datetime, order: ReportOrder, every: Every) -> datetime:
    """When the next report is mailed (UTC)."""
    today = local(now, order.timezone).date()
    first = date(today.year, (today.month - 1) // MONTHS[every] * MONTHS[every] + 1, 1)
    while (morning := first_morning(at_local(first, OPENS, order.timezone), order)) <= now:
        first = add_months(first, MONTHS[every])
    return morning
