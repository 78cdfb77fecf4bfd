"""A workflow that does nothing: that it is begun shows that its build has a worker which takes work."""

from temporalio import workflow

from workflows.names import PROBE


@workflow.defn(name=PROBE, sandboxed=False)
class WorkerProbe:
    """Ends at once."""

    @workflow.run
    async def run(self) -> None:
        """Nothing."""
