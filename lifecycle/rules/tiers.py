"""The tier of a customer that is enrolled without one."""

from collections.abc import Mapping
from typing import Any

from lifecycle.conditions.compiled import compiled, is_true
from lifecycle.domain.enums import Renews, Tier
from lifecycle.playbook.playbook import Playbook

_UNDISTURBED = {"renewed": False, "renews": Renews.BY_DECISION.value, "cancelled": False, "cancel_reason": "", "cancelled_late": False}
"""What is so of every contract with which a customer is enrolled, unless it says otherwise."""


def tier_of(customer: Mapping[str, Any], playbook: Playbook) -> Tier:
    """The tier by the playbook's rules (R12): the first of A, B and C whose rule holds, C where none does."""
    known = {**customer, "contract": _UNDISTURBED | customer["contract"]}
    return next((tier for tier in Tier if tier in playbook.tiers and is_true(compiled(playbook.tiers[tier]), known)), Tier.C)
