"""Customers: enrolled, told events, looked at and listed."""

from pathlib import Path
from typing import Annotated

import typer

from console.command_line.options import By, Csv, CustomerId, Json, add, run
from lifecycle.domain.enums import Band, Stage, Tier


def enroll(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Customers as CSV; examples/customers.csv shows the columns.")],
    playbook: Annotated[str, typer.Option(help="A published playbook's name, name@version, or a file to publish.")] = "standard",
    map_name: Annotated[
        str | None,
        typer.Option(
            "--map", metavar="MAP", help="How FILE names our columns: a shipped map, such as hubspot-companies, or a file of your own."
        ),
    ] = None,
    shift: Annotated[
        bool, typer.Option("--shift", help="Move all dates ahead of today by whole 52-week years: to try an example.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Enrol nobody: show what would go out in the next thirty days, and what looks wrong.")
    ] = False,
    update: Annotated[
        bool,
        typer.Option("--update", help="Tell customers who are already enrolled what FILE says differently; what it leaves out stays."),
    ] = False,
    paused: Annotated[bool, typer.Option("--paused", help="Enrol them paused: nothing goes out until 'resume'.")] = False,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Enrol every customer in FILE. One that is already enrolled is left as it is; a bad row is reported with its line.

    Example:  starter.py enroll examples/customers.csv --shift
    """
    from console.commands.enroll import enroll_file
    from console.terminal.operator_name import operator_name

    paused_by = operator_name(by) if paused else None
    updated_by = operator_name(by) if update else None
    run(
        enroll_file(
            file, playbook, map_name=map_name, shift=shift, dry_run=dry_run, paused_by=paused_by, updated_by=updated_by, as_json=as_json
        )
    )


def event(
    customer: CustomerId,
    type_: Annotated[str, typer.Argument(metavar="TYPE", help="What happened, such as meeting.held or contract.renewed.")],
    data: Annotated[
        list[str], typer.Option("--data", "-d", metavar="KEY=VALUE", help="A field of the event; repeat it for more fields.")
    ] = [],  # noqa: B006
    id_: Annotated[
        str | None, typer.Option("--id", help="The event's own id: told again it changes nothing. [default: made of what is said]")
    ] = None,
    at: Annotated[str | None, typer.Option(help="When it is told, by the customer's clock. [default: now]")] = None,
    happened: Annotated[str | None, typer.Option(help="When it came about, if that was before.")] = None,
    as_json: Json = False,
) -> None:
    """Tell CUSTOMER what happened; answered when it is taken in, or refused with the reason.

    Example:  starter.py event nordwind meeting.held --data meeting=kickoff --data by="Jonas Weber"
    """
    from console.commands.event import tell_event

    run(tell_event(customer, type_, name=id_, pairs=data, at=at, happened=happened, as_json=as_json))


def import_(
    file: Annotated[Path, typer.Argument(metavar="EVENTS", help="Events as CSV, or .ndjson with a JSON object a line.")],
    history: Annotated[
        bool, typer.Option("--history", help="They belong to the past: they change what is known, but start and answer nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Tell the events in a file, each once; run again, it goes on where it stopped.

    Example:  starter.py import events.csv --history
    """
    from console.commands.import_events import import_events

    run(import_events(file, history=history, as_json=as_json))


def status(customer: CustomerId, as_json: Json = False) -> None:
    """Where CUSTOMER stands, why it sleeps and what comes next."""
    from console.commands.status import show_status

    run(show_status(customer, as_json=as_json))


def show(customer: CustomerId, as_json: Json = False, as_csv: Csv = False) -> None:
    """CUSTOMER at a glance, before you talk with it: people, what is open, health, what comes next, what happened last.

    Where its life does not answer, the record does, as of when it was written. 'status' says why the engine does what it does.
    """
    from console.commands.show import show_customer
    from console.terminal.listing import form_of

    run(show_customer(customer, form=form_of(as_json=as_json, as_csv=as_csv)))


def timeline(customer: CustomerId, as_json: Json = False) -> None:
    """What happened to CUSTOMER and what was done, oldest first."""
    from console.commands.timeline import show_timeline

    run(show_timeline(customer, as_json=as_json))


def list_(
    stage: Annotated[Stage | None, typer.Option(help="Those in this stage; 'closed' lists those whose life is over.")] = None,
    tier: Annotated[Tier | None, typer.Option(help="Those of this tier.", case_sensitive=False)] = None,
    health: Annotated[Band | None, typer.Option(help="Those of this health.")] = None,
    owner: Annotated[str | None, typer.Option(help="Those that this person looks after; part of the name is enough.")] = None,
    paused: Annotated[bool, typer.Option("--paused", help="Those that are paused.")] = False,
    segment: Annotated[str | None, typer.Option(help="Those of this segment.")] = None,
    where: Annotated[
        str | None,
        typer.Option(
            metavar="CONDITION", help="Those of which it is true: a condition over the columns of --csv, as playbooks write them."
        ),
    ] = None,
    sort: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="By this column of --csv; --sort=-COLUMN turns the order round. [default: customer]"),
    ] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """List customers: all, or those that match every option.

    Example:  starter.py list --tier A --where "health_change <= -15 && open_tickets > 0" --sort=-annual_value
    """
    from console.commands.list import show_list
    from console.customers.customer_list import Filter
    from console.terminal.listing import form_of

    which = Filter(stage, tier, health, owner, paused)
    run(show_list(which, segment=segment, where=where, sort=sort, form=form_of(as_json=as_json, as_csv=as_csv)))


def add_to(app: typer.Typer) -> None:
    """Enter them into the command line, in the order that its help shows."""
    add(app, "Customers", {"enroll": enroll, "event": event, "import": import_})
    add(app, "Customers", {"show": show, "status": status, "timeline": timeline, "list": list_})
