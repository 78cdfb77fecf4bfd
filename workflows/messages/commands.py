"""What operators do to a life, command by command: how it is read, when it is refused, and what it does.

A command comes as an update, which is answered, or as a signal, which people send at the Temporal UI and in batches, and of which the
timeline says what became of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

from pydantic import ValidationError

from lifecycle.engine import erasing, operators
from lifecycle.engine.session import Session
from lifecycle.facts.events import sentence
from workflows.messages.messages import Command, Erase, Pause, Remove, Resume, RunNow, Skip

C = TypeVar("C", bound=Command)


@dataclass(frozen=True)
class Operation:
    """One command: the model of what it says, the field that a text alone stands for, why it is refused (None: it is not), and what it does.

    One that is `of_plan` is about what is planned, of which nothing can be said before a stage's first decision.
    """

    model: type[Command]
    main: str
    why_not: Callable[[Session, Command], str | None]
    do: Callable[[Session, Command, datetime], str]
    of_plan: bool = False

    def read(self, name: str, said: object) -> Command:
        """The command that a signal says: an object of its fields, the main one alone, or nothing. Raises ValueError, in words."""
        if said is None:
            said = {}
        if isinstance(said, str):
            said = {self.main: said}
        if not isinstance(said, Mapping):
            raise ValueError(f"{name} takes an object of {', '.join(self.model.model_fields)}, or the {self.main} alone")
        try:
            return self.model.model_validate(said)
        except ValidationError as error:
            raise ValueError("; ".join(sentence(name, self.model, fault) for fault in error.errors())) from None


def _operation(
    model: type[C],
    main: str,
    why_not: Callable[[Session, C], str | None],
    do: Callable[[Session, C, datetime], str],
    *,
    of_plan: bool = False,
) -> Operation:
    refusing, doing = cast(Callable[[Session, Command], str | None], why_not), cast(Callable[[Session, Command, datetime], str], do)
    return Operation(model, main, refusing, doing, of_plan)


def _pause(session: Session, said: Pause, now: datetime) -> str:
    operators.pause(session, now, said.why, said.by)
    return f"{session.life.customer.id} is paused"


def _remove(session: Session, said: Remove, now: datetime) -> str:
    operators.remove(session, now, said.why, said.by)
    return f"{session.life.customer.id} is removed; the same id can be enrolled again"


def _erase(session: Session, said: Erase, now: datetime) -> str:
    return erasing.erase(session, now, said.address, said.why, said.by)


def _resume(session: Session, said: Resume, now: datetime) -> str:
    operators.resume(session, now, said.why, said.by)
    return f"{session.life.customer.id} is resumed"


OPERATIONS: dict[str, Operation] = {
    "pause": _operation(Pause, "why", lambda session, said: operators.no_pause(session.life), _pause),
    "resume": _operation(Resume, "why", lambda session, said: operators.no_resume(session.life), _resume),
    "skip": _operation(
        Skip,
        "play",
        lambda session, said: operators.no_play(session, said.play, running_will_do=True),
        lambda session, said, now: operators.skip(session, said.play, now, said.why, said.by),
        of_plan=True,
    ),
    "run_now": _operation(
        RunNow,
        "play",
        lambda session, said: operators.no_play(session, said.play, running_will_do=False),
        lambda session, said, now: operators.run_now(session, said.play, now, said.why, said.by),
        of_plan=True,
    ),
    "remove": _operation(Remove, "why", lambda session, said: operators.no_removal(session.life, said.why), _remove),
    "erase": _operation(Erase, "address", lambda session, said: erasing.no_erasing(session.life, said.address, said.why), _erase),
}
"""Every command by its name, as an update and as a signal."""


def is_of_plan(name: str) -> bool:
    """Whether the command of that name is about what is planned."""
    return name in OPERATIONS and OPERATIONS[name].of_plan
