"""`list`: the customers of a stage, a tier, a health, an owner."""

from console.customers.customer_list import Filter, list_customers
from console.terminal.output import out, print_json, say
from console.terminal.tables import list_table
from runtime.environment import connected


async def show_list(which: Filter, *, as_json: bool) -> None:
    """Print one line a customer, ordered by id. Raises Failure."""
    rows = await list_customers(await connected(), which)
    if as_json:
        print_json(rows)
    elif rows:
        out.print(list_table(rows))
        say(f"{len(rows)} customer{'s' if len(rows) != 1 else ''}.")
        for row in rows:
            if row["ended_by_force"]:
                name = row["customer"]
                say(
                    f"The workflow of {name} was {row['ended_by_force']} at the server: 'starter.py heal {name}' takes its life up where it stood."
                )
    else:
        say("No customers.")
