"""Tasks that people of ours were given: done, or put off. What is known of them stands in the runs of plays."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from lifecycle.domain.people.customer import Slug
from lifecycle.facts.events import EventData, Text
from lifecycle.facts.subject import Subject


class TaskDone(EventData):
    """A person did a task; `task` is its step's id. Where several plays have such a step, or several runs of one stand at it,
    `play` and `run` (`term/play/occurrence`) say which.
    """

    event_type = "task.done"

    task: Slug
    play: Text = ""
    run: Text = ""
    by: Text = ""
    note: Text = ""


class TaskSnoozed(EventData):
    """Whoever does a task asks for so many hours, 24 unless told, before it is called late."""

    event_type = "task.snoozed"

    task: Slug
    hours: Annotated[int, Field(ge=1, le=720)] = 24
    play: Text = ""
    run: Text = ""
    by: Text = ""


@dataclass(slots=True, kw_only=True)
class Tasks(Subject):
    """Nothing of its own."""

    events: ClassVar = (TaskDone, TaskSnoozed)
