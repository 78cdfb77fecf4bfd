"""`status`, `timeline` and `list`: where customers stand."""

from pydantic_core import to_jsonable_python

from console.asking import Asking
from console.listing import Filter, list_customers
from console.output import out, print_json, say
from console.showing import list_table, status_in_words, timeline_table
from runtime.environment import connected


async def show_status(customer: str, *, as_json: bool) -> None:
    """Where the customer stands, why it sleeps and what comes next. Raises Mistake and Failure, as all here do."""
    status = await Asking(await connected(), customer).status()
    if as_json:
        print_json(status.model_dump(mode="json"))
    else:
        out.print(status_in_words(status))


async def show_timeline(customer: str, *, as_json: bool) -> None:
    """What happened and what was done, oldest first."""
    asking = Asking(await connected(), customer)
    timeline = await asking.timeline()
    if as_json:
        print_json({"customer": customer, "timeline": to_jsonable_python(timeline)})
    else:
        out.print(timeline_table(timeline, (await asking.status()).timezone))


async def show_list(which: Filter, *, as_json: bool) -> None:
    """One line a customer, by search attributes."""
    rows = await list_customers(await connected(), which)
    if as_json:
        print_json(rows)
    elif rows:
        out.print(list_table(rows))
        say(f"{len(rows)} customer{'s' if len(rows) != 1 else ''}.")
    else:
        say("No customers.")
