"""`pause CUSTOMER` or `pause --query ...`: no touch goes out until `resume`."""

from console.customers.customer_client import CustomerClient
from console.customers.many_customers import find_customers, report, tell_many
from console.terminal.output import err, print_answer
from runtime.environment import connected


async def pause_customer(customer: str, why: str, by: str, *, as_json: bool) -> None:
    """Hold every touch to the customer back, as `by` says. Raises Mistake and Failure."""
    print_answer(customer, await CustomerClient(await connected(), customer, watchful=True).pause(why, by), as_json)


async def pause_many(query: str, why: str, by: str, rate: float, *, as_json: bool) -> int:
    """The same for all whom the query finds; the status is 1 if somebody could not be reached. Raises Mistake for the query."""
    client = await connected()
    found = await find_customers(client, query)
    told = await tell_many(client, found, lambda each: each.pause(why, by), rate, doing="pausing", show=not as_json and err.is_terminal)
    return report(told, done="paused", query=query, as_json=as_json)
