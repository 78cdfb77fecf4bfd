"""What the environment says, for a command: where touches go, and which Temporal."""

from typing import TYPE_CHECKING

from console.failing import Mistake
from console.output import sentence

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


async def connected() -> "Client":
    """A client of the Temporal that the environment names, or of the dev server that runs here. Raises Unreachable."""
    from runtime.connect import connect

    return await connect()
