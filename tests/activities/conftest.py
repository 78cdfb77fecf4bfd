"""The real parts that the activities are tried on: a ledger, a mail server, an HTTP server."""

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from activities.ledger.ledger import Ledger
from activities.registry import Activities
from tests.activities.building import opened
from tests.activities.mail_server import MailCatcher


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
    headers: list[tuple[str, str]] = field(default_factory=list)


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
                headers = sorted((name.lower(), value) for name, value in self.headers.items())
                answering.seen.append(Seen(self.path, self.headers["Idempotency-Key"], body, headers))
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
