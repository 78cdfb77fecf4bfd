"""What counts once a touch has gone out."""

from datetime import datetime

from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Touch
from lifecycle.engine.plays.conditions_changed import conditions_changed
from lifecycle.engine.plays.starting import counted, name_of_touch_key, stage_visit
from lifecycle.engine.session import Session


def count_sent(session: Session, touch: Touch, at: datetime) -> None:
    """The touch has gone out, as is known at that moment (UTC)."""
    session.life.log.count(f"sent:{touch.kind.value}")
    count_as_gone(session, touch, at)


def count_as_gone(session: Session, touch: Touch, at: datetime) -> None:
    """Once counts what went out, for the stage and term in which it was asked for."""
    life = session.life
    play = session.program.plays.find(touch.play)
    state = life.plays.state(touch.play) if play is None else counted(session, play, name_of_touch_key(play, touch))
    state.went_out_ever, state.went_out_term = True, max(touch.term, state.went_out_term)
    # What is heard of late must not cover what has gone out since.
    if not state.went_out_stage or touch.counts_for == stage_visit(session):
        state.went_out_stage = touch.counts_for
    if touch.kind is TouchKind.OFFER:
        life.facts.offers.grant(touch.name, touch.term, touch.counts_for)
        session.subject_changed("offers")
        if session.fits and not life.progress.stage_is_new:
            conditions_changed(session, at)
