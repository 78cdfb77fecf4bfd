"""What the gateway takes in, tried out."""

from pathlib import Path
from typing import Annotated

import typer

from console.command_line.options import Json


def try_(
    adapter: Annotated[str, typer.Argument(metavar="FILE.yaml", help="An adapter's file, or the name of one that is shipped.")],
    sample: Annotated[Path, typer.Argument(metavar="SAMPLE", help="What the sender posts: JSON, a form's body, or a mail as .eml.")],
    tables: Annotated[Path | None, typer.Option(metavar="FILE", help="YAML with the source's tables under the key 'tables'.")] = None,
    header: Annotated[list[str], typer.Option(metavar="NAME:VALUE", help="A header that comes with it.")] = [],  # noqa: B006
    as_json: Json = False,
) -> None:
    """Show which events an adapter would make of SAMPLE. Nothing is sent, and no server is needed.

    Example:  starter.py adapter try stripe tests/gateway/adapters/samples/stripe-payment-failed.json
    """
    from console.commands.adapter import try_adapter

    raise typer.Exit(try_adapter(adapter, sample, tables, header, as_json=as_json))


def add_to(app: typer.Typer) -> None:
    """Enter them into the command line, under a word of their own."""
    adapters = typer.Typer(no_args_is_help=True, help="Turns what other systems send into events of ours.")
    adapters.command("try")(try_)
    app.add_typer(adapters, name="adapter", rich_help_panel="The gateway")
