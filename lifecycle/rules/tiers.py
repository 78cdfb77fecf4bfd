"""The tier of a customer that is enrolled without one."""

from collections.abc import Mapping

from lifecycle.conditions.compiled import compiled, is_true
from lifecycle.domain.enums import Tier
from lifecycle.playbook.playbook import Playbook


def tier_of(customer: Mapping[str, object], playbook: Playbook) -> Tier:
    """The tier by the playbook's rules (R12): the first of A, B and C whose rule holds, C where none does."""
    return next((tier for tier in Tier if tier in playbook.tiers and is_true(compiled(playbook.tiers[tier]), customer)), Tier.C)
