"""The customer's workflow with one thing changed each, for what would take too long with the real one."""

from datetime import timedelta

from temporalio import workflow

from lifecycle.state.life import Lifecycle
from workflows.customer_lifecycle import CustomerLifecycle
from workflows.messages.messages import Ended


@workflow.defn(name="CustomerLifecycle", sandboxed=False)
class AlwaysContinuesAsNew(CustomerLifecycle):
    """Continues as new after every event and every wake."""

    @workflow.init
    def __init__(self, life: Lifecycle) -> None:
        super().__init__(life)
        self.looked = 0

    @workflow.run
    async def run(self, life: Lifecycle) -> Ended:
        return await super().run(life)

    def should_carry_on(self) -> bool:
        self.looked += 1
        return self.looked > 1


@workflow.defn(name="CustomerLifecycle", sandboxed=False)
class ShortTimeouts(CustomerLifecycle):
    """Gives an attempt eight seconds instead of sixty, and touches in flight half a second at the end of a run."""

    attempt = timedelta(seconds=8)
    last_words = timedelta(seconds=0.5)

    @workflow.init
    def __init__(self, life: Lifecycle) -> None:
        super().__init__(life)

    @workflow.run
    async def run(self, life: Lifecycle) -> Ended:
        return await super().run(life)


@workflow.defn(name="CustomerLifecycle", sandboxed=False)
class HastyTimeouts(CustomerLifecycle):
    """Gives an attempt three seconds instead of sixty."""

    attempt = timedelta(seconds=3)

    @workflow.init
    def __init__(self, life: Lifecycle) -> None:
        super().__init__(life)

    @workflow.run
    async def run(self, life: Lifecycle) -> Ended:
        return await super().run(life)


@workflow.defn(name="CustomerLifecycle", sandboxed=False)
class CannotRead(CustomerLifecycle):
    """Fails in its first workflow task, as a build does that does not know a life's format."""

    @workflow.init
    def __init__(self, life: Lifecycle) -> None:
        super().__init__(life)

    @workflow.run
    async def run(self, life: Lifecycle) -> Ended:
        raise ValueError("this life has a format that nobody knows")


@workflow.defn(name="CustomerLifecycle", sandboxed=False)
class TooLarge(CustomerLifecycle):
    """Has a state that cannot be handed on."""

    most_carried = 1_000

    @workflow.init
    def __init__(self, life: Lifecycle) -> None:
        super().__init__(life)

    @workflow.run
    async def run(self, life: Lifecycle) -> Ended:
        return await super().run(life)
