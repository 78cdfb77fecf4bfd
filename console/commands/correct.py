"""`correct CUSTOMER FIELD=VALUE...`: what is known of a customer is put right, with a reason."""

from datetime import UTC

from pydantic import ValidationError

from console.commands.event import read_data
from console.customers.customer_client import CustomerClient
from console.customers.event_ids import made_id
from console.files.tables.table import scalar
from console.terminal.output import print_json, say
from lifecycle.domain.errors import Mistake
from lifecycle.domain.model import Scalar
from lifecycle.facts.contract import ContractAmended
from lifecycle.facts.customer import ATTRIBUTE, CustomerChanged
from lifecycle.facts.events import Event, read_fields
from runtime.environment import connected
from runtime.process.sentences import sentence

OF_CONTRACT = {"contract_end": "end", "annual_value": "annual_value", "renews": "renews", "notice": "notice"}
"""Fields that a person thinks of as the customer's, and what `contract.amended` calls them."""

_CONTACTS = "is a contact's, who is known by its address: tell contact.added, contact.left or contact.opted_out with 'starter.py event'"
_ENROLMENT = "stands from the enrolment on: 'starter.py remove' the customer, and enrol it again with the right row"
ELSEWHERE = {
    **dict.fromkeys(("champion_", "sponsor_", "contact:", "opted_out"), _CONTACTS),
    "auto_renew": "is told as renews=automatic or renews=by_decision",
    "term_days": "is told as contract_end, with its last day",
    "milestones": "is told by milestone.reached, with 'starter.py event'",
    **dict.fromkeys(("currency", "customer_since", "term", "onboarded", "enrolled_on", "trial", "id"), _ENROLMENT),
}
"""How the columns of a customers file begin that are corrected in another way, and in which."""


def events_of(pairs: list[str], why: str) -> dict[str, dict[str, Scalar]]:
    """The fields of each event that tells what was typed, by its type. Raises Mistake with a sentence for everything that is wrong."""
    if wrong := next((pair for pair in pairs if not all(part.strip() for part in pair.partition("=")[:2])), None):
        raise Mistake(f"'{wrong}' is no FIELD=VALUE: write language=de, for example.")
    for name in (pair.partition("=")[0].strip() for pair in pairs):
        if how := next(
            (how for begins, how in ELSEWHERE.items() if name == begins or (begins[-1] in "_:" and name.startswith(begins))), None
        ):
            raise Mistake(f"Nothing is corrected: '{name}' {how}.")
    data: dict[str, Scalar] = {name: scalar(value) if ATTRIBUTE.fullmatch(name) else value for name, value in read_data(pairs).items()}
    amended = {OF_CONTRACT[name]: data.pop(name) for name in OF_CONTRACT if name in data}
    if not data and not amended:
        raise Mistake("Nothing is corrected: write what is so, such as language=de or attr:crm=CRM-17.")
    told = {CustomerChanged.event_type: data, ContractAmended.event_type: amended}
    return {name: fields | {"reason": why} for name, fields in told.items() if fields}


async def correct_customer(customer: str, pairs: list[str], why: str, by: str, *, as_json: bool) -> None:
    """Tell the customer's workflow what is so, as `by` says. Raises Mistake where it is refused, and Failure."""
    told = events_of(pairs, why)
    try:
        fields = {name: read_fields(name, data).model_dump(mode="json", exclude_unset=True) for name, data in told.items()}
    except ValueError as error:
        raise Mistake(sentence(f"Nothing is corrected: {error}")) from None
    client = CustomerClient(await connected(), customer, watchful=True)
    now = await client.now()
    day = now.astimezone(UTC).date().isoformat()
    try:
        events = [Event(id=made_id(customer, name, dict(data), day), type=name, at=now, data=data, by=by) for name, data in fields.items()]
    except ValidationError as error:
        raise Mistake(sentence(f"Nothing is corrected: {error.errors()[0]['msg']}")) from None
    answers = await client.tell_or_keep(*events)
    repeated = answers is not None and all(answer.repeated for answer in answers)
    if as_json:
        became = {"kept": True} if answers is None else {"repeated": repeated}
        print_json({"customer": customer, "events": [event.model_dump(mode="json") for event in events]} | became)
    elif answers is None:
        say(sentence(client.kept("the correction")))
    else:
        said = ", ".join(f"{name} {value}" for data in fields.values() for name, value in data.items() if name != "reason")
        say(f"{customer} knew that already; nothing changed." if repeated else f"{customer} is corrected: {said}.")
