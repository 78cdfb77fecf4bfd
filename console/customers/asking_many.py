"""Does one thing for each of many, some at once, with a bar; and knows when nobody need be asked any more."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence, Sized
from typing import TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from console.terminal.output import err

AT_ONCE = 10

ENOUGH = 20
"""So many who could not be reached, and nobody who could, and no more are asked."""

NOT_ASKED = "Not asked: none of those before could be reached."

T = TypeVar("T")


async def for_each(
    many: Sequence[T], act: Callable[[T], Awaitable[None]], *, doing: str = "", show: bool = False, at_once: int = AT_ONCE
) -> None:
    """Do it for each, so many at once, with a bar where it is shown and there is a terminal."""
    waiting = iter(many)
    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not (show and err.is_terminal)) as bar:
        task = bar.add_task("", total=len(many))

        async def work() -> None:
            for each in waiting:
                await act(each)
                bar.advance(task)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(at_once, len(many))):
                group.create_task(work())


def nobody_answers(failed: Sized, answered: object) -> bool:
    """Whether so many could not be reached that no more are asked, as nobody has `answered`."""
    return len(failed) >= ENOUGH and not answered
