"""Runs many stories side by side on Temporal, and shows how far each has come."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from temporalio.client import Client

from console.customers.customer_list import Filter, list_customers
from console.files.stories import Story
from console.story_runner import enrol_story, run_story
from lifecycle.domain.enums import Stage
from lifecycle.domain.texts.text import one_line
from lifecycle.domain.time.zones import local
from lifecycle.playbook.playbook import Playbook


async def run_stories(client: Client, stories: Sequence[Story], playbook: Playbook, out: Console) -> None:
    """Enrol the stories' customers on that playbook and run them side by side, a bar each on `out` meanwhile.

    Raises an ExceptionGroup of what `enrol_story` and `run_story` raise.
    """
    columns = (
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.fields[stage]:<10}", markup=False),
        BarColumn(bar_width=32),
        TextColumn("{task.fields[date]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=out, transient=True, refresh_per_second=5) as progress:
        tasks: dict[str, TaskID] = {}
        for story in stories:
            total = (story.until - story.enrolled).total_seconds()
            tasks[story.id] = progress.add_task(one_line(story.customer.name), total=total, stage="", date="")

        def on_progress(story: Story, moment: datetime) -> None:
            done = (moment - story.enrolled).total_seconds()
            progress.update(tasks[story.id], completed=done, date=f"{local(moment, story.customer.timezone):%d %b %Y}")

        async def run_one(story: Story) -> None:
            await enrol_story(client, story, playbook)
            await run_story(client, story, on_progress)
            on_progress(story, story.until)

        async def show_stages() -> None:
            while True:
                for which in (Filter(), Filter(stage=Stage.CLOSED)):
                    for row in await list_customers(client, which):
                        progress.update(tasks[row["customer"]], stage=one_line(row["stage"] or ""))
                await asyncio.sleep(1)

        stages_shown = asyncio.create_task(show_stages())
        try:
            async with asyncio.TaskGroup() as group:
                for story in stories:
                    group.create_task(run_one(story))
        finally:
            stages_shown.cancel()
