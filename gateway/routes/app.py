"""The ASGI application: the routes, and the counting and logging of every request."""

import time
import traceback
from collections.abc import Awaitable, Callable, Sequence

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.json_answers import problem
from gateway.http.metrics import Metrics

_log = structlog.get_logger(__name__)


def build_app(routes: Sequence[BaseRoute], metrics: Metrics) -> Starlette:
    """The application with these routes; every request is counted in `metrics`."""
    handlers: dict[int | type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {HTTPException: _refused}
    app = Starlette(routes=list(routes), exception_handlers=handlers)
    app.router.redirect_slashes = False
    app.add_middleware(_RequestMonitoring, metrics=metrics)
    return app


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = problem(error.status_code, title="Nothing here" if error.status_code == 404 else "")
    answer.headers.update(error.headers or {})
    return answer


class _RequestMonitoring:
    """Counts and logs every request by its route's pattern: a path may be a link, which is a secret.

    An unexpected error is answered with 500 and logged by its type and place alone: its message may hold what was sent.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_at = time.perf_counter()
        status = 500
        has_started = False

        async def sending(message: Message) -> None:
            nonlocal status, has_started
            if message["type"] == "http.response.start":
                status = int(message["status"])
                has_started = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # noqa: BLE001  the last resort: the server would log it with its message
            _log.error("failed", kind=type(error).__name__, at=_places(error))
            if has_started:
                raise _AnswerCutShort from None
            await _FAILED(scope, receive, sending)
        finally:
            route = scope.get("route")
            path = getattr(route, "path", "") if route is not None else ""
            method = scope["method"] if scope["method"] in _METHODS else "other"
            seconds = time.perf_counter() - started_at
            self._metrics.count_request(path, method, status, seconds)
            source = scope.get("state", {}).get("source", "")
            # A log line for each success would be a quarter of what an event costs; the metrics have them.
            log = _log.info if status >= _LOGGED_FROM else _log.debug
            log("answered", route=path, method=method, status=status, ms=round(1000 * seconds, 1), source=source)


class _AnswerCutShort(Exception):
    """The answer has started and cannot be finished: the connection is closed."""


def _places(error: Exception) -> list[str]:
    """The error's last stack frames, the innermost last: files and lines, no values."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-_MAX_FRAMES:]]


_MAX_FRAMES = 12
_LOGGED_FROM = 400
_FAILED = problem(500, "The request failed on our side: send it again, for nothing is done twice.")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
