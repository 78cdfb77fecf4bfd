"""That health can be worked out: its conditions, what further scores are made of, and that weights weigh something."""

from collections.abc import Iterator

from lifecycle.conditions.checking import Scope, check_number
from lifecycle.domain.enums import Tier
from lifecycle.playbook.health.rules import HealthRules
from lifecycle.steps.linting import Finding, check_condition, near


def check_health(rules: HealthRules, scope: Scope) -> Iterator[Finding]:
    """Every fault of a playbook's health whose models read."""
    scope = scope.for_health()
    for name, factor in rules.factors.items():
        at = ("health", "factors", name)
        for sentence in check_number(factor.score, scope) if factor.score is not None else []:
            yield (*at, "score"), sentence
        yield from check_condition((*at, "known"), factor.known, scope)
    for number, limit in enumerate(rules.at_most):
        yield from check_condition(("health", "at_most", number, "when"), limit.when, scope)
    weightless = [tier.value for tier in Tier if not any(factor.weighs(tier, "") for factor in rules.factors.values())]
    if weightless:
        yield ("health", "factors"), f"no factor weighs anything for tier {' and '.join(weightless)}; give one of them a weight above 0"
    for segment in sorted({name for factor in rules.factors.values() for name in factor.segments}):
        if not any(factor.weighs(tier, segment) for factor in rules.factors.values() for tier in Tier):
            yield ("health", "factors"), f"no factor weighs anything for segment '{segment}'; give one of them a weight above 0"
    for name, weights in rules.scores.items():
        for factor_name in weights:
            if factor_name not in rules.factors:
                yield ("health", "scores", name, factor_name), f"there is no factor '{factor_name}'{near(factor_name, rules.factors)}"
        if not sum(weights.values()):
            yield ("health", "scores", name), "the weights sum to nothing; give one of them a weight above 0"
