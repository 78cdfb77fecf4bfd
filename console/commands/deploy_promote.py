"""`deploy promote`: makes a build current, or gives it a share of the runs that begin, or takes that away."""

import re

from console.terminal.output import print_json, say
from lifecycle.domain.errors import Mistake
from runtime.builds.build_id import own_build_id
from runtime.environment import connected, settings_from_env
from runtime.temporal.deployment.deployment import Deployment
from runtime.temporal.deployment.routing import Routing


async def promote_build(build: str | None, ramp: str | None, *, as_json: bool) -> None:
    """Promote `build`, by default that of the code here; a `ramp` of 0% takes its share away. Raises Mistake where it can't be.

    Nothing has changed then.
    """
    percentage = _percentage(ramp) if ramp is not None else None
    check_named(build)
    deployment = Deployment(await connected())
    build = build or own_build_id(settings_from_env())
    before = await deployment.routing()
    if percentage == 0:
        await _end_ramp(deployment, build, before)
    else:
        await deployment.promote(build, percentage)
    if as_json:
        ended = before.ramping if before.ramping != build or percentage == 0 else None
        print_json({"build": build, "percentage": percentage, "before": before.current, "ramp_ended": ended})
    else:
        say(_in_words(build, percentage, before))


def check_named(build: str | None) -> None:
    """Raise Mistake for a build that was given with an empty name, as by a shell's variable that is not set."""
    if build is not None and not build.strip():
        raise Mistake("The name of the build is empty: write one that 'starter.py deploy status' lists, or leave it out.")


async def _end_ramp(deployment: Deployment, build: str, before: Routing) -> None:
    if build not in before.builds:
        raise Mistake(f"No build {build} is known: 'starter.py deploy status' lists them.")
    if build == before.current:
        raise Mistake(f"Build {build} is current, and takes every run that no ramp takes: promote another build in its place.")
    if build == before.ramping:
        await deployment.end_ramp()


def _in_words(build: str, percentage: float | None, before: Routing) -> str:
    drain = "'starter.py deploy drain' moves the lives that are on other builds."
    if percentage == 0:
        if before.ramping != build:
            return f"Build {build} has no share of the runs that begin, and nothing has changed."
        return f"Build {build} gets none of the runs that begin any more; all go to build {before.current}. {drain}"
    ended = f"; the ramp to build {before.ramping} has ended" if before.ramping not in (None, build) else ""
    if percentage is not None:
        return f"Build {build} gets {percentage:g}% of the runs that begin; the others go on to build {before.current}{ended}."
    if before.current == build:
        return f"Build {build} is current already{ended}. {drain}" if ended else f"Build {build} is current already."
    return f"Build {build} is current{ended}. {drain}"


def _percentage(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(%?)", text.strip(), re.ASCII)
    if not found or not 0 <= float(found[1]) < 100:
        raise Mistake(f"'{text}' is no share of runs: write one above 0% and below 100%, such as 10%.")
    share = float(found[1])
    if 0 < share < 1 and not found[2]:
        raise Mistake(f"'{text}' may mean {share:.0%} or {share:g}%: write it with its per cent sign.")
    return share
