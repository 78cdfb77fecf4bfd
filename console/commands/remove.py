"""`remove CUSTOMER`: a life that should not have been begun ends without a farewell."""

from console.customers.customer_client import CustomerClient
from console.terminal.output import print_answer
from runtime.environment import connected


async def remove_customer(customer: str, why: str, by: str, *, as_json: bool) -> None:
    """End the customer's life, as `by` says; the same id can be enrolled again. Raises Mistake and Failure."""
    print_answer(customer, await CustomerClient(await connected(), customer, watchful=True).remove(why, by), as_json)
