"""`status CUSTOMER`: where a customer stands."""

from console.customers.customer_client import CustomerClient
from console.terminal.output import out, print_json
from console.terminal.tables import status_in_words
from runtime.environment import connected


async def show_status(customer: str, *, as_json: bool) -> None:
    """Print where the customer stands, why it sleeps and what comes next. Raises Mistake and Failure."""
    status = await CustomerClient(await connected(), customer, watchful=True).status()
    if as_json:
        print_json(status.model_dump(mode="json"))
    else:
        out.print(status_in_words(status))
