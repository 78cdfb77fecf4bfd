"""The search attributes by which customers are listed and counted. `starter.py setup` registers them."""

from temporalio.common import SearchAttributeKey

from lifecycle.domain.people.customer import Customer
from lifecycle.domain.texts.text import one_line

STAGE = SearchAttributeKey.for_keyword("Stage")
TIER = SearchAttributeKey.for_keyword("Tier")
HEALTH = SearchAttributeKey.for_keyword("Health")
HEALTH_SCORE = SearchAttributeKey.for_int("HealthScore")
OWNER = SearchAttributeKey.for_keyword("Owner")
PLAYBOOK = SearchAttributeKey.for_keyword("Playbook")
CONTRACT_END = SearchAttributeKey.for_datetime("ContractEnd")
NEXT_TOUCH_AT = SearchAttributeKey.for_datetime("NextTouchAt")
ANNUAL_VALUE = SearchAttributeKey.for_float("AnnualValue")
PAUSED = SearchAttributeKey.for_bool("Paused")

ALL = (STAGE, TIER, HEALTH, HEALTH_SCORE, OWNER, PLAYBOOK, CONTRACT_END, NEXT_TOUCH_AT, ANNUAL_VALUE, PAUSED)
"""Every key, in the order in which they are registered and shown."""


def owner_of(customer: Customer) -> str:
    """The owner's name as it is listed: on one printable line, for PostgreSQL takes no NUL into a search attribute."""
    return one_line(customer.owner.name)
