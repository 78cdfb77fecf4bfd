"""Moves lives from old builds, as a person watches it: a bar while it lasts, and a sentence at its end."""

from datetime import timedelta

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from temporalio.service import RPCError

from console.terminal.output import err
from lifecycle.domain.errors import Failure, one_line
from runtime.process.signals import saying_how_far
from runtime.temporal.deployment.deployment import Deployment
from runtime.temporal.deployment.draining import Drained, DrainProgress, drain, lives_in_words


async def drain_with_bar(
    deployment: Deployment, build: str | None, rate: float, patience: timedelta, *, show: bool, counted: int = 0
) -> Drained:
    """Drain, with a bar on standard error if `show`; `counted` is as `drain` has it.

    Raises what `drain` raises, and Failure where the server is gone in the middle. That, and Ctrl-C, say how far it was.
    """
    so_far: DrainProgress | None = None
    columns = (TextColumn("moving lives"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[speed]}"), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not show) as progress:
        task = progress.add_task("", total=None, speed="")

        def report(now: DrainProgress) -> None:
            nonlocal so_far
            so_far = now
            speed = progress.tasks[0].speed
            progress.update(task, total=now.total, completed=now.total - now.left, speed=f"{speed:.0f} a second" if speed else "")

        with saying_how_far(lambda: f"Stopped. {how_far(so_far)}"):
            try:
                return await drain(deployment, build, rate=rate, patience=patience, report=report, counted=counted)
            except RPCError as error:
                raise Failure(f"The Temporal server does not answer any more ({one_line(error)}). {how_far(so_far)}") from error


def how_far(so_far: DrainProgress | None) -> str:
    """How far a drain was that has not come to its end, in sentences; None for one that has counted nothing yet."""
    if so_far is None:
        return "No life has been asked to move yet."
    moved = so_far.total - so_far.left
    return (
        f"At the last count {moved:,} of {lives_in_words(so_far.total)} had moved, and what was asked goes by itself: "
        "give the command again, and it goes on."
    )


def in_words(drained: Drained, build: str | None) -> str:
    """What was done, in a sentence; `build` is the one whose lives were asked, None for all but the current."""
    which = f"build {build}" if build else "an old build"
    if not drained.moved and not drained.left:
        return (
            f"{lives_in_words(drained.earlier)} moved to build {drained.current}; none is left on {which}."
            if drained.earlier
            else f"No life is on {which}."
        )
    speed = f" in {drained.seconds:.1f} s, {drained.moved / drained.seconds:.0f} a second" if drained.moved else ""
    proof = f"; none is left on {which}" if not drained.left else f"; {drained.left} {'is' if drained.left == 1 else 'are'} left"
    earlier = f"; {drained.earlier} had moved before" if drained.earlier else ""
    return f"{lives_in_words(drained.moved)} moved to build {drained.current}{speed}{earlier}{proof}."
