"""GET /openapi.json: what the gateway answers, as OpenAPI 3.1."""
