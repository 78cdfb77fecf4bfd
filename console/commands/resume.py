"""`resume CUSTOMER` or `resume --query ...`: touches go out again."""

from console.customers.customer_client import CustomerClient
from console.customers.many_customers import find_customers, report, tell_many
from console.terminal.output import err, print_answer
from runtime.environment import connected


async def resume_customer(customer: str, why: str, by: str, *, as_json: bool) -> None:
    """Let the customer's touches go again, those that are still inside their window, as `by` says. Raises Mistake and Failure."""
    print_answer(customer, await CustomerClient(await connected(), customer, watchful=True).resume(why, by), as_json)


async def resume_many(query: str, why: str, by: str, rate: float, *, as_json: bool) -> int:
    """The same for all whom the query finds; the status is 1 if somebody could not be reached. Raises Mistake for the query."""
    client = await connected()
    found = await find_customers(client, query)
    told = await tell_many(client, found, lambda each: each.resume(why, by), rate, doing="resuming", show=not as_json and err.is_terminal)
    return report(told, done="resumed", query=query, as_json=as_json)
