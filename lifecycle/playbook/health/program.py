"""A playbook's health made ready to run: its conditions, and of which subjects each factor is made."""

from dataclasses import dataclass

from lifecycle.conditions.condition import Condition, Formula, condition, formula
from lifecycle.facts.facts import MEASURES, SEEN_BY_CONDITIONS
from lifecycle.playbook.health.rules import Factor, HealthRules, Limit


@dataclass(slots=True)
class FactorProgram:
    """One factor of health, ready to be worked out. `subjects` are those of whose facts it is made; also `stage`, of which none is."""

    name: str
    factor: Factor
    score: Formula | None
    known: Condition | None
    subjects: frozenset[str]


@dataclass(slots=True)
class HealthProgram:
    """How health is judged, ready to run. `subjects` are those on which any of it depends."""

    rules: HealthRules
    factors: list[FactorProgram]
    limits: list[tuple[Condition, Limit]]
    subjects: frozenset[str]


def compile_health(rules: HealthRules) -> HealthProgram:
    """The rules, ready to run."""
    factors = []
    for name, factor in rules.factors.items():
        score = formula(factor.score) if factor.score is not None else None
        known = condition(factor.known) if factor.known is not None else None
        names = (score.names if score is not None else frozenset()) | (known.names if known is not None else frozenset())
        subjects = _subjects_of(names) | ({MEASURES[factor.of]} if factor.of is not None else frozenset())
        factors.append(FactorProgram(name, factor, score, known, subjects))
    limits = [(condition(limit.when), limit) for limit in rules.at_most]
    of_limits = frozenset(subject for when, _ in limits for subject in _subjects_of(when.names))
    of_factors = frozenset(subject for factor in factors for subject in factor.subjects)
    # Tier and segment are the customer's, and choose the weights; a person's word stands above all.
    return HealthProgram(rules, factors, limits, of_factors | of_limits | {"customer", "health_override"})


def _subjects_of(names: frozenset[str]) -> frozenset[str]:
    return frozenset(SEEN_BY_CONDITIONS[name][0] if name in SEEN_BY_CONDITIONS else name for name in names)
