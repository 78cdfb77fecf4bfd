"""What has gone out, of what nobody knows whether it has, and whether lives and ledger agree on it."""

from typing import Annotated

import typer

from console.command_line.options import By, Json, add, run
from lifecycle.domain.enums import Outcome


def outbox(as_json: Json = False) -> None:
    """Make a page of what is in the outbox, by day and person, and say where it is; its mails open with a double click.

    Example:  starter.py outbox
    """
    from console.commands.outbox import make_outbox_page

    make_outbox_page(as_json=as_json)


def touches(
    customer: Annotated[str | None, typer.Argument(metavar="[CUSTOMER]", help="Only this customer's.")] = None,
    unknown: Annotated[bool, typer.Option("--unknown", help="Only those that may or may not have been sent.")] = False,
    outcome: Annotated[Outcome | None, typer.Option(help="Only those with this outcome.")] = None,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=1_000_000, help="The newest N. [default: 100, of the unknown all]")
    ] = None,
    as_json: Json = False,
) -> None:
    """The touches in the ledger, oldest first: what became of each, and why.

    Example:  starter.py touches --unknown
    """
    from console.commands.touches import show_touches

    run(show_touches(customer, Outcome.UNKNOWN if unknown else outcome, limit, as_json=as_json))


def resolve(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The touch's key, as 'touches --unknown' shows it.")],
    sent: Annotated[bool | None, typer.Option("--sent/--not-sent", help="What became of it.")] = None,
    again: Annotated[bool, typer.Option("--again", help="It was not sent, and is to be sent again under the same key.")] = False,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Say what became of a touch that may or may not have been sent. The first word on a touch stands.

    With --again it is treated as if it were due now: its condition, addressee, hours and the contact policy may hold it back.

    Example:  starter.py resolve nordwind/1/welcome/1/email-welcome --not-sent --again
    """
    from console.commands.resolve import resolve_touch

    run(resolve_touch(key, sent, by, again=again, as_json=as_json))


def compare(
    customer: Annotated[str | None, typer.Argument(metavar="[CUSTOMER]", help="Only this customer.")] = None,
    stopped: Annotated[
        str | None,
        typer.Option(
            metavar="MOMENT", help="Until when the installation ran that was lost: what was due by then may have gone out. In UTC."
        ),
    ] = None,
    mend: Annotated[
        bool, typer.Option("--mend", help="Tell the ledger what lives know, and park what may have gone out as unknown.")
    ] = False,
    as_json: Json = False,
) -> None:
    """After a restore: find where customers' lives and the ledger differ on what was sent, and say what to do.

    Without --mend it changes nothing. Ends with status 1 if something is left to be done.

    Example:  starter.py compare --stopped "2026-11-28 03:10" --mend
    """
    from console.commands.compare import compare as compare_all

    run(compare_all(customer, stopped, mend=mend, as_json=as_json))


def add_to(app: typer.Typer) -> None:
    """Enter them into the command line, in the order that its help shows."""
    add(app, "Operations", {"outbox": outbox, "touches": touches, "resolve": resolve, "compare": compare})
