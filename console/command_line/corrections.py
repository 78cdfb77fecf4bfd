"""Operators put right what is known of customers, and show or take out what is kept of people."""

from typing import Annotated

import typer

from console.command_line.options import By, CustomerId, Json, Why, add, run

Who = Annotated[str, typer.Argument(metavar="CUSTOMER|ADDRESS", help="A customer's id, or a person's email address.")]


def correct(
    customer: CustomerId,
    fields: Annotated[
        list[str], typer.Argument(metavar="FIELD=VALUE...", help="What is so: language=de, contract_start=2026-03-01, attr:crm=CRM-17.")
    ],
    why: Annotated[str, typer.Option(help="Why it was not so before; it stands in the timeline.")],
    by: By = None,
    as_json: Json = False,
) -> None:
    """Put right what is known of a customer: its fields, its contract's dates and value, its own attributes.

    Example:  starter.py correct acme language=de company_size=40 --why "a typing error"
    """
    from console.commands.correct import correct_customer
    from console.terminal.operator_name import operator_name

    run(correct_customer(customer, fields, why, operator_name(by), as_json=as_json))


def remove(
    customer: CustomerId,
    why: Annotated[str, typer.Option(help="Why it should not have been enrolled; it stands in the timeline.")],
    by: By = None,
    as_json: Json = False,
) -> None:
    """End the life of a customer that was enrolled by mistake: no farewell, nothing more goes out. The id can be enrolled again."""
    from console.commands.remove import remove_customer
    from console.terminal.operator_name import operator_name

    run(remove_customer(customer, why, operator_name(by), as_json=as_json))


def export(who: Who) -> None:
    """Print all that is kept of a customer, or of a person at every customer that has them as a contact, as one JSON document.

    Example:  starter.py export ana@nordwind.example
    """
    from console.commands.export import export as export_all

    run(export_all(who))


def erase(who: Who, why: Annotated[str, typer.Option(help="Who asked for it, or why.")], by: By = None, as_json: Json = False) -> None:
    """Erase a customer, or a person at every customer that has them as a contact, from all that is kept; says what was done and what stays.

    A customer's life ends without a word to anybody. There is no way back. If it is interrupted, run it again: it goes on where it stopped.

    Example:  starter.py erase ana@nordwind.example --why "asked for it on 3 May"
    """
    from console.commands.erase import erase as erase_all
    from console.terminal.operator_name import operator_name

    run(erase_all(who, why, operator_name(by), as_json=as_json))


def heal(customer: CustomerId, why: Why = "", by: By = None, as_json: Json = False) -> None:
    """Take up a life whose workflow was terminated at the Temporal server: it goes on where it stood, and nothing is done twice.

    Where the server has nothing more of it, past the namespace's retention, the customer is enrolled anew as it was last known.
    """
    from console.commands.heal import heal_customer
    from console.terminal.operator_name import operator_name

    run(heal_customer(customer, why, operator_name(by), as_json=as_json))


def add_to(app: typer.Typer) -> None:
    """Enter them into the command line, in the order that its help shows."""
    add(app, "Operations", {"correct": correct, "remove": remove, "export": export, "erase": erase, "heal": heal})
