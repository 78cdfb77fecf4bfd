"""Payments: which invoices have failed and were not made good."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, TypedDict

from lifecycle.domain.health import Measured
from lifecycle.domain.model import Instant
from lifecycle.domain.people.customer import Customer, Slug
from lifecycle.facts.events import Amount, Event, EventData
from lifecycle.facts.subject import Given, PlaybookNames, Subject, bound

ALL = "payments"
"""The fact that all invoices are owed no longer."""


class _Payment(EventData):
    invoice: Slug
    amount: Amount = 0.0


class PaymentFailed(_Payment):
    """A payment failed."""

    event_type = "payment.failed"


class PaymentRecovered(_Payment):
    """A payment that had failed was made good."""

    event_type = "payment.recovered"


class PaymentCancelled(EventData):
    """An invoice is owed no longer: it was voided, written off or deleted, and nobody is to chase it. All open ones, if none is named."""

    event_type = "payment.cancelled"
    may_mean_all = True

    invoice: Slug | None = None


class InvoiceSeen(TypedDict):
    """Of one invoice: whether its payment failed and it is owed still."""

    failed: bool


@dataclass(slots=True, kw_only=True)
class Payments(Subject):
    """When the payment of each invoice that is open failed first. `failed` outlives the bound on their number."""

    events: ClassVar = (PaymentFailed, PaymentRecovered, PaymentCancelled)
    sees: ClassVar = {"payment_failed": bool}
    sees_of_key: ClassVar = {"invoice": InvoiceSeen}
    measures: ClassVar = ("payments",)

    failed: bool = False
    failed_invoices: dict[str, Instant] = field(default_factory=dict)

    def take_in(self, event: Event, given: Given) -> bool:
        """Note the invoice as failed, made good or owed no longer, unless something later is known of it."""
        data = event.fields()
        if isinstance(data, PaymentCancelled) and data.invoice is None:
            return self._cancel_all(event, given)
        assert isinstance(data, _Payment | PaymentCancelled)
        assert data.invoice is not None
        if isinstance(data, PaymentFailed) and given.times.known(ALL, event.fact_time):
            return False
        if not given.times.newer(f"payment {data.invoice}", event.fact_time):
            return False
        if isinstance(data, PaymentFailed):
            self.failed_invoices.setdefault(data.invoice, event.fact_time)
            bound(self.failed_invoices)
        else:
            self.failed_invoices.pop(data.invoice, None)
        self.failed = bool(self.failed_invoices)
        return True

    def _cancel_all(self, event: Event, given: Given) -> bool:
        given.times.newer(ALL, event.fact_time)
        over = [invoice for invoice in self.failed_invoices if given.times.newer(f"payment {invoice}", event.fact_time)]
        for invoice in over:
            del self.failed_invoices[invoice]
        self.failed = bool(self.failed_invoices)
        return True

    def seen(self, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """Whether any invoice is open after a failed payment."""
        return {"payment_failed": self.failed}

    def seen_of_key(self, key: str) -> dict[str, object]:
        """The invoice with that id."""
        return {"failed": key in self.failed_invoices}

    def measure(self, name: str, given: Given, at: datetime) -> Measured | None:
        """Whole while nothing is owed, nothing while a payment that failed is; nothing is known before anything was told of one."""
        if not self.failed and not given.times.knows_any("payment"):
            return None
        return Measured(0.0, "a payment has failed") if self.failed else Measured(1.0, "nothing is owed")
