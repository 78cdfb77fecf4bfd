"""How a company judges the health of its customers: factors, what each weighs, where the bands begin, and what limits a score (R33)."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from lifecycle.domain.enums import Band, Tier
from lifecycle.domain.fields import Id, If, Words
from lifecycle.domain.model import Frozen
from lifecycle.facts.facts import MEASURES

MOST_FACTORS = 12
MOST_SCORES = 6
MOST_LIMITS = 12

MAIN = "health"
"""What the main score is called where the others have names."""

Weight = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]


def _for_every_tier(value: object) -> object:
    return dict.fromkeys(Tier, value) if isinstance(value, int | float) and not isinstance(value, bool) else value


WeightByTier = Annotated[dict[Tier, Weight], BeforeValidator(_for_every_tier)]
"""A weight; one number stands for every tier, and a tier that is left out weighs nothing."""


def _shipped(name: str) -> str:
    if name not in MEASURES:
        raise ValueError(f"'{name}' is nothing that is measured; there is {', '.join(sorted(MEASURES))}")
    return name


class Factor(Frozen):
    """One factor: what is measured (`of`), or a `score` from 0 to 100 in CEL, which is known while `known` holds.

    `weight` is what it counts for, by tier, and `segments` for customers of these segments instead. `about` says in words what a score means.
    """

    of: Annotated[str, AfterValidator(_shipped)] | None = None
    score: If | None = None
    known: If | None = None
    weight: WeightByTier
    segments: Annotated[dict[Words, Weight], Field(max_length=50)] = {}
    about: Words = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> "Factor":
        if (self.of is None) == (self.score is None):
            raise ValueError("a factor is either 'of' something that is measured, or has a 'score' of its own")
        if self.of is not None and self.known is not None:
            raise ValueError("what is measured is known by itself: 'known' belongs to a 'score'")
        return self

    def weighs(self, tier: Tier, segment: str) -> float:
        """What it counts for in the main score of such a customer."""
        return self.segments[segment] if segment in self.segments else self.weight.get(tier, 0.0)


class Bands(Frozen):
    """The scores from which health is green and yellow; below it is red."""

    green: Annotated[int, Field(ge=1, le=100)] = 70
    yellow: Annotated[int, Field(ge=1, le=100)] = 40

    @model_validator(mode="after")
    def _in_order(self) -> "Bands":
        if self.yellow >= self.green:
            raise ValueError(
                f"yellow begins at {self.yellow} and green at {self.green}, so nothing is yellow: yellow has to begin below green"
            )
        return self

    def of(self, score: float) -> Band:
        """The band of that score."""
        return Band.GREEN if score >= self.green else Band.YELLOW if score >= self.yellow else Band.RED


class Limit(Frozen):
    """While `when` holds, the score is at most `score`; `because` says so in words."""

    score: Annotated[int, Field(ge=0, le=100)]
    when: If
    because: Words


class HealthRules(Frozen):
    """A playbook's health. `scores` are further scores of the same factors, each with weights of its own."""

    bands: Bands = Bands()
    factors: Annotated[dict[Id, Factor], Field(min_length=1, max_length=MOST_FACTORS)]
    at_most: Annotated[list[Limit], Field(max_length=MOST_LIMITS)] = []
    scores: Annotated[dict[Id, Annotated[dict[Id, Weight], Field(min_length=1)]], Field(max_length=MOST_SCORES)] = {}

    def conditions(self) -> Iterable[str]:
        """Everything in CEL that it asks."""
        for factor in self.factors.values():
            yield from (source for source in (factor.score, factor.known) if source is not None)
        yield from (limit.when for limit in self.at_most)


def _weighing(weights: Mapping[str, float]) -> dict[str, object]:
    return {name: {"of": name, "weight": weight} for name, weight in weights.items()}


USUAL = HealthRules.model_validate(
    {
        "factors": _weighing({"usage": 50, "milestones": 30, "surveys": 20}),
        "at_most": [
            {"score": 90, "when": "tickets.urgent > 0", "because": "a ticket of level 1 is open"},
            {"score": 90, "when": 'intent == "low"', "because": "the intent to renew is low"},
            {"score": 90, "when": "payment_failed", "because": "a payment has failed"},
        ],
    }
)
"""What holds where a playbook says nothing of health."""
