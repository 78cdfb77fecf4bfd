"""A customer that is enrolled again is a new life that knows the old one; and what a life leaves behind for the one after it. Moments are UTC."""

import hashlib
from datetime import date

from lifecycle.domain.enums import Stage
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.people.earlier_lives import EarlierLives
from lifecycle.domain.people.past import MOST_MILESTONES, Past
from lifecycle.domain.time.zones import local
from lifecycle.rules.contract.terms import anchor_of
from lifecycle.state.last_known import LastKnown
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import Entry, EntryKind

REMOVED = "removed: "
"""How the reason begins for which a life is over that should not have been begun."""


def recall(life: Lifecycle, earlier: EarlierLives) -> None:
    """Make what was known of the customer before part of a life that nothing has been decided on yet. Done again it changes nothing.

    Its terms go on from the highest that was ever used, so that no touch key is met again.
    """
    progress, facts = life.progress, life.facts
    progress.recalls = False
    if earlier.lives > 0:
        facts.contract.lives = earlier.lives + 1
        if life.contract.term == 0:
            progress.trial_term = earlier.terms + 1
        elif life.contract.term <= earlier.terms:
            _number_from(life, earlier.terms + 1)
        life.log.note(Entry(at=progress.enrolled, kind=EntryKind.STAGE, what=life.stage.value, why=_in_words(life, earlier)))
    know(life, earlier)
    progress.remembered = mark_of(life)


def _number_from(life: Lifecycle, term: int) -> None:
    """Let the term in force have that number, and those that are signed behind it the next ones."""
    further = term - life.contract.term
    life.customer.contract = life.contract.model_copy(update={"term": term})
    contract = life.facts.contract
    contract.signed = [each.model_copy(update={"term": each.term + further}) for each in contract.signed]


def know(life: Lifecycle, earlier: EarlierLives) -> None:
    """Offers that were made once ever, opt-outs and the reason of the loss stay known; what the new life has been told itself stands."""
    facts = life.facts
    for name in earlier.offers:
        facts.offers.grant_before(name)
    facts.people.refuse_as_before(earlier.opted_out, life.customer, newcomers=earlier.newcomers_opted_out)
    if earlier.reason and not facts.churn.reason:
        facts.churn.reason, facts.churn.detail = earlier.reason, earlier.detail


def _in_words(life: Lifecycle, earlier: EarlierLives) -> str:
    begins = f"term {life.key_term} is the first of it" if life.contract.term else "a trial"
    left = f"; it left because: {earlier.reason}" if earlier.reason else ""
    return f"enrolled again, life {earlier.lives + 1} of this customer, {begins}{left}"


def what_remains(life: Lifecycle) -> EarlierLives:
    """What the life leaves behind as it stands."""
    facts = life.facts
    return EarlierLives(
        lives=facts.contract.lives,
        terms=life.key_term,
        offers=sorted(name for name, state in facts.offers.states.items() if state.granted),
        opted_out=facts.people.refused_by_hash(),
        newcomers_opted_out=facts.people.newcomers_opted_out,
        reason=facts.churn.reason,
        detail=facts.churn.detail,
    )


def was_removed(life: Lifecycle) -> bool:
    """Whether the life is over because it should not have been begun."""
    return life.progress.closed.startswith(REMOVED)


def last_known(life: Lifecycle) -> LastKnown:
    """What is known of the customer as it stands, so that its life can begin anew."""
    if life.stage.has_left:
        return LastKnown(stage=life.stage, playbook=life.playbook, contract=life.contract, removed=was_removed(life))
    contract, plays = life.facts.contract, life.plays
    return LastKnown(
        stage=life.stage,
        playbook=life.playbook,
        customer=_as_it_is(life),
        signed=contract.signed,
        cancelled=contract.cancelled,
        anchor=anchor_of(life),
        paused=plays.paused,
        paused_why=plays.paused_why,
        paused_by=plays.paused_by,
    )


def _as_it_is(life: Lifecycle) -> Customer:
    people, customer = life.facts.people, life.customer
    refused = people.refused_by if people.opted_out else lambda _: []
    contacts = [each.model_copy(update={"opted_out": sorted(refused(each.email))}) for each in customer.contacts]
    return customer.model_copy(update={"contacts": contacts, "past": _past_of(life)})


def _past_of(life: Lifecycle) -> Past:
    """The past as somebody would tell it who enrolled the customer now."""
    past, contract = life.customer.past, life.contract
    onboarded = past.onboarded or (contract.term > 0 and life.stage is not Stage.ONBOARDING)
    first = past.since or (contract.start if contract.term == 1 else None)
    milestones: dict[str, date | None] = {}
    for name, state in list(life.facts.milestones.states.items()):
        if state.done is None:
            continue
        day = local(state.done, life.zone).date()
        told = past.milestones.get(name, day)
        # What was reached on trial lies before the first term, which a past can't say.
        milestones[name] = told if told is None or first is None or told >= first else None
    return past.model_copy(update={"onboarded": onboarded, "milestones": dict(list(milestones.items())[-MOST_MILESTONES:])})


def to_remember(life: Lifecycle) -> EarlierLives | None:
    """What is to be written down for the life after this one; None where it has been, and while the earlier lives are still to be recalled."""
    return what_remains(life) if not life.progress.recalls and life.progress.remembered != mark_of(life) else None


def mark_of(life: Lifecycle) -> str:
    """Another text whenever what a life leaves behind (`what_remains`), or what is last known of the customer, is another.

    It is asked for at each decision, so it is made of what they are made of, without making them.
    """
    facts, contract = life.facts, life.facts.contract
    granted = sorted(name for name, state in facts.offers.states.items() if state.granted)
    refused = sorted((name, sorted(categories)) for name, categories in facts.people.opted_out.items())
    remains = (
        life.key_term,
        granted,
        refused,
        facts.people.newcomers_opted_out,
        facts.churn.reason,
        facts.churn.detail,
        life.progress.closed,
    )
    known: tuple[object, ...] = (life.stage, life.playbook)
    if not life.stage.has_left:
        reached = sorted((name, state.done) for name, state in facts.milestones.states.items() if state.done is not None)
        terms = [term.model_dump_json() for term in contract.signed]
        paused = (life.plays.paused, life.plays.paused_why, life.plays.paused_by)
        known += (life.customer.model_dump_json(), reached, terms, contract.cancelled, contract.anchor, paused)
    return hashlib.blake2b(repr((remains, known)).encode(), digest_size=6).hexdigest()
