"""The record: what lists, reports and pages read of every customer."""

import typer

from console.command_line.options import Json, run


def record_rebuild(as_json: Json = False) -> None:
    """Make customers and tasks of the record anew from workflows and ledger; killed and begun again it goes on.

    Lines of what happened stay as they were written.
    """
    from console.commands.record_rebuild import rebuild_record

    run(rebuild_record(as_json=as_json))


def add_to(app: typer.Typer) -> None:
    """Enter it into the command line, under a word of its own."""
    record = typer.Typer(no_args_is_help=True, help="What lists, reports and pages read of every customer.")
    record.command("rebuild")(record_rebuild)
    app.add_typer(record, name="record", rich_help_panel="Operations")
