"""Signs what goes out to endpoints, as Standard Webhooks has it (https://www.standardwebhooks.com)."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook


class Signer:
    """Signs under each of the secrets, so that they can be changed one by one. `clock` gives seconds since the epoch."""

    def __init__(self, secrets: Sequence[SecretStr], clock: Callable[[], float] = time.time) -> None:
        self._webhooks = [Webhook(secret.get_secret_value()) for secret in secrets]
        self.clock = clock

    def headers(self, key: str, content: bytes) -> dict[str, str]:
        """The headers that sign that content, asked under that key; none where there are no secrets.

        Their time is that of the asking by the machine's clock, and not the touch's: a receiver refuses one that is over five minutes
        from its own, an attempt may be repeated for days, and under time travel the touch's own lies ahead of the world's.
        """
        if not self._webhooks:
            return {}
        now = datetime.fromtimestamp(int(self.clock()), UTC)
        return {
            "webhook-id": key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(webhook.sign(key, now, content.decode()) for webhook in self._webhooks),
        }
