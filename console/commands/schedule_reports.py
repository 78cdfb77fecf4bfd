"""`schedule-reports`: has the portfolio's report mailed every month or quarter, as the published playbooks say; or no more."""

import asyncio
from datetime import datetime

import sqlalchemy as sa

from activities.ledger.database.database import open_database
from activities.ledger.published.people_store import PeopleStore
from activities.ledger.published.playbook_store import PlaybookStore
from activities.reports.page.mailing import addressees
from console.terminal.output import print_json, say
from lifecycle.domain.errors import Mistake
from lifecycle.domain.people.directory import Directory
from lifecycle.domain.time.zones import in_words
from lifecycle.playbook.policy import Reports
from runtime.environment import connected, settings_from_env
from runtime.report_schedules import next_mailing, remove, schedule, scheduled
from workflows.portfolio_report import OPENS, ReportOrder


async def schedule_reports(now: datetime, *, as_json: bool) -> None:
    """Make the schedules of every playbook that names who gets reports, change those that there are, and take away those of the others.

    Raises Mistake where no playbook does, or nobody holds a role that one names.
    """
    wanted, people = await asyncio.to_thread(_published)
    if not wanted:
        raise Mistake(
            "No published playbook names who gets reports: write 'reports: {to: [...], every: quarter, timezone: ..., country: ...}' into one, "
            "and a worker publishes it."
        )
    for name, reports in wanted.items():
        if not addressees(reports, people)[0]:
            raise Mistake(
                f"Playbook {name} has reports go to {_list(reports.to)}, and nobody in a published people.yaml holds one of these roles: "
                "give one of them to somebody, and a worker publishes it."
            )
    client = await connected()
    told = []
    for name, reports in wanted.items():
        order = ReportOrder(playbook=name, timezone=reports.timezone, country=reports.country)
        created = await schedule(client, order, reports.every)
        nobody = addressees(reports, people)[1]
        following = next_mailing(now, order, reports.every)
        told.append(
            {"playbook": name, "every": reports.every, "to": reports.to, "nobody_holds": nobody, "created": created, "next": following}
        )
        if not as_json:
            say(_sentence(name, reports, following, created=created))
            if nobody:
                say(f"Nobody in people.yaml holds {_list(nobody)} yet.")
    removed = [name for name in await scheduled(client, but=wanted) if await remove(client, name)]
    if as_json:
        print_json({"scheduled": told, "removed": removed})
    elif removed:
        say(f"No more reports for {_list(removed)}: these playbooks name nobody who gets them.")


async def remove_report_schedules(*, as_json: bool) -> None:
    """Take every schedule of reports away."""
    names, _ = await asyncio.to_thread(_published)
    client = await connected()
    removed = [name for name in sorted({*names, *await scheduled(client)}) if await remove(client, name)]
    if as_json:
        print_json({"scheduled": [], "removed": removed})
    else:
        say(f"No more reports are mailed for playbook {_list(removed)}." if removed else "No reports were scheduled: nothing changes.")


def _published() -> tuple[dict[str, Reports], Directory | None]:
    """The reports of every published playbook that names any, by its name; and the published people."""
    engine: sa.Engine = open_database(settings_from_env().database)
    try:
        store = PlaybookStore(engine)
        newest = {name: store.newest(name).playbook.reports for name in store.names()}
        return {name: reports for name, reports in newest.items() if reports is not None}, PeopleStore(engine).newest()
    finally:
        engine.dispose()


def _sentence(name: str, reports: Reports, following: datetime, *, created: bool) -> str:
    every = reports.every.value
    return (
        f"The report of every {every} is mailed to {_list(reports.to)} on the first business day of the next one at {OPENS:%H:%M} "
        f"({reports.timezone}), {'from now on' if created else 'as the playbook says now'}; "
        f"next on {in_words(following, reports.timezone)}, for playbook {name}."
    )


def _list(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
