"""What a message may say: the values of `vocabulary.MESSAGE`, filled from a customer's state."""

from datetime import datetime, timedelta

from lifecycle.domain.model import Scalar
from lifecycle.domain.people.customer import Contact
from lifecycle.domain.texts.languages import day_in, place_of, said_somehow, weekday_in
from lifecycle.domain.time.zones import local
from lifecycle.engine.session import Session
from lifecycle.playbook.playbook import Playbook
from lifecycle.rules.contract.going_on import cancel_by, has_end
from lifecycle.rules.contract.terms import latest_term
from lifecycle.state.plays import PlayRun

A_MOMENT = timedelta(seconds=1)
"""A milestone is overdue from the midnight after its last day."""

Values = dict[str, dict[str, Scalar]]


def message_values(
    session: Session, run: PlayRun, contact: Contact | None, at: datetime, language: str, survey: str = "", meeting: str = ""
) -> Values:
    """Every value a template may use for this touch, done at that moment (UTC), in the customer's local dates and in that language."""
    life, playbook = session.life, session.program.playbook
    customer, contract, owner = life.customer, life.contract, life.customer.owner
    today = local(at, life.zone).date()
    values: Values = {
        "customer": {"name": customer.name, "goal": customer.goal, "industry": customer.industry},
        "owner": {"name": owner.name, "first_name": owner.first_name, "email": owner.email},
        "company": dict(playbook.company_values),
        "contract": {
            "start_date": day_in(contract.start, language),
            "end_date": day_in(contract.end, language) if has_end(life) else "",
            "cancel_by": day_in(last, language) if (last := cancel_by(contract, playbook.contract, customer.country)) is not None else "",
            "ends_on": day_in(cancelled.end, language) if (cancelled := life.facts.contract.cancelled) is not None else "",
            "signed_until": day_in(latest_term(life).end, language),
            "days_left": (contract.end - today).days if has_end(life) else "",
            "term": contract.term,
            "currency": contract.currency,
        },
        "stage": {"name": life.stage.value, "day": (today - session.stage_starts).days},
        "health": {"score": life.health.score, "band": life.health.band.value},
        "churn": {"reason": life.facts.churn.reason},
        "survey": {"id": survey, "name": _called(playbook, playbook.surveys.get(survey, ""), language)},
        "event": dict(run.event),
    }
    if contact is not None:
        values["contact"] = {"name": contact.name, "first_name": contact.first_name}
    if run.meeting_at is not None:
        there = local(run.meeting_at, life.zone)
        values["meeting"] = {
            "date": weekday_in(there.date(), language),
            "time": f"{there:%H:%M}",
            "zone": life.zone,
            "place": place_of(life.zone, language),
            "name": _called(playbook, playbook.meetings.get(meeting, ""), language),
        }
    milestone = playbook.milestones.get(run.key)
    state = life.facts.milestones.states.get(run.key)
    if milestone is not None:
        due = day_in(local(state.due - A_MOMENT, life.zone).date(), language) if state is not None and state.due is not None else ""
        values["milestone"] = {"id": run.key, "name": _called(playbook, milestone.name, language) or run.key, "due_date": due}
    return values


def _called(playbook: Playbook, wording: str | dict[str, str], language: str) -> str:
    return said_somehow(wording, language, playbook.language)


def missing(values: Values, needs: list[str]) -> str | None:
    """The first needed path that has no value; None if the message has no hole."""
    for path in needs:
        branch, _, leaf = path.partition(".")
        if values.get(branch, {}).get(leaf) in (None, ""):
            return path
    return None
