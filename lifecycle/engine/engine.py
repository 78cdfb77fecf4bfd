"""The engine: what happened changes the state, and the state says what is to be done, now and next.

    session = Session(life, program)          the one owner of a life in work
    apply(session, event, now)                takes an event in, or says why not
    decide(session, now)                      what is due, what is called off, when to wake and why
    settle(session, receipt, now)             what performing a touch led to
    let_go(session, hold, now)                a hold is released

They change the life in place and read nothing else: no clock, no file, no setting. Between two calls nothing is
remembered anywhere but in the life, so it may be cut and carried on after any of them. Moments are UTC.
"""

from lifecycle.engine.decide import Decision, begin, decide
from lifecycle.engine.events.inbox import AHEAD, ApplyResult, apply, apply_all, refusal, refusal_of_any
from lifecycle.engine.operators import begin_paused
from lifecycle.engine.session import Session
from lifecycle.engine.touches.holding import let_go
from lifecycle.engine.touches.settling import lapse, settle
from lifecycle.engine.wakes import Wake, next_wake

__all__ = [
    "AHEAD",
    "ApplyResult",
    "Decision",
    "Session",
    "Wake",
    "apply",
    "apply_all",
    "begin",
    "begin_paused",
    "decide",
    "lapse",
    "let_go",
    "next_wake",
    "refusal",
    "refusal_of_any",
    "settle",
]
