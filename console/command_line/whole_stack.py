"""The whole stack: to try it, to run it on one machine, to set up what it needs elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from console.command_line.options import ROOT, Json, add, run
from console.terminal.output import out


def demo(
    exit_: Annotated[bool, typer.Option("--exit", help="End by itself instead of staying up until Ctrl-C.")] = False,
    examples: Annotated[Path, typer.Option(metavar="FOLDER", help="Where customers.csv and events.csv lie.")] = ROOT / "examples",
) -> None:
    """Let twelve customers live sixteen months on a real Temporal server, in under a minute."""
    from console.commands.demo import run_demo
    from runtime.process.signals import until_stopped

    work = run_demo(out, stay=not exit_, examples=examples)
    run(work if exit_ else until_stopped(work))


def dev() -> None:
    """Run Temporal with its UI, a worker and the gateway; their data stays under .evergreen/ (or EVERGREEN_HOME)."""
    from console.commands.dev import run_dev
    from gateway.startup import gateway_settings_from_env
    from runtime.environment import settings_from_env
    from runtime.process.signals import until_stopped

    run(until_stopped(run_dev(out, settings_from_env(), gateway_settings_from_env())))


def setup(as_json: Json = False) -> None:
    """Register the search attributes on the Temporal that TEMPORAL_* names. Once is enough, and running it again does no harm."""
    from console.commands.setup import set_up

    run(set_up(as_json=as_json))


def migrate(as_json: Json = False) -> None:
    """Bring the ledger's database (EVERGREEN_DATABASE_URL) to the version that this build needs. Running it again does no harm.

    Workers of the build before go on meanwhile, and afterwards. A new database, and a SQLite file, need no such command.
    """
    from console.commands.migrate import migrate_database

    run(migrate_database(as_json=as_json))


def add_to(app: typer.Typer) -> None:
    """Enter them into the command line, in the order that its help shows."""
    add(app, "The whole stack", {"demo": demo, "dev": dev, "setup": setup, "migrate": migrate})
