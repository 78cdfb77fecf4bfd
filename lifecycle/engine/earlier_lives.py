"""A customer that is enrolled again is a new life that knows the old one; and what a life leaves behind for the one after it. Moments are UTC."""

import hashlib

from lifecycle.domain.people.earlier_lives import EarlierLives
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import Entry, EntryKind


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
            life.customer.contract = life.contract.model_copy(update={"term": earlier.terms + 1})
        life.log.note(Entry(at=progress.enrolled, kind=EntryKind.STAGE, what=life.stage.value, why=_in_words(life, earlier)))
    know(life, earlier)
    progress.remembered = mark_of(life)


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


def to_remember(life: Lifecycle) -> EarlierLives | None:
    """What is to be written down for the life after this one; None where it has been, and while the earlier lives are still to be recalled."""
    return what_remains(life) if not life.progress.recalls and life.progress.remembered != mark_of(life) else None


def mark_of(life: Lifecycle) -> str:
    """Another text whenever another term runs, an offer was granted, somebody opted out or in, the customer left, or the life is over."""
    facts = life.facts
    granted = sorted(name for name, state in facts.offers.states.items() if state.granted)
    refused = sorted((name, sorted(categories)) for name, categories in facts.people.opted_out.items())
    said = (life.key_term, granted, refused, facts.people.newcomers_opted_out, facts.churn.reason, facts.churn.detail, life.progress.closed)
    return hashlib.blake2b(repr(said).encode(), digest_size=6).hexdigest()
