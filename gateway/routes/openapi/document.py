"""GET /openapi.json: what this gateway answers, as OpenAPI 3.1, made from the models that read it."""

from collections.abc import Sequence
from functools import cached_property

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.http.settings import GatewaySettings
from gateway.routes.openapi.parts import Json
from gateway.routes.openapi.paths import paths
from gateway.routes.openapi.schemas import SECURITY_SCHEMES, schemas


class OpenApi:
    """The endpoint. It describes those of `routes` that are in the sequence when it is first asked."""

    def __init__(self, settings: GatewaySettings, routes: Sequence[BaseRoute]) -> None:
        self._settings = settings
        self._routes = routes

    async def get(self, request: Request) -> Response:
        """The document as JSON."""
        return JSONResponse(self.document)

    @cached_property
    def document(self) -> Json:
        """The whole document."""
        served = {route.path: route.methods or set() for route in self._routes if isinstance(route, Route)}
        described = paths()
        return {
            "openapi": "3.1.0",
            "info": {
                "title": "Evergreen gateway",
                "version": "1",
                "summary": "What happens in the world, told to the customer's workflow: signed and once.",
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": "/"}],
            "paths": {
                path: {name: part for name, part in described[path].items() if name == "parameters" or name.upper() in methods}
                for path, methods in served.items()
                if path in described
            },
            "components": {"schemas": schemas(self._settings), "securitySchemes": SECURITY_SCHEMES},
        }
