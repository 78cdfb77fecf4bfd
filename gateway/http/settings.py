"""What the gateway needs to know of its surroundings, from EVERGREEN_GATEWAY_* environment variables."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from activities.environment_settings import PREFIX, EnvironmentSettings


class GatewaySettings(EnvironmentSettings):
    """Where the gateway listens and how much it takes. Sizes are in bytes, times in seconds, rates in events a second.

    `sources` names the file that says who may tell what; without it nobody may. `usage_window` is how long reported usage
    is gathered before a customer's workflow is told its sum. /metrics is served on a port of its own, `metrics_port` (0: any
    free one; not set: the one behind `port`) of `metrics_host`, or with `metrics_public` beside everything else; `metrics_token`,
    if set, is asked of whoever reads it.
    """

    model_config = SettingsConfigDict(env_prefix=f"{PREFIX}GATEWAY_")

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8090
    sources: Path | None = None
    largest_body: Annotated[int, Field(ge=1024, le=2**24)] = 2**20
    most_in_batch: Annotated[int, Field(ge=1, le=10_000)] = 1000
    body_timeout: Annotated[float, Field(gt=0, le=600)] = 10.0
    signal_timeout: Annotated[float, Field(gt=0, le=60)] = 5.0
    concurrency: Annotated[int, Field(ge=1, le=100_000)] = 500
    usage_window: Annotated[float, Field(ge=1, le=7 * 86_400)] = 86_400.0
    metrics_host: str = "127.0.0.1"
    metrics_port: Annotated[int, Field(ge=0, le=65535)] | None = None
    metrics_public: bool = False
    metrics_token: SecretStr = SecretStr("")

    @property
    def own_metrics_port(self) -> int:
        """The port at which /metrics is served unless it is public; 0 stands for any free one."""
        if self.metrics_port is not None:
            return self.metrics_port
        return self.port + 1 if 0 < self.port < 65535 else 0
