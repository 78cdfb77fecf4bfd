"""`heal CUSTOMER`: a life whose workflow was ended by force at the Temporal server is taken up where it stood."""

from console.terminal.output import print_answer
from runtime.environment import connected
from runtime.temporal.healing import heal


async def heal_customer(customer: str, why: str, by: str, *, as_json: bool) -> None:
    """Take the customer's life up again, as `by` says. Raises Mistake where there is nothing to heal, and Failure."""
    print_answer(customer, await heal(await connected(), customer, f"healed by {by}" + (f": {why}" if why else "")), as_json)
