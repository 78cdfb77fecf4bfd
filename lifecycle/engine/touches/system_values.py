"""What systems of ours are told of a customer besides what a message may say, so that a CRM can match it and need not ask back."""

from lifecycle.engine.session import Session
from lifecycle.engine.touches.message_values import Values
from lifecycle.rules.contract.going_on import has_end


def with_system_values(session: Session, values: Values) -> Values:
    """The values with the customer's own attributes, its contract in numbers and dates, and why it left or is to leave."""
    life = session.life
    customer, contract, churn, cancelled = life.customer, life.contract, life.facts.churn, life.facts.contract.cancelled
    more: Values = {
        "customer": {"tier": customer.tier.value, "segment": customer.segment, "country": customer.country},
        "attributes": dict(customer.attributes),
        "contract": {
            "start": contract.start.isoformat(),
            "end": contract.end.isoformat() if has_end(life) else "",
            "annual_value": contract.annual_value,
            "currency": contract.currency,
        },
        "churn": {"kind": churn.kind.value if churn.kind else "", "reason": churn.reason, "detail": churn.detail},
    }
    if cancelled is not None:
        more["cancellation"] = {
            "kind": cancelled.kind.value,
            "reason": cancelled.reason,
            "detail": cancelled.detail,
            "end": cancelled.end.isoformat(),
        }
    return values | {group: values.get(group, {}) | told for group, told in more.items()}
