"""What comes next if nothing is told in between: the engine lives on, on a copy of the life, to the end of the stage.

So nothing is promised that will not go: conditions, hours, holidays, the cap and what comes before it are those of its own moment.
"""

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lifecycle.domain.asked import addressees_of
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Answer, Receipt, Touch
from lifecycle.engine import engine
from lifecycle.engine.session import Session
from lifecycle.engine.touches.own_tasks.catching_up import is_catch_up
from lifecycle.engine.touches.own_tasks.unknown import asks_about
from lifecycle.state.inbox import Inbox
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import Log
from lifecycle.state.record import RecordState

MOST_LOOKS = 400
"""Moments looked at; what lies behind them is not foreseen."""

WORK_OF_A_LOOK = 5
"""Starts and moves of runs (`Session.work`) for each of these moments, over all of them: the rhythms of a hundred plays that never get to
do anything are not followed for as long as one's.
"""

MOST_DEADLINES = 100
MOST_WAITING = 1000
"""Deadlines that one look deals with, and events that wait: a life with more is being brought up to date, and says then what comes next."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A touch that goes out if nothing is told before: when (UTC), of which play, and whether its run is still to start; what it is, and the
    addresses that it goes to then.
    """

    at: datetime
    play: str
    starts: bool
    kind: TouchKind
    to: tuple[str, ...]


def foresee(session: Session, now: datetime, plays: int, most: int = MOST_LOOKS) -> list[Foreseen]:
    """The touches from that moment (UTC) to the end of the stage, in order, until so many plays have started that do not run yet.

    Every touch is taken to go out at once. While the life is paused, nothing goes. At `most` so many moments are looked at.
    """
    found, started = list[Foreseen](), set[str]()
    for seen in _looks(session, now, most):
        found += seen
        started.update(touch.play for touch in seen if touch.starts)
        if len(started) >= plays:
            break
    return found


def foresee_next(session: Session, now: datetime) -> Foreseen | None:
    """The first of what `foresee` answers, at the cost of looking no further; None where it answers nothing."""
    return next((seen[0] for seen in _looks(session, now, MOST_LOOKS) if seen), None)


def _looks(session: Session, now: datetime, most: int) -> Iterator[list[Foreseen]]:
    """What goes out at each moment that is looked at."""
    life = session.life
    if life.plays.paused or len(life.inbox.waiting) > MOST_WAITING:
        return
    ahead, running = Session(_copy(life), session.program), set(life.plays.runs)
    for key in list(ahead.life.plays.in_flight):
        answer = Answer.WITHDRAWN if key in ahead.life.plays.withdrawn else Answer.DONE
        engine.settle(ahead, Receipt(key=key, answer=answer), now)
    for _ in range(most):
        decision = engine.decide(ahead, now, MOST_DEADLINES)
        for key in decision.call_off:
            engine.settle(ahead, Receipt(key=key, answer=Answer.WITHDRAWN), now)
        for touch in decision.touches:
            engine.settle(ahead, Receipt(key=touch.key, answer=Answer.DONE), now)
        # One that asks about another, or lists what was missed, tells one of ours of the past.
        ours = [touch for touch in decision.touches if asks_about(touch) is None and not is_catch_up(touch)]
        yield [Foreseen(touch.at, touch.play, _starts(touch, running), touch.kind, tuple(addressees_of(touch))) for touch in ours]
        if decision.turned or decision.over or decision.more or ahead.work > most * WORK_OF_A_LOOK:
            return
        if not (decision.touches or decision.call_off):
            if decision.wake is None:
                return
            now = decision.wake.at


def _starts(touch: Touch, running: set[str]) -> bool:
    run_and_step = touch.key.partition("/")[2]
    return run_and_step not in running and run_and_step.rpartition("/")[0] not in running


def _copy(life: Lifecycle) -> Lifecycle:
    """The life without its past, which decides nothing: lines, and the ids of events."""
    inbox = Inbox(waiting=life.inbox.waiting, arriving=life.inbox.arriving)
    # Three times as fast as copy.deepcopy; what is read here was written in the line before.
    copied: Lifecycle = pickle.loads(
        pickle.dumps(life.model_copy(update={"log": Log(), "inbox": inbox, "record": RecordState()}), pickle.HIGHEST_PROTOCOL)
    )
    return copied
