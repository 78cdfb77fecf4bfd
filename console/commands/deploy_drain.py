"""`deploy drain`: moves the lives of old builds to the current one. Killed and begun again it goes on."""

from datetime import timedelta

from console.commands.deploy_promote import check_named
from console.stack.draining import drain_with_bar, in_words
from console.terminal.output import err, print_json, say
from runtime.environment import connected
from runtime.temporal.deployment.deployment import Deployment
from runtime.temporal.deployment.draining import failure_of


async def drain_builds(build: str | None, rate: float, patience: timedelta, *, as_json: bool) -> None:
    """Return when no life is left on old builds. Raises Failure that names those that are and why, and Mistake for nowhere to go."""
    check_named(build)
    deployment = Deployment(await connected())
    drained = await drain_with_bar(deployment, build, rate, patience, show=not as_json and err.is_terminal)
    if as_json:
        print_json(
            {
                "current": drained.current,
                "moved": drained.moved,
                "left": drained.left,
                "seconds": round(drained.seconds, 1),
                "stayed": [{"customer": each.customer, "build": each.build, "why": each.why} for each in drained.stayed],
            }
        )
    else:
        say(in_words(drained, build))
    if failure := failure_of(drained):
        raise failure
