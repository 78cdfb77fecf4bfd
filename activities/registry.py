"""All activities, ready for a worker."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx
import sqlalchemy as sa

from activities.channels import CHANNELS
from activities.channels.channel import Channel
from activities.ledger.database.database import open_database
from activities.ledger.erasure_secrets import know_secrets
from activities.ledger.ledger import Ledger
from activities.ledger.published.people_store import PeopleStore
from activities.ledger.published.playbook_store import PlaybookStore
from activities.ledger_activities import LedgerActivities
from activities.mail.preload import preload_messages
from activities.playbook_activities import PlaybookActivities
from activities.private_files import close_to_others
from activities.report_activities import ReportActivities
from activities.settings import Settings
from activities.transports.transports import Transports
from lifecycle.domain.enums import TouchKind


@dataclass(frozen=True)
class Activities:
    """The activities, and what they stand on: ledger, published playbooks and people, database and HTTP client."""

    ledger: Ledger
    playbooks: PlaybookStore
    people: PeopleStore
    channels: Mapping[TouchKind, Channel]
    ledger_activities: LedgerActivities
    playbook_activities: PlaybookActivities
    report_activities: ReportActivities
    engine: sa.Engine
    client: httpx.AsyncClient

    @property
    def all(self) -> list[Callable[..., Any]]:
        """What a worker is given."""
        return [
            *(channel.perform for channel in self.channels.values()),
            self.ledger_activities.withdraw_touch,
            self.ledger_activities.record_touches,
            self.ledger_activities.resolve_touch,
            self.ledger_activities.recall_lives,
            self.ledger_activities.remember_life,
            self.ledger_activities.write_down,
            self.playbook_activities.load_playbook,
            self.report_activities.mail_report,
        ]

    async def close(self) -> None:
        """Give back connections and files."""
        await self.client.aclose()
        await asyncio.to_thread(self.engine.dispose)


@lru_cache(maxsize=1)
def _tls_context() -> ssl.SSLContext:
    # Reading every certificate authority takes a twentieth of a second.
    return httpx.create_ssl_context()


def build(settings: Settings) -> Activities:
    """The activities as the settings have them. Opens the database and loads what messages need, which blocks; `close` them in the end.

    What lies in the data folder is closed to others first.
    """
    close_to_others(settings.home)
    preload_messages()
    engine = open_database(settings.database)
    try:
        know_secrets(engine, settings)
    except BaseException:
        engine.dispose()
        raise
    ledger, playbooks, people = Ledger(engine, settings.lease), PlaybookStore(engine), PeopleStore(engine)
    # Without a memory for cookies: what is asked again is the same request.
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    client = httpx.AsyncClient(timeout=settings.http_timeout, follow_redirects=False, verify=_tls_context(), cookies=no_cookies)
    transports = Transports(settings, playbooks, people, client)
    channels = {channel.kind: channel(ledger, transports) for channel in CHANNELS}
    return Activities(
        ledger=ledger,
        playbooks=playbooks,
        people=people,
        channels=channels,
        ledger_activities=LedgerActivities(ledger, channels),
        playbook_activities=PlaybookActivities(playbooks, people),
        report_activities=ReportActivities(ledger, transports),
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
