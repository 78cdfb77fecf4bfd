"""A customer's row of the record, and what lines of it the engine writes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from lifecycle.domain.enums import Band, Stage, Tier
from lifecycle.explain.record import CustomerRow

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def a_row(**changes: Any) -> CustomerRow:
    base: dict[str, Any] = {
        "name": "Acme", "stage": Stage.GROWTH, "stage_since": AT, "term": 1, "term_start": date(2026, 3, 2), "contract_end": date(2027, 3, 2),
        "renews": "by_decision", "tier": Tier.A, "segment": "", "owner": "Kim Lee", "owner_email": "kim@us.example", "timezone": "Europe/Berlin",
        "playbook": "standard@v1", "annual_value": 100.0, "currency": "EUR", "health": 71, "health_band": Band.GREEN, "health_change": None,
        "health_parts": "[]", "intent": "", "next_touch_at": AT + timedelta(days=7), "next_play": "checkin", "open_tasks": 0,
        "open_tickets": 0, "unread": 0, "unknown": 0, "stopped": "", "cancelled_to": None, "signed_until": None, "lost_at": None,
        "lost_because": "", "closed": "",
    }  # fmt: skip
    return CustomerRow(**base | changes)
