"""The ASGI application: which path is answered by what, and what every request goes through."""

import time
from collections.abc import Awaitable, Callable, Sequence

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.fates import problem
from gateway.metrics import Metrics

_log = structlog.get_logger(__name__)


def build_app(routes: Sequence[BaseRoute], metrics: Metrics) -> Starlette:
    """The application over these routes."""
    handlers: dict[int | type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {HTTPException: _refused, 500: _failed}
    app = Starlette(routes=list(routes), exception_handlers=handlers)
    app.router.redirect_slashes = False
    app.add_middleware(_Watched, metrics=metrics)
    return app


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = problem(error.status_code, title="Nothing here" if error.status_code == 404 else "")
    answer.headers.update(error.headers or {})
    return answer


async def _failed(request: Request, error: Exception) -> Response:
    return problem(500, "The request failed on our side; nothing was half done, send it again.")


class _Watched:
    """Counts and logs every request. A path may be a link, which is a secret, so the route's pattern stands for it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            route = scope.get("route")
            path = getattr(route, "path", "") if route is not None else ""
            method = scope["method"] if scope["method"] in _METHODS else "other"
            seconds = time.perf_counter() - began
            self._metrics.answered(path, method, status, seconds)
            source = scope.get("state", {}).get("source", "")
            _log.info("answered", route=path, method=method, status=status, ms=round(1000 * seconds, 1), source=source)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
