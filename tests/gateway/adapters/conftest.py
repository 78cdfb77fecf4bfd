"""The HTTP server that stands for Slack."""

from tests.activities.conftest import endpoint

__all__ = ["endpoint"]
