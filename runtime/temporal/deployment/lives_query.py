"""Questions about lives in Temporal's list language, by the build that they are on.

Until a run's first task is completed, the server shows it under the build of the run before, and as one that is not pinned: it has been
cut, and is on its way to whichever build it was sent to. A life's first run is shown under none until then.
"""

from workflows.names import WORKFLOW


class LivesQuery:
    """Questions about the lives of one task queue.

    The attribute `build` has the build, after `prefix`; `behavior` is 'Pinned' once a run has completed its first task.
    """

    def __init__(self, task_queue: str, build: str, prefix: str, behavior: str) -> None:
        self._every = f"WorkflowType = '{WORKFLOW}' AND TaskQueue = '{task_queue}'"
        self._running = f"{self._every} AND ExecutionStatus = 'Running'"
        self._build = build
        self._prefix = prefix
        self._behavior = behavior

    def on(self, build: str | None) -> str:
        """The running lives of that build, and those that were cut on it; None asks for those of no build yet."""
        return f"{self._running} AND {self._is_of(build)}"

    def uncut_on(self, build: str | None) -> str:
        """The same without those that have been cut."""
        return f"{self.on(build)} AND {self._behavior} = 'Pinned'" if build is not None else self.on(build)

    def not_begun_on(self, build: str) -> str:
        """The running lives of which that build has had no task yet: all of other builds, and those on their way."""
        elsewhere = f"{self._is_of(None)} OR {self._build} != '{self._prefix}{build}' OR {self._behavior} != 'Pinned'"
        return f"{self._running} AND ({elsewhere})"

    def ever_on(self, build: str) -> str:
        """The runs of lives that were on that build, whatever became of them since."""
        return f"{self._every} AND {self._is_of(build)}"

    def _is_of(self, build: str | None) -> str:
        return f"{self._build} IS NULL" if build is None else f"{self._build} = '{self._prefix}{build}'"
