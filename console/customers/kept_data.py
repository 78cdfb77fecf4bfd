"""Where something is kept besides the workflows: the ledger's database and the outbox."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from activities.ledger.database.database import open_database
from activities.ledger.erasure_secrets import know_secrets
from activities.ledger.personal_data import PersonalData
from activities.settings import Settings
from gateway.intake.usage.store import UsageStore
from gateway.pages.answer_store import AnswerStore
from lifecycle.domain.texts.addresses import address_key
from lifecycle.state.life import Lifecycle

_ADDRESS = re.compile(r"[^\s<>,;:\"'()]+@[^\s<>,;:\"'()]+\.\w+")


@dataclass(frozen=True)
class Kept:
    """The stores of one installation."""

    rows: PersonalData
    answers: AnswerStore
    usage: UsageStore
    outbox: Path

    def keys(self, customer: str) -> list[str]:
        """The keys of the customer's touches."""
        return [str(row["key"]) for row in self.rows.touches(customer)]


@contextmanager
def kept_by(settings: Settings) -> Iterator[Kept]:
    """Open the stores. Raises Failure for a database that cannot be used."""
    engine = open_database(settings.database)
    try:
        know_secrets(engine, settings)
        yield Kept(PersonalData(engine), AnswerStore(engine), UsageStore(engine), settings.outbox)
    finally:
        engine.dispose()


def addresses_in(life: Lifecycle | None, texts: Iterable[str] = ()) -> set[str]:
    """Every address that a life, and these texts, have."""
    whole = [life.model_dump_json()] if life is not None else []
    return {address_key(found) for text in [*whole, *texts] for found in _ADDRESS.findall(text)}
