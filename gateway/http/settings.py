"""What the gateway needs to know of its surroundings, from EVERGREEN_GATEWAY_* environment variables."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from activities.environment_settings import PREFIX, EnvironmentSettings


class GatewaySettings(EnvironmentSettings):
    """Where the gateway listens and how much it takes. `docs/settings.md` is made of the descriptions."""

    model_config = SettingsConfigDict(env_prefix=f"{PREFIX}GATEWAY_")

    host: str = Field("127.0.0.1", description="Where it listens.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8090, description="The port at which it listens; 0 is any free one.")
    sources: Path | None = Field(None, description="The file that says who may tell what; without it nobody may.")
    largest_body: Annotated[int, Field(ge=1024, le=2**24)] = Field(2**20, description="Bytes of a request, at most.")
    most_in_batch: Annotated[int, Field(ge=1, le=10_000)] = Field(1000, description="Events of one request, at most.")
    body_timeout: Annotated[float, Field(gt=0, le=600)] = Field(10.0, description="Seconds in which a request's body has to come.")
    signal_timeout: Annotated[float, Field(gt=0, le=60)] = Field(5.0, description="Seconds in which Temporal has to take an event.")
    concurrency: Annotated[int, Field(ge=1, le=100_000)] = Field(500, description="Requests at once; more are answered 503.")
    reads_at_once: Annotated[int, Field(ge=1, le=64)] = Field(
        4, description="Reads of the record at once, each on a connection of the database; more wait their turn."
    )
    read_timeout: Annotated[float, Field(gt=0, le=60)] = Field(
        5.0, description="Seconds in which a read of the record is answered, its wait among them; else it is answered 503."
    )
    usage_window: Annotated[float, Field(ge=1, le=7 * 86_400)] = Field(
        86_400.0, description="Seconds for which reported usage is gathered before a customer's workflow is told its sum."
    )
    metrics_host: str = Field("127.0.0.1", description="Where `/metrics` is served.")
    metrics_port: Annotated[int, Field(ge=0, le=65535)] | None = Field(
        None, description="The port of `/metrics`, the one behind the gateway's where it is not set; 0 is any free one."
    )
    metrics_public: bool = Field(False, description="Serves `/metrics` beside everything else.")
    metrics_token: SecretStr = Field(SecretStr(""), description="Asked of whoever reads `/metrics`, if it is set.")

    @property
    def own_metrics_port(self) -> int:
        """The port at which /metrics is served unless it is public; 0 stands for any free one."""
        if self.metrics_port is not None:
            return self.metrics_port
        return self.port + 1 if 0 < self.port < 65535 else 0
