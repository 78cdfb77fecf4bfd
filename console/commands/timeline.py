"""`timeline CUSTOMER`: what happened to a customer and what was done."""

from pydantic_core import to_jsonable_python

from console.customers.customer_client import CustomerClient
from console.terminal.output import out, print_json
from console.terminal.tables import timeline_table
from runtime.environment import connected


async def show_timeline(customer: str, *, as_json: bool) -> None:
    """Print the customer's timeline, oldest first, by the customer's own clock (as JSON: in UTC). Raises Mistake and Failure."""
    client = CustomerClient(await connected(), customer, watchful=True)
    timeline = await client.timeline()
    if as_json:
        print_json({"customer": customer, "timeline": to_jsonable_python(timeline)})
    else:
        out.print(timeline_table(timeline, (await client.status()).timezone))
