"""The record: what lists, reports and pages read of every customer."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from console.command_line.options import By, Csv, CustomerId, Json, add, run


def tasks(
    owner: Annotated[str | None, typer.Option(help="Those for this person, or of its customers; part of the name is enough.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Those that are due already.")] = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """What people of ours are asked to do and have not done, the soonest due first."""
    from console.commands.tasks import show_tasks
    from console.terminal.listing import form_of

    run(show_tasks(owner, datetime.now(UTC), overdue=overdue, form=form_of(as_json=as_json, as_csv=as_csv)))


def upcoming(
    days: Annotated[int, typer.Option(min=1, max=366, help="So far ahead.")] = 7,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """What is done next for whom, over everybody, as each customer's life last planned it."""
    from console.commands.upcoming import show_upcoming
    from console.terminal.listing import form_of

    run(show_upcoming(days, datetime.now(UTC), form=form_of(as_json=as_json, as_csv=as_csv)))


def sent(
    to: Annotated[str, typer.Option(metavar="ADDRESS", help="The email address, of a customer's contact or of one of ours.")],
    everything: Annotated[bool, typer.Option("--all", help="Also what was suppressed, missed or failed, and why.")] = False,
    text: Annotated[bool, typer.Option("--text", help="With the text, where the outbox has it.")] = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Everything that went to ADDRESS, over all customers, the oldest first.

    Example:  starter.py sent --to ana@nordwind.example --all
    """
    from console.commands.sent import show_sent
    from console.terminal.listing import form_of

    run(show_sent(to, everything=everything, text=text, form=form_of(as_json=as_json, as_csv=as_csv)))


def renewals(
    quarter: Annotated[str | None, typer.Option(metavar="YYYY-QN", help="Such as 2026-Q4. [default: the present one]")] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """The contracts that end in a quarter: amount, intent, calls, risk and what is next."""
    from console.commands.renewals import show_renewals
    from console.terminal.listing import form_of

    run(show_renewals(quarter, datetime.now(UTC), form=form_of(as_json=as_json, as_csv=as_csv)))


def today(
    owner: Annotated[str, typer.Argument(metavar="OWNER", help="Who looks after the customers; part of the name is enough.")],
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """At most five things that matter to OWNER now, each with why and the money at stake; docs/record.md says how they are ranked."""
    from console.commands.today import show_today
    from console.terminal.listing import form_of

    run(show_today(owner, datetime.now(UTC), form=form_of(as_json=as_json, as_csv=as_csv)))


def report(
    month: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="That month, such as 2026-10.")] = None,
    quarter: Annotated[
        str | None, typer.Option(metavar="YYYY-QN", help="That quarter, such as 2026-Q4. [default: the last whole one]")
    ] = None,
    first: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="From that day on.")] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="To that day, which is in it.")] = None,
    zone: Annotated[str, typer.Option(help="Whose days they are, such as Europe/Berlin.")] = "UTC",
    explain: Annotated[str | None, typer.Option(metavar="FIGURE", help="List the customers behind this figure, by its id.")] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write it as a page for a browser, which also prints.")
    ] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """The figures of a period beside those of the period before; docs/reports.md says what each of them counts.

    Example:  starter.py report --quarter 2026-Q4 --explain retention.logo
    """
    from console.commands.report import period_of, show_report, write_report
    from console.terminal.listing import form_of

    now = datetime.now(UTC)
    period = period_of(month, quarter, first and first.date(), last and last.date(), zone, now)
    if html is not None:
        run(write_report(period, now, html, zone=zone, alone=explain is None and not (as_json or as_csv)))
        return
    run(show_report(period, now, zone=zone, explain=explain, form=form_of(as_json=as_json, as_csv=as_csv)))


def note(
    customer: CustomerId,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What happened, in your words.")],
    way: Annotated[Literal["call", "visit", "mail", "note"], typer.Option(help="What it was.")] = "note",
    by: By = None,
    as_json: Json = False,
) -> None:
    """Log a call, a visit, a mail or a note with CUSTOMER; it stands in the timeline and the record.

    Example:  starter.py note nordwind "They open a second office in May" --way call
    """
    from console.commands.event import tell_event
    from console.terminal.operator_name import operator_name

    pairs = [f"text={text}", f"way={way}", f"by={operator_name(by)}"]
    run(tell_event(customer, "note.added", name=None, pairs=pairs, at=None, happened=None, as_json=as_json))


def schedule_reports(
    remove: Annotated[bool, typer.Option("--remove", help="Mail none from now on.")] = False,
    as_json: Json = False,
) -> None:
    """Mail the report of every month or quarter to the roles that the playbook names; given again, it takes up what the playbook says now.

    It is mailed at 07:00 on the first business day after it, to each address once. docs/reports.md says how a playbook names them.
    """
    from console.commands.schedule_reports import remove_report_schedules
    from console.commands.schedule_reports import schedule_reports as schedule

    run(remove_report_schedules(as_json=as_json) if remove else schedule(datetime.now(UTC), as_json=as_json))


def record_rebuild(as_json: Json = False) -> None:
    """Make customers and tasks of the record anew from workflows and ledger; killed and begun again it goes on.

    Lines of what happened stay as they were written.
    """
    from console.commands.record_rebuild import rebuild_record

    run(rebuild_record(as_json=as_json))


def add_to(app: typer.Typer) -> None:
    """Enter them into the command line; what makes the record anew under a word of its own."""
    lists: dict[str, Callable[..., None]] = {
        "today": today,
        "tasks": tasks,
        "upcoming": upcoming,
        "sent": sent,
        "renewals": renewals,
        "report": report,
        "note": note,
    }
    add(app, "Customers", lists)
    add(app, "Operations", {"schedule-reports": schedule_reports})
    record = typer.Typer(no_args_is_help=True, help="What lists, reports and pages read of every customer.")
    record.command("rebuild")(record_rebuild)
    app.add_typer(record, name="record", rich_help_panel="Operations")
