"""How well a customer is doing, from 0 to 100, with what made the score (R33).

What a factor is measured by stands with its subject, in `facts/`; which factors count, for how much, and what limits the score is the playbook's.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from lifecycle.conditions.values import ConditionValues
from lifecycle.domain.bounds import cut
from lifecycle.domain.health import LONGEST_REASON, Contribution, Health, Measured
from lifecycle.domain.time.zones import at_local
from lifecycle.playbook.health.program import FactorProgram, HealthProgram
from lifecycle.state.life import Lifecycle

Parts = Mapping[str, Measured | None]


def measure(factor: FactorProgram, life: Lifecycle, values: ConditionValues, at: datetime) -> Measured | None:
    """What the factor comes to at that moment (UTC); None while nothing is known of it."""
    if factor.score is None:
        assert factor.factor.of is not None
        return life.facts.measure(factor.factor.of, life.customer, at)
    if factor.known is not None and not values.hold(factor.known):
        return None
    score = factor.score.value(values)
    if score is None:
        return None
    score = min(100.0, max(0.0, score))
    return Measured(score / 100, factor.factor.about or f"{score:g} of 100")


def health_of(life: Lifecycle, program: HealthProgram, values: ConditionValues, at: datetime) -> Health:
    """The health at that moment (UTC), worked out whole."""
    return score_of(life, program, values, {factor.name: measure(factor, life, values, at) for factor in program.factors}, at)


def score_of(life: Lifecycle, program: HealthProgram, values: ConditionValues, parts: Parts, at: datetime) -> Health:
    """The points of all parts that are known, as a share of their weights, under the playbook's limits and a person's word.

    What is not known yet takes no part, and lowers the confidence; while nothing is known the band is unknown. Who has left has none.
    """
    if life.stage.has_left:
        return Health()
    rules, customer = program.rules, life.customer
    weights = {factor.name: factor.factor.weighs(customer.tier, customer.segment) for factor in program.factors}
    known = [
        Contribution.of(name, measured.share, weights[name], cut(measured.why, LONGEST_REASON))
        for name, measured in parts.items()
        if measured is not None and weights[name]
    ]
    turns = [measured.until for measured in parts.values() if measured is not None and measured.until is not None]
    word = life.facts.health_override
    ends = at_local(word.until + timedelta(days=1), time(), life.zone) if word.until is not None else None
    if ends is not None and at < ends:
        turns.append(ends)
        score, limited = word.score, cut(f"set to {word.score} until {word.until} by {word.why}", LONGEST_REASON)
    elif known:
        score, limited = round(100 * sum(part.points for part in known) / sum(part.weight for part in known)), ""
        for when, limit in program.limits:
            if limit.score < score and values.hold(when):
                score, limited = limit.score, f"at most {limit.score}: {limit.because}"
    else:
        return Health(until=min(turns, default=None), scores=_further(program, parts))
    return Health(
        score=score,
        band=rules.bands.of(score),
        parts=known,
        confidence=round(sum(part.weight for part in known) / sum(weights.values()), 2) if known else 0.0,
        limited=limited,
        scores=_further(program, parts),
        until=min(turns, default=None),
    )


def _further(program: HealthProgram, parts: Parts) -> dict[str, int]:
    """The playbook's other scores, those of which something is known."""
    made = {}
    for name, weights in program.rules.scores.items():
        known = [(weight, measured.share) for factor, weight in weights.items() if weight and (measured := parts.get(factor)) is not None]
        if known:
            made[name] = round(100 * sum(weight * share for weight, share in known) / sum(weight for weight, _ in known))
    return made
