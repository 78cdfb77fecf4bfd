"""`resolve KEY --sent | --not-sent [--again]`: a person's word on a touch of which nobody knew whether it was sent."""

import asyncio
import re

from activities.ledger.database.database import open_database
from activities.ledger.resolutions import Resolutions, Resolved, ResolveTouch, Standing, answer_to
from activities.settings import Settings
from console.customers.customer_client import CustomerClient, NothingRuns
from console.terminal.operator_name import operator_name
from console.terminal.output import answer_in_words, print_answer
from lifecycle.domain.enums import Resolution
from lifecycle.domain.errors import Mistake
from runtime.environment import connected, settings_from_env

_KEY = re.compile(r"[^/\s]+(/[^/\s]+){4}")


async def resolve_touch(key: str, sent: bool | None, by: str | None, *, again: bool, as_json: bool) -> None:
    """Tell the customer's workflow, or where none runs any more the ledger alone. Raises Mistake and Failure."""
    resolution = _resolution(sent, again=again)
    if _KEY.fullmatch(key) is None:
        raise Mistake(
            f"'{key}' is no key of a touch, which is customer/term/play/occurrence/step: 'starter.py touches --unknown' lists them."
        )
    name = operator_name(by)
    if not name:
        raise Mistake("Nobody is named: say who you are with --by NAME.")
    customer = key.partition("/")[0]
    try:
        answer = await CustomerClient(await connected(), customer, watchful=True).resolve(key, resolution, name)
    except NothingRuns as nothing:
        said = ResolveTouch(key=key, resolution=resolution, by=name, not_again=f"nothing is done again: {str(nothing).partition(':')[0]}")
        answer = await _in_the_ledger(said)
    print_answer(customer, answer, as_json)


def _resolution(sent: bool | None, *, again: bool) -> Resolution:
    if sent is None:
        raise Mistake("Say what became of it: --sent or --not-sent, and with --not-sent also --again, if it is to be done again.")
    if sent and again:
        raise Mistake("What was sent is not done again: --again goes with --not-sent.")
    return Resolution.SENT if sent else Resolution.AGAIN if again else Resolution.NOT_SENT


async def _in_the_ledger(said: ResolveTouch) -> str:
    resolved = await asyncio.to_thread(_resolve, settings_from_env(), said)
    if resolved.standing is Standing.REFUSED:
        raise Mistake(answer_in_words(resolved.why, said.key))
    return f"{answer_to(said, resolved)}; the ledger alone says so, for no workflow of the customer runs"


def _resolve(settings: Settings, said: ResolveTouch) -> Resolved:
    engine = open_database(settings.database)
    try:
        return Resolutions(engine).resolve(said)
    finally:
        engine.dispose()
