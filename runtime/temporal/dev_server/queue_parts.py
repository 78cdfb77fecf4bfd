"""Whether the parts of a task queue behind the first hold tasks, in the database of a server that does not run.

A server hands tasks to workers through four parts of each queue, unless it is told to use one. What older builds have left in the others is
only found by a server that reads them too.
"""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

_TABLES = ("tasks", "tasks_v2")
_PART = re.compile(rb"/_sys/[^/]+/(?:[^#/]*#)?(\d+)")
"""The first part of a queue without builds has the queue's own name; every other is named so, with its number at the end."""


def other_parts_hold_tasks(database: Path) -> bool:
    """Whether they do; True as well where the database can't be asked."""
    if not database.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as opened:
            names = [bytes(row[0]) for table in _TABLES for row in opened.execute(f"SELECT DISTINCT task_queue_id FROM {table}")]
    except sqlite3.Error:
        return True
    return any(int(part) != 0 for name in names for part in _PART.findall(name))
