"""`pause CUSTOMER`: no touch goes out until `resume`."""

from console.customer_client import CustomerClient
from console.output import print_answer
from runtime.environment import connected


async def pause_customer(customer: str, why: str, by: str, *, as_json: bool) -> None:
    """Hold every touch to the customer back, as `by` says. Raises Mistake and Failure."""
    print_answer(customer, await CustomerClient(await connected(), customer, watchful=True).pause(why, by), as_json)
