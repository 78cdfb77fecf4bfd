"""How well a customer is doing, from 0 to 100, with what made the score (R33)."""

from functools import lru_cache

from lifecycle.domain.enums import Band
from lifecycle.engine.view import usage_of
from lifecycle.state.life import Contribution, Health, Lifecycle

USAGE_WEIGHT, MILESTONE_WEIGHT, SURVEY_WEIGHT = 50.0, 30.0, 20.0
GREEN_FROM, YELLOW_FROM = 70, 40


def health_of(life: Lifecycle) -> Health:
    """Usage against the customer's own baseline, milestones reached of those due, and the last survey scores.

    What is not known yet takes no part; while nothing is known the band is unknown.
    """
    return _scored(usage_of(life), _milestone_counts(life), tuple((name, state.score) for name, state in life.surveys.items()))


@lru_cache(maxsize=4096)
def _scored(usage: tuple[float, float] | None, milestones: tuple[int, int], surveys: tuple[tuple[str, int], ...]) -> Health:
    parts = [part for part in (_usage(usage), _milestones(*milestones), _surveys(surveys)) if part is not None]
    if not parts:
        return Health()
    score = round(100 * sum(part.points for part in parts) / sum(part.weight for part in parts))
    band = Band.GREEN if score >= GREEN_FROM else Band.YELLOW if score >= YELLOW_FROM else Band.RED
    return Health(score=score, band=band, parts=parts)


def _part(name: str, share: float, weight: float, why: str) -> Contribution:
    return Contribution(name=name, points=round(weight * share, 1), weight=weight, why=why)


def _usage(usage: tuple[float, float] | None) -> Contribution | None:
    if usage is None:
        return None
    recent, baseline = usage
    share = min(1.0, recent / baseline) if baseline else 1.0
    return _part("usage", share, USAGE_WEIGHT, f"{recent:.1f} a day against a baseline of {baseline:.1f}")


def _milestone_counts(life: Lifecycle) -> tuple[int, int]:
    done = sum(state.done is not None for state in life.milestones.values())
    return done, sum(state.overdue and state.done is None for state in life.milestones.values())


def _milestones(done: int, overdue: int) -> Contribution | None:
    if not done + overdue:
        return None
    return _part("milestones", done / (done + overdue), MILESTONE_WEIGHT, f"{done} reached, {overdue} overdue")


def _surveys(scores: tuple[tuple[str, int], ...]) -> Contribution | None:
    if not scores:
        return None
    shares = [score / 10 if name == "nps" else (score - 1) / 4 for name, score in scores]
    told = ", ".join(f"{name} {score}" for name, score in scores)
    return _part("surveys", sum(shares) / len(shares), SURVEY_WEIGHT, told)
