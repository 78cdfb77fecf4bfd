"""Playbooks: lived without a server, checked, begun."""

from pathlib import Path
from typing import Annotated

import typer

from console.command_line.options import ROOT, Json, add

PLAYBOOK = ROOT / "playbooks" / "standard.yaml"


def simulate(
    only: Annotated[list[str] | None, typer.Argument(metavar="[CUSTOMER]...", help="Only these.")] = None,
    customers: Annotated[Path, typer.Option(help="Customers as CSV.")] = ROOT / "examples" / "customers.csv",
    events: Annotated[Path | None, typer.Option(help="Events as CSV. [default: those of the examples, for their customers]")] = None,
    playbook: Annotated[Path, typer.Option(help="A playbook's file.")] = PLAYBOOK,
    until: Annotated[str | None, typer.Option(help="Until when, by each customer's clock. [default: sixteen months]")] = None,
    as_json: Json = False,
) -> None:
    """Live the customers' lives without a server, and print the timelines that Temporal would give.

    Example:  starter.py simulate nordwind --until 2026-06-01 --playbook playbooks/ten-milestones.yaml
    """
    from console.commands.simulate import show_simulation

    examples = ROOT / "examples"
    if events is None and customers == examples / "customers.csv":
        events = examples / "events.csv"
    raise typer.Exit(show_simulation(customers, events, playbook, until=until, only=only or [], as_json=as_json))


def lint(
    file: Annotated[Path, typer.Argument(metavar="PLAYBOOK", help="A playbook's file.")],
    strict: Annotated[bool, typer.Option("--strict", help="Treat warnings as faults.")] = False,
    as_json: Json = False,
) -> None:
    """Check a playbook and its templates; every fault and every warning is reported with file and line.

    Warnings are of what reads and may yet not be meant; without --strict they leave the exit status 0.

    Example:  starter.py lint playbooks/standard.yaml
    """
    from console.commands.lint import lint_playbook

    raise typer.Exit(lint_playbook(file, strict=strict, as_json=as_json))


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The playbook's name; its file is playbooks/NAME.yaml.")],
    company: Annotated[str | None, typer.Option(help="Your company's name.")] = None,
    product: Annotated[str | None, typer.Option(help="What you call your product. [default: the company's name]")] = None,
    url: Annotated[str | None, typer.Option(help="Your web site.")] = None,
    email: Annotated[str | None, typer.Option(help="The address that messages come from. [default: success@ your web site]")] = None,
    address: Annotated[str | None, typer.Option(help="Your postal address, for the foot of every message.")] = None,
    as_json: Json = False,
) -> None:
    """Begin a playbook of your own from the standard one. At a terminal it asks for what is not given.

    What only you know is marked, lint lists the marks, and the playbook is published when none is left.

    Example:  starter.py new acme --company "Acme GmbH" --url https://acme.example
    """
    from console.commands.new import begin_playbook

    begin_playbook(PLAYBOOK.parent, name, company=company, product=product, url=url, email=email, address=address, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Enter them into the command line, in the order that its help shows."""
    add(app, "Playbooks", {"simulate": simulate, "lint": lint, "new": new})
