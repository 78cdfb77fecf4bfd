"""`skip CUSTOMER PLAY`: one occurrence of a play is dropped."""

from console.customers.customer_client import CustomerClient
from console.terminal.output import print_answer
from runtime.environment import connected


async def skip_play(customer: str, play: str, why: str, by: str, *, as_json: bool) -> None:
    """Drop the play's next planned occurrence, or what it has running, as `by` says. Raises Mistake and Failure."""
    print_answer(customer, await CustomerClient(await connected(), customer, watchful=True).skip(play, why, by), as_json)
