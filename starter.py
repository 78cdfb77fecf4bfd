"""The command line: enrol customers, tell them events, see where they stand, simulate. `python starter.py --help`.

Its words are in `console/command_line/`, what each of its commands does is in `console/commands/`.
"""

from typing import Annotated

import typer

from console.command_line import builds, clock, corrections, customers, gateway, health, playbooks, record, steering, touches, whole_stack
from console.command_line.options import ROOT
from console.terminal.output import out
from console.terminal.usage import run_words
from runtime.process.command import run_command
from runtime.process.exit import run_and_exit

app = typer.Typer(
    name="starter.py",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Durable customer-lifecycle playbooks on Temporal. Where it connects to: TEMPORAL_ADDRESS and the other TEMPORAL_* "
    "variables or a profile, else the dev server that runs here ([bold]make dev[/bold]).",
)


def _version(wanted: bool) -> None:
    if wanted:
        import tomllib

        about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        out.print(f"{about['name']} {about['version']}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")] = False,
) -> None:
    """Nothing but what every command shares."""


for panel in (whole_stack, customers, steering, corrections, touches, clock, builds, record, health, playbooks, gateway):
    panel.add_to(app)


def main() -> int:
    """Run the command that was typed, and return the process's status."""
    return run_command(lambda: run_words(app))


if __name__ == "__main__":
    run_and_exit(main)
