"""A customer's own clock."""

from typing import Annotated

import typer

from console.command_line.options import CustomerId, Json, add, run


def fast_forward(
    customer: CustomerId,
    duration: Annotated[str, typer.Argument(metavar="DURATION", help="How far: 30d, 12h, 2w or 3mo.")],
    as_json: Json = False,
) -> None:
    """Move CUSTOMER's own clock on, with all that falls due on the way. On a dev server only.

    Example:  starter.py fast-forward nordwind 30d
    """
    from console.commands.fast_forward import move_clock

    run(move_clock(customer, duration, as_json=as_json))


def add_to(app: typer.Typer) -> None:
    """Enter them into the command line, in the order that its help shows."""
    add(app, "Operations", {"fast-forward": fast_forward})
