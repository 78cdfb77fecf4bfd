"""A person's word on an unknown touch: the ledger takes it first, and then the life."""

from collections.abc import Awaitable, Callable

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from workflows.performing import resolve_in_ledger
from workflows.sandbox import pure

with workflow.unsafe.imports_passed_through():
    from activities.ledger.resolutions import ResolveTouch, Standing, answer_to
    from lifecycle.domain.enums import Resolution
    from lifecycle.engine.session import Session
    from lifecycle.engine.touches import resolving
    from workflows.messages import Resolve

no_repeat, not_of, take_word = pure(resolving.no_repeat), resolving.not_of, pure(resolving.resolve)


async def resolve(command: Resolve, ready: Callable[[], Awaitable[Session]]) -> str:
    """Take the word in, and answer it. One at a time: between the ledger's answer and the life's there is a wait.

    `ready` gives the session, which another may replace meanwhile. Raises ApplicationError for a word that is refused.
    """
    session = await ready()
    _refuse(not_of(session.life, command.key))
    not_again = no_repeat(session, command.key) if command.resolution is Resolution.AGAIN else ""
    said = ResolveTouch(key=command.key, resolution=command.resolution, by=command.by, not_again=not_again)
    resolved = await resolve_in_ledger(said)
    _refuse(resolved.why if resolved.standing is Standing.REFUSED else None)
    session = await ready()
    if resolved.standing is Standing.RESOLVED or command.key in session.life.plays.unknown:
        take_word(session, command.key, command.resolution, resolved.by, workflow.now())
    return answer_to(said, resolved)


def _refuse(why: str | None) -> None:
    if why is not None:
        raise ApplicationError(why, type="Refused", non_retryable=True)
