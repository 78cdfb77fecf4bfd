"""The ASGI application: which path is answered by what, and what every request goes through."""

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

from gateway.intake.results import problem
from gateway.routes.metrics import Metrics

_log = structlog.get_logger(__name__)


def build_app(routes: Sequence[BaseRoute], metrics: Metrics) -> Starlette:
    """The application over these routes."""
    handlers: dict[int | type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {HTTPException: _refused}
    app = Starlette(routes=list(routes), exception_handlers=handlers)
    app.router.redirect_slashes = False
    app.add_middleware(_Watched, metrics=metrics)
    return app


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = problem(error.status_code, title="Nothing here" if error.status_code == 404 else "")
    answer.headers.update(error.headers or {})
    return answer


class _Watched:
    """Counts and logs every request. A path may be a link, which is a secret, so the route's pattern stands for it.

    What nobody foresaw is answered with 500 and logged by its kind and place alone: its words may hold what was sent.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500
        began_to_answer = False

        async def sending(message: Message) -> None:
            nonlocal status, began_to_answer
            if message["type"] == "http.response.start":
                status = int(message["status"])
                began_to_answer = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # noqa: BLE001  the last resort: the server would log it with its words
            _log.error("failed", kind=type(error).__name__, at=_places(error))
            if began_to_answer:
                raise _CutShort from None
            await _FAILED(scope, receive, sending)
        finally:
            route = scope.get("route")
            path = getattr(route, "path", "") if route is not None else ""
            method = scope["method"] if scope["method"] in _METHODS else "other"
            seconds = time.perf_counter() - began
            self._metrics.answered(path, method, status, seconds)
            source = scope.get("state", {}).get("source", "")
            # What went well is in the metrics; a line for each would be a quarter of what an event costs.
            log = _log.info if status >= _WORTH_A_LINE else _log.debug
            log("answered", route=path, method=method, status=status, ms=round(1000 * seconds, 1), source=source)


class _CutShort(Exception):
    """The answer had begun and cannot be finished: the connection is closed."""


def _places(error: Exception) -> list[str]:
    """Where it went wrong, the place itself last: files and lines, no values."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-_FRAMES:]]


_FRAMES = 12
_WORTH_A_LINE = 400
_FAILED = problem(500, "The request failed on our side: send it again, for nothing is done twice.")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
