"""All activities, ready for a worker."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx
import sqlalchemy as sa

from activities.channels.providers import Providers
from activities.ledger.database import open_database
from activities.ledger.ledger import Ledger
from activities.ledger.playbook_store import PlaybookStore
from activities.ledger_activities import LedgerActivities
from activities.message_activities import EmailActivities
from activities.playbook_activities import PlaybookActivities
from activities.request_activities import RequestActivities
from activities.settings import Settings


@dataclass(frozen=True)
class Activities:
    """The activities, and what they stand on."""

    ledger: Ledger
    playbooks: PlaybookStore
    email: EmailActivities
    requests: RequestActivities
    keeping: LedgerActivities
    loading: PlaybookActivities
    engine: sa.Engine
    client: httpx.AsyncClient

    @property
    def all(self) -> list[Callable[..., Any]]:
        """What a worker is given."""
        return [
            self.email.send_email,
            self.email.send_survey,
            self.email.schedule_meeting,
            self.requests.create_task,
            self.requests.escalate,
            self.requests.grant_offer,
            self.requests.call_webhook,
            self.keeping.withdraw_touch,
            self.keeping.record_touches,
            self.loading.load_playbook,
        ]

    async def close(self) -> None:
        """Give back connections and files."""
        await self.client.aclose()
        await asyncio.to_thread(self.engine.dispose)


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    # Reading every certificate authority takes a twentieth of a second.
    return httpx.create_ssl_context()


def build(settings: Settings) -> Activities:
    """The activities as the settings have them. Opens the database, which blocks; `close` them in the end."""
    engine = open_database(settings.database)
    ledger, playbooks = Ledger(engine, settings.lease), PlaybookStore(engine)
    client = httpx.AsyncClient(timeout=settings.http_timeout, follow_redirects=False, verify=_trusted())
    providers = Providers(settings, playbooks, client)
    return Activities(
        ledger=ledger,
        playbooks=playbooks,
        email=EmailActivities(ledger, providers.mail),
        requests=RequestActivities(ledger, providers),
        keeping=LedgerActivities(ledger, providers),
        loading=PlaybookActivities(playbooks),
        engine=engine,
        client=client,
    )


@asynccontextmanager
async def open_activities(settings: Settings) -> AsyncIterator[list[Callable[..., Any]]]:
    """`async with open_activities(settings) as activities: Worker(..., activities=activities)`."""
    activities = await asyncio.to_thread(build, settings)
    try:
        yield activities.all
    finally:
        await activities.close()
