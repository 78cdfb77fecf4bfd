"""Builds of the code."""

from typing import Annotated

import typer

from console.command_line.options import Json, run


def deploy_status(as_json: Json = False) -> None:
    """Which builds there are, which is current, and how many lives and workers each has."""
    from console.commands.deploy_status import show_builds

    run(show_builds(as_json=as_json))


def deploy_promote(
    build: Annotated[
        str | None, typer.Argument(metavar="[BUILD]", help="A build that has a worker. [default: that of the code here]")
    ] = None,
    ramp: Annotated[
        str | None, typer.Option(metavar="SHARE", help="Give it this share of the runs that begin, such as 10%; 0% ends that.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make BUILD current: runs that begin, and those that continue as new, go there. Going back is promoting the old one.

    A ramp to another build ends with that.

    Example:  starter.py deploy promote --ramp 10%
    """
    from console.commands.deploy_promote import promote_build

    run(promote_build(build, ramp, as_json=as_json))


def deploy_drain(
    build: Annotated[
        str | None, typer.Option(metavar="OLD", help="The lives of this build alone. [default: of all but the current]")
    ] = None,
    rate: Annotated[float, typer.Option(metavar="N", min=0.1, max=1000, help="Lives a second, at most.")] = 60,
    patience: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, max=86_400, help="How long nothing may move before it says what is left.")
    ] = 60,
    as_json: Json = False,
) -> None:
    """Move the lives that sleep on old builds to the current one; if it is interrupted, run it again: it goes on where it stopped.

    Ends with status 0 when none is left, else with 1 and the reasons. Keep the old build's workers running meanwhile.
    """
    from datetime import timedelta

    from console.commands.deploy_drain import drain_builds

    run(drain_builds(build, rate, timedelta(seconds=patience), as_json=as_json))


def add_to(app: typer.Typer) -> None:
    """Enter them into the command line, under a word of their own."""
    deploy = typer.Typer(no_args_is_help=True, help="Builds of the code, and the lives that move from one to the next.")
    deploy.command("status")(deploy_status)
    deploy.command("promote")(deploy_promote)
    deploy.command("drain")(deploy_drain)
    app.add_typer(deploy, name="deploy", rich_help_panel="Operations")
