"""`run-now CUSTOMER PLAY`: a play that was missed, or is planned, starts at once."""

from console.customers.customer_client import CustomerClient
from console.terminal.output import print_answer
from runtime.environment import connected


async def run_play_now(customer: str, play: str, why: str, by: str, *, as_json: bool) -> None:
    """Send what was missed of the play, or take its planned occurrence forward to now, as `by` says. Raises Mistake and Failure."""
    print_answer(customer, await CustomerClient(await connected(), customer, watchful=True).run_now(play, why, by), as_json)
