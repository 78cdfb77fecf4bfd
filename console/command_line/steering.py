"""Operators steer what goes out: to customers, by plays, or at all."""

from typing import Annotated

import typer

from console.command_line.options import By, CustomerId, Json, Play, Why, add, run
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.errors import Mistake

OneCustomer = Annotated[str | None, typer.Argument(metavar="[CUSTOMER]", help="The customer's id, as in the file it was enrolled from.")]
Query = Annotated[
    str | None, typer.Option(metavar="QUERY", help="""All that this Temporal list query finds: 'Stage="growth" AND Tier="B"'.""")
]
Rate = Annotated[float, typer.Option(metavar="N", min=0.1, max=1000, help="Customers a second, at most.")]
Everything = Annotated[bool, typer.Option("--all", help="Everything, of all customers.")]
Channel = Annotated[TouchKind | None, typer.Option(help="What goes this way.", case_sensitive=False)]
PlaybookName = Annotated[str | None, typer.Option("--playbook", metavar="NAME", help="What this playbook does.")]
PlayName = Annotated[str | None, typer.Option("--play", metavar="NAME", help="What this play does.")]
Of = Annotated[str | None, typer.Option("--customer", metavar="ID", help="What is for this customer.")]


def pause(customer: OneCustomer = None, query: Query = None, why: Why = "", by: By = None, rate: Rate = 20, as_json: Json = False) -> None:
    """Hold back every touch to CUSTOMER, or to all that the query finds; events are still taken in.

    Example:  starter.py pause nordwind --why "merger under way"
    """
    from console.commands.pause import pause_customer, pause_many
    from console.customers.many_customers import only_one
    from console.terminal.operator_name import operator_name

    only_one(customer, query)
    if customer is not None:
        run(pause_customer(customer, why, operator_name(by), as_json=as_json))
    elif query is not None:
        run(pause_many(query, why, operator_name(by), rate, as_json=as_json))


def resume(customer: OneCustomer = None, query: Query = None, why: Why = "", by: By = None, rate: Rate = 20, as_json: Json = False) -> None:
    """Let touches to CUSTOMER, or to all that the query finds, go again: those that are still inside their window.

    Example:  starter.py resume --query 'Paused = true AND Tier = "B"' --rate 5
    """
    from console.commands.resume import resume_customer, resume_many
    from console.customers.many_customers import only_one
    from console.terminal.operator_name import operator_name

    only_one(customer, query)
    if customer is not None:
        run(resume_customer(customer, why, operator_name(by), as_json=as_json))
    elif query is not None:
        run(resume_many(query, why, operator_name(by), rate, as_json=as_json))


def skip(customer: CustomerId, play: Play, why: Why = "", by: By = None, as_json: Json = False) -> None:
    """Drop the next planned occurrence of PLAY, or end the one that is running."""
    from console.commands.skip import skip_play
    from console.terminal.operator_name import operator_name

    run(skip_play(customer, play, why, operator_name(by), as_json=as_json))


def run_now(customer: CustomerId, play: Play, why: Why = "", by: By = None, as_json: Json = False) -> None:
    """Send what was missed of PLAY, or take its planned occurrence forward to now; neither comes a second time."""
    from console.commands.run_now import run_play_now
    from console.terminal.operator_name import operator_name

    run(run_play_now(customer, play, why, operator_name(by), as_json=as_json))


def hold(
    everything: Everything = False,
    channel: Channel = None,
    playbook: PlaybookName = None,
    play: PlayName = None,
    customer: Of = None,
    why: Annotated[str, typer.Option(help="The reason; it stands in the timeline of every customer whom it holds up.")] = "",
    by: By = None,
    list_: Annotated[bool, typer.Option("--list", help="Show the holds that stand, and place none.")] = False,
    as_json: Json = False,
) -> None:
    """The stop button: once this has answered, nothing that it covers acts any more, on any worker.

    What is held waits for the end of its window, or for 'release'. Several options narrow it down.

    Example:  starter.py hold --channel email --why "wrong price list"
    """
    from console.commands.hold import hold_touches, show_holds
    from console.holds import Chosen

    chosen = Chosen(everything, channel, playbook, play, customer)
    if list_ and (not chosen.nothing or why):
        raise Mistake("--list shows the holds that stand: give it alone, or leave it out to place one.")
    run(show_holds(as_json=as_json) if list_ else hold_touches(chosen, why, by, as_json=as_json))


def release(
    number: Annotated[int | None, typer.Argument(metavar="[NUMBER]", help="The hold's number, as 'hold --list' shows it.")] = None,
    everything: Everything = False,
    channel: Channel = None,
    playbook: PlaybookName = None,
    play: PlayName = None,
    customer: Of = None,
    why: Why = "",
    by: By = None,
    rate: Rate = 20,
    as_json: Json = False,
) -> None:
    """Release a hold, by its number or by the options it was placed with: what it held back goes, tier by tier, inside its window.

    If it is interrupted, run it again: it goes on where it stopped.

    Example:  starter.py release 3
    """
    from console.commands.release import release_hold
    from console.holds import Chosen

    run(release_hold(number, Chosen(everything, channel, playbook, play, customer), why, by, rate, as_json=as_json))


def add_to(app: typer.Typer) -> None:
    """Enter them into the command line, in the order that its help shows."""
    add(app, "Operations", {"pause": pause, "resume": resume, "skip": skip, "run-now": run_now, "hold": hold, "release": release})
