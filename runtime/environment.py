"""What the environment says, for a command: where touches go, and which Temporal."""

from typing import TYPE_CHECKING

from lifecycle.domain.errors import Mistake
from runtime.process.sentences import sentence

if TYPE_CHECKING:
    from temporalio.client import Client

    from activities.settings import Settings


def settings_from_env() -> "Settings":
    """The activities' settings. Raises Mistake that names the variable."""
    from activities.settings import Settings

    try:
        return Settings.from_env()
    except ValueError as error:
        raise Mistake(sentence(str(error))) from None


def serving_settings_from_env() -> "Settings":
    """The settings of a worker or gateway. Raises Mistake too for links half set up: they would lead nowhere."""
    settings = settings_from_env()
    if settings.public_url and not settings.link_secrets:
        raise Mistake(
            "EVERGREEN_PUBLIC_URL is set and EVERGREEN_LINK_SECRETS is not, so messages would carry no links: 'openssl rand -hex 32' "
            "makes a secret, and worker and gateway need the same."
        )
    return settings


async def connected() -> "Client":
    """A client of the Temporal that the environment names, or of the dev server that runs here. Raises Unreachable.

    For a command, which says itself what goes wrong: the SDK's own lines about calls that it makes again would bury the sentence.
    """
    from temporalio.runtime import Runtime, TelemetryConfig

    from runtime.temporal.connect import connect

    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=None)), error_if_already_set=False)
    return await connect()
