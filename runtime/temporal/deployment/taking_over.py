"""Whether a build can take over lives that others have written: it has to read the format of their state."""

from typing import TYPE_CHECKING

from runtime.temporal.deployment.routing import Formats, Routing

if TYPE_CHECKING:
    from runtime.temporal.deployment.deployment import Deployment


async def why_not(deployment: "Deployment", build: str, now: Routing) -> str | None:
    """Why the build could not take over what the others have written, in sentences; None if it can.

    Only a build that a life was ever on has written any: to have been made current alone bars no way back.
    """
    own = await deployment.formats_of(build)
    if own is None:
        return _has_not_said(build)
    for other in now.builds:
        if other == build or not await _may_have_written(deployment, other, now):
            continue
        theirs = await deployment.formats_of(other)
        if theirs is None:
            return f"Build {other}, which has lives, has not said in which format it writes them: start a worker of it once."
        if why := _why_unread(build, own, other, theirs):
            if await deployment.lives_on(other) or (other == now.current and await deployment.lives_on(None)):
                return f"{why}: those lives would stand still. Take a build that reads it."
            return (
                f"{why}: no life is on that one now, but ended ones are, and one that Temporal is told to reset would stand still. "
                "Take a build that reads it, or have Temporal delete the ended ones."
            )
    return None


async def why_not_back(deployment: "Deployment", build: str, current: str) -> str | None:
    """Why what `build` will write could not come back to the current build, as it does while one of them ramps; None if it can."""
    own, theirs = await deployment.formats_of(current), await deployment.formats_of(build)
    if own is None or theirs is None:
        return _has_not_said(current if own is None else build)
    why = _why_unread(current, own, build, theirs)
    return f"{why}: of the lives that a ramp gives to the one, some come back to the other, and would stand still." if why else None


async def _may_have_written(deployment: "Deployment", build: str, now: Routing) -> bool:
    """Whether a run of a life was ever on that build, or is yet to begin: commands of the current build's code write its format too."""
    if await deployment.count(deployment.lives.ever_on(build)):
        return True
    return build == now.current and await deployment.lives_on(None) > 0


def _has_not_said(build: str) -> str:
    return f"Build {build} has not said which formats of a life it reads: start a worker of it."


def _why_unread(reader: str, own: Formats, writer: str, theirs: Formats) -> str | None:
    if theirs.writes in own.reads:
        return None
    known = " and ".join(str(each) for each in own.reads)
    return f"Build {reader} reads lives of format {known}, and build {writer} writes format {theirs.writes}"
