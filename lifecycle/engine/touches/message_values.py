"""What a message may say: the values of `vocabulary.MESSAGE`, filled from a customer's state."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from lifecycle.domain.customer import Contact
from lifecycle.domain.model import Scalar
from lifecycle.domain.zones import local
from lifecycle.engine.session import Session
from lifecycle.rules.going_on import cancel_by, has_end
from lifecycle.rules.terms import latest_term
from lifecycle.state.plays import PlayRun

A_MOMENT = timedelta(seconds=1)
"""A milestone is overdue from the midnight after its last day."""

Values = dict[str, dict[str, Scalar]]


@lru_cache(maxsize=4096)
def in_words(day: date) -> str:
    """A date as a letter has it: 1 March 2026."""
    return f"{day.day} {day:%B %Y}"


def message_values(session: Session, run: PlayRun, contact: Contact | None, at: datetime, survey: str) -> Values:
    """Every value a template may use for this touch, done at that moment (UTC), in the customer's local dates."""
    life, playbook = session.life, session.program.playbook
    customer, contract, owner = life.customer, life.contract, life.customer.owner
    today = local(at, life.zone).date()
    values: Values = {
        "customer": {"name": customer.name, "goal": customer.goal, "industry": customer.industry},
        "owner": {"name": owner.name, "first_name": owner.first_name, "email": owner.email},
        "company": dict(playbook.company_values),
        "contract": {
            "start_date": in_words(contract.start),
            "end_date": in_words(contract.end) if has_end(life) else "",
            "cancel_by": in_words(last) if (last := cancel_by(contract, playbook.contract, customer.country)) is not None else "",
            "ends_on": in_words(cancelled.end) if (cancelled := life.facts.contract.cancelled) is not None else "",
            "signed_until": in_words(latest_term(life).end),
            "days_left": (contract.end - today).days if has_end(life) else "",
            "term": contract.term,
        },
        "stage": {"name": life.stage.value, "day": (today - session.stage_starts).days},
        "health": {"score": life.health.score, "band": life.health.band.value},
        "churn": {"reason": life.facts.churn.reason},
        "survey": {"id": survey},
        "event": dict(run.event),
    }
    if contact is not None:
        values["contact"] = {"name": contact.name, "first_name": contact.first_name}
    if run.meeting_at is not None:
        there = local(run.meeting_at, life.zone)
        values["meeting"] = {"date": f"{there:%A}, {in_words(there.date())}", "time": f"{there:%H:%M}", "zone": life.zone}
    milestone = playbook.milestones.get(run.key)
    state = life.facts.milestones.states.get(run.key)
    if milestone is not None:
        due = in_words(local(state.due - A_MOMENT, life.zone).date()) if state is not None and state.due is not None else ""
        values["milestone"] = {"id": run.key, "name": milestone.name or run.key, "due_date": due}
    return values


def missing(values: Values, needs: list[str]) -> str | None:
    """The first needed path that has no value; None if the message has no hole."""
    for path in needs:
        branch, _, leaf = path.partition(".")
        if values.get(branch, {}).get(leaf) in (None, ""):
            return path
    return None
