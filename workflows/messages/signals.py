"""Signals as they come, whatever they are called and carry: nothing that Temporal has accepted disappears.

The SDK drops a signal whose input does not decode, with a line in the worker's log that nobody reads who sent it. So a life takes
every signal raw, by one handler for all names, and reads it here; what does not read is refused in its timeline.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from temporalio.common import RawValue

from lifecycle.engine import engine
from lifecycle.engine.events import by_hand
from lifecycle.engine.session import Session
from lifecycle.facts.events import CATALOGUE
from lifecycle.state.log import EntryKind
from workflows.messages.commands import OPERATIONS
from workflows.messages.messages import Command, LetGo
from workflows.names import LET_GO, MOVE_TO_CURRENT_BUILD

_JSON = ("json/plain", "json/protobuf")
_NOTHING = "binary/null"


def take(session: Session, name: str, payloads: Sequence[RawValue], now: datetime) -> None:
    """Do what the signal says, or write into the timeline why not, in a sentence. `now` is when it came (UTC)."""
    log = session.life.log
    kind = EntryKind.OPERATOR if name in OPERATIONS or name == LET_GO else EntryKind.EVENT
    if (why := by_hand.no_signal(name, (*OPERATIONS, LET_GO))) is not None:
        log.refuse_message(kind, name, now, why)
        return
    try:
        said = _said(name, payloads)
    except ValueError as error:
        log.refuse_message(kind, name, now, str(error))
        return
    if name == LET_GO:
        _let_go(session, said, now)
    elif name in OPERATIONS:
        _command(session, name, said, now)
    else:
        by_hand.tell(session, name, said, now)


def described() -> dict[str, str]:
    """Every signal that a life takes, with what it means and takes, for those who look at the Temporal UI."""
    commands = {name: f"{_meaning(each.model)} Takes: {_names(each.model.model_fields)}." for name, each in OPERATIONS.items()}
    events = {
        name: f"{_meaning(kind)} Takes: {_names(kind.model_fields) or 'nothing'}; and id, at, happened, by."
        for name, kind in CATALOGUE.items()
    }
    return {
        by_hand.EVENT: "One event, a list of events, or {'events': [...]}: each with its type, and its fields in data.",
        **commands,
        **events,
        LET_GO: f"{_meaning(LetGo)} 'starter.py release' sends it. Takes: {_names(LetGo.model_fields)}.",
        MOVE_TO_CURRENT_BUILD: "Continue as new on the deployment's current build, as soon as the life can be cut.",
    }


def _meaning(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").split())


def _names(fields: Mapping[str, object]) -> str:
    """Its own fields first, then those of every command."""
    return ", ".join(sorted(fields, key=lambda name: name in Command.model_fields))


def _said(name: str, payloads: Sequence[RawValue]) -> object:
    """What the signal's input says; None for no input. Raises ValueError, in words."""
    if not payloads:
        return None
    if len(payloads) > 1:
        raise ValueError(f"{name} takes one input, and this has {len(payloads)}")
    payload = payloads[0].payload
    encoding = payload.metadata.get("encoding", b"").decode(errors="replace")
    if encoding == _NOTHING:
        return None
    if encoding not in _JSON:
        raise ValueError(f"{name} takes JSON, and this is encoded as '{encoding[:60]}'")
    try:
        said: object = from_json(payload.data, allow_inf_nan=False)
    except ValueError as error:
        raise ValueError(f"the input of {name} is no JSON: {error}") from None
    return said


def _let_go(session: Session, said: object, now: datetime) -> None:
    try:
        released = LetGo.model_validate(said)
    except ValidationError:
        why = "it is no release of a hold; 'starter.py release' sends those"
        session.life.log.refuse_message(EntryKind.OPERATOR, LET_GO, now, why)
        return
    engine.let_go(session, released.hold, now, released.by, released.why)


def _command(session: Session, name: str, said: object, now: datetime) -> None:
    life, operation = session.life, OPERATIONS[name]
    by = str(said.get("by", "")) if isinstance(said, Mapping) else ""
    try:
        command: Command = operation.read(name, said)
    except ValueError as error:
        life.log.refuse_message(EntryKind.OPERATOR, name, now, str(error), by)
        return
    if life.inbox.answer_to(command.id) is not None:
        return
    if (why := operation.why_not(session, command)) is not None:
        life.log.refuse_message(EntryKind.OPERATOR, name, now, why, command.by)
        return
    life.inbox.answer(command.id, operation.do(session, command, now))
