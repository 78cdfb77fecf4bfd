"""`setup`: registers the search attributes on the Temporal that the environment names."""

from console.terminal.output import print_json, say
from runtime.environment import connected
from runtime.temporal.search_attributes import register
from workflows.showing.search_attributes import ALL


async def set_up(*, as_json: bool) -> None:
    """Register what is missing; twice does no harm. Raises SearchAttributesRefused and Unreachable."""
    client = await connected()
    new = await register(client, ALL)
    if as_json:
        print_json({"namespace": client.namespace, "registered": new, "all": [key.name for key in ALL]})
    elif new:
        say(f"Registered in namespace '{client.namespace}': {', '.join(new)}.")
    else:
        say(f"Namespace '{client.namespace}' has all {len(ALL)} search attributes already.")
