"""A person's word on an unknown touch: the ledger takes it first, and then the life."""

from collections.abc import Awaitable, Callable

from temporalio import workflow

from activities.ledger.resolutions import ResolveTouch, Standing, answer_to
from lifecycle.domain.enums import Resolution
from lifecycle.engine.session import Session
from lifecycle.engine.touches.resolving import no_repeat, resolve
from workflows.messages.messages import Resolve
from workflows.messages.refusing import refuse
from workflows.performing.performing import resolve_in_ledger


async def take_word(command: Resolve, ready: Callable[[], Awaitable[Session]]) -> str:
    """Take the word in, and answer it. One at a time: between the ledger's answer and the life's there is a wait.

    `ready` gives the session, which another may replace meanwhile. Raises ApplicationError for a word that is refused.
    """
    not_again = no_repeat(await ready(), command.key, workflow.now()) if command.resolution is Resolution.AGAIN else ""
    said = ResolveTouch(key=command.key, resolution=command.resolution, by=command.by, not_again=not_again)
    resolved = await resolve_in_ledger(said)
    refuse(resolved.why if resolved.standing is Standing.REFUSED else None)
    session = await ready()
    if resolved.standing is Standing.RESOLVED or command.key in session.life.plays.unknown:
        resolve(session, command.key, command.resolution, resolved.by, workflow.now())
    return answer_to(said, resolved)
