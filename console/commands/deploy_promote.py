"""`deploy promote`: makes a build current, or gives it a share of the runs that begin."""

import re

from console.output import print_json, say
from lifecycle.domain.errors import Mistake
from runtime.builds.build_id import own_build_id
from runtime.environment import connected, settings_from_env
from runtime.temporal.deployment import Deployment


async def promote_build(build: str | None, ramp: str | None, *, as_json: bool) -> None:
    """Promote `build`, by default that of the code here. Raises Mistake where it can't be, and then nothing has changed."""
    percentage = _percentage(ramp) if ramp is not None else None
    deployment = Deployment(await connected())
    build = build or own_build_id(settings_from_env())
    before = await deployment.routing()
    await deployment.promote(build, percentage)
    if as_json:
        print_json({"build": build, "percentage": percentage, "before": before.current})
    elif percentage is not None:
        say(f"Build {build} gets {percentage:g}% of the runs that begin; the others go on to build {before.current}.")
    elif before.current == build:
        say(f"Build {build} is current already.")
    else:
        say(f"Build {build} is current. 'starter.py deploy drain' moves the lives that are on other builds.")


def _percentage(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*%?", text.strip())
    if not found or not 0 < float(found[1]) < 100:
        raise Mistake(f"'{text}' is no share of runs: write one above 0% and below 100%, such as 10%.")
    return float(found[1])
