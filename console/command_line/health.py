"""Health over many customers."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from console.command_line.options import Json, run


def health_backtest(
    months: Annotated[int, typer.Option(min=1, max=120, help="So far back in the record.")] = 24,
    horizon: Annotated[str, typer.Option(metavar="DAYS", help="How long a warning stands: 90d or 13w, for example.")] = "90d",
    file: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Past terms instead of the record: customer, day, score or factors, lost_on."),
    ] = None,
    as_json: Json = False,
) -> None:
    """What health said before customers left: how often rightly, how long before, and which factor would have warned.

    Example:  starter.py health backtest --months 24 --horizon 90d
    """
    from console.commands.health_backtest import backtest_health

    run(backtest_health(months, horizon, file, datetime.now(UTC), as_json=as_json))


def add_to(app: typer.Typer) -> None:
    """Enter it into the command line, under a word of its own."""
    health = typer.Typer(no_args_is_help=True, help="What health says, and whether it was right.")
    health.command("backtest")(health_backtest)
    app.add_typer(health, name="health", rich_help_panel="Customers")
