"""`resume CUSTOMER`: touches go out again."""

from console.customer_client import CustomerClient
from console.output import print_answer
from runtime.environment import connected


async def resume_customer(customer: str, why: str, by: str, *, as_json: bool) -> None:
    """Let the customer's touches go again, those that are still inside their window, as `by` says. Raises Mistake and Failure."""
    print_answer(customer, await CustomerClient(await connected(), customer, watchful=True).resume(why, by), as_json)
