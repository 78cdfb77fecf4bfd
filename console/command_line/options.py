"""What several commands take, and how one is run."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

ROOT = Path(__file__).parents[2]

CustomerId = Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer's id, as in the file it was enrolled from.")]
Play = Annotated[str, typer.Argument(metavar="PLAY", help="The play's name in the playbook.")]
Why = Annotated[str, typer.Option(help="The reason; it stands in the timeline.")]
By = Annotated[str | None, typer.Option(metavar="NAME", help="Who says so; it stands in the timeline. [default: your login name]")]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV and nothing else.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def run(work: Coroutine[Any, Any, int | None]) -> None:
    """Run a command's coroutine to its end, and leave with its status."""
    if status := asyncio.run(work):
        raise typer.Exit(status)


def add(app: typer.Typer, panel: str, commands: dict[str, Callable[..., None]]) -> None:
    """Enter these commands into `app`, each under the name that is typed, shown in that panel of its help."""
    for name, command in commands.items():
        app.command(name, rich_help_panel=panel)(command)
