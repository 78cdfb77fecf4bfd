"""`fast-forward`: one customer's clock on a dev server, moved on with all that falls due on the way."""

from console.customers.customer_client import CustomerClient
from console.terminal.output import err, plain, print_json, say
from lifecycle.domain.errors import Mistake
from lifecycle.domain.time.calendar import add
from lifecycle.domain.time.durations import Span, Unit
from lifecycle.domain.time.zones import local
from runtime.environment import connected
from runtime.temporal.time_travel import TimeTravel
from workflows.names import id_of


async def move_clock(customer: str, text: str, *, as_json: bool) -> None:
    """Move the clock and say where the customer stands then. Raises Mistake, Failure and TimeTravelFailed."""
    span = read_span(text)
    client = await connected()
    workflow = CustomerClient(client, customer)
    now = await workflow.now()
    zone = (await workflow.status()).timezone
    to = add(now, span, zone, "")
    with err.status(plain(f"{customer} lives on to {local(to, zone):%a %d %b %Y %H:%M} ...")):
        reached = await TimeTravel(client).to(id_of(customer), to)
        status = await workflow.status()
    if as_json:
        print_json({"customer": customer, "from": now.isoformat(), "to": to.isoformat(), "reached": reached, "stage": status.stage.value})
    elif reached:
        day = f", day {status.day}" + (f" of {status.days}" if status.days is not None else "")
        say(f"{customer} has come to {local(to, zone):%a %d %b %Y %H:%M} ({zone}), in {status.stage.value}{day}.")
    else:
        say(f"The life of {customer} ended on the way: {status.closed}.")


def read_span(text: str) -> Span:
    """`30d`, `12h`, `2w` or `3mo`. Raises Mistake."""
    try:
        span = Span.parse(text)
    except ValueError:
        raise Mistake(f"'{text}' is no length of time: write a whole number and a unit, such as 30d, 12h, 2w or 3mo.") from None
    if span.unit is Unit.BUSINESS_DAY:
        raise Mistake(f"A clock does not know business days: write {text.strip().removesuffix('bd')}d for as many calendar days.")
    if span.unit is Unit.WORKING_HOUR:
        raise Mistake(f"A clock does not know working hours: write {text.strip().removesuffix('bh')}h for as many hours.")
    return span
