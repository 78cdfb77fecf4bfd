"""Runs stories on Temporal, each customer on its own virtual clock: enrols it, moves the clock, sends the events.

What is told for a moment is told half a minute before it: the engine holds it until then, so that it meets the
deadlines of that very moment, as it does in the simulator.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from console.files.stories import Story
from lifecycle.playbook.playbook import Playbook
from runtime.temporal.enrolment import Enrolled, enrol
from runtime.temporal.time_travel import TimeTravel
from workflows.messages.messages import Tell
from workflows.names import TASK_QUEUE, id_of

BEFORE = timedelta(seconds=30)

OnProgress = Callable[[Story, datetime], None]


async def enrol_story(client: Client, story: Story, playbook: Playbook, task_queue: str = TASK_QUEUE) -> Enrolled:
    """Enrol the story's customer on that playbook; it sleeps until the story begins."""
    return await enrol(client, story.customer, playbook, story.enrolled, task_queue)


async def run_story(client: Client, story: Story, on_progress: OnProgress = lambda story, moment: None) -> bool:
    """Take an enrolled customer through its story. False if its life was over before the story's end.

    `on_progress` is called with every moment that the story has reached. Raises TimeTravelFailed.
    """
    travel = TimeTravel(client)
    handle = client.get_workflow_handle(id_of(story.id))
    events = sorted(story.events, key=lambda event: event.at)
    for moment, together in groupby(events, key=lambda event: event.at):
        if moment > story.until:
            break
        if not await travel.to(handle.id, moment - BEFORE):
            return False
        on_progress(story, moment)
        try:
            await handle.signal("event", Tell(events=list(together)))
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:  # it ended in this very moment
                raise
            return False
    reached = await travel.to(handle.id, story.until)
    on_progress(story, story.until)
    return reached
