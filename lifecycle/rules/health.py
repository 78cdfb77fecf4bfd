"""How well a customer is doing, from 0 to 100, with what made the score (R33).

What each part is worth stands with its subject, in `facts/`.
"""

from collections.abc import Mapping

from lifecycle.domain.enums import Band
from lifecycle.domain.health import Contribution, Health
from lifecycle.facts.facts import SUBJECTS, Facts
from lifecycle.facts.subject import Subject

GREEN_FROM, YELLOW_FROM = 70, 40

COUNTED = tuple(name for name, subject in SUBJECTS.items() if subject.contribution is not Subject.contribution)
"""The subjects that health makes something of."""


Parts = Mapping[str, Contribution | None]


def part_of(facts: Facts, subject: str) -> Contribution | None:
    """What that subject adds to the score; None while nothing is known of it."""
    known: Subject = getattr(facts, subject)
    return known.contribution()


def health_of(facts: Facts) -> Health:
    """The score of all that is known."""
    return score_of({subject: part_of(facts, subject) for subject in COUNTED})


def score_of(parts: Parts) -> Health:
    """The points of all parts that are known, as a share of their weights.

    What is not known yet takes no part; while nothing is known the band is unknown.
    """
    known = [part for subject in COUNTED if (part := parts[subject]) is not None]
    if not known:
        return Health()
    score = round(100 * sum(part.points for part in known) / sum(part.weight for part in known))
    band = Band.GREEN if score >= GREEN_FROM else Band.YELLOW if score >= YELLOW_FROM else Band.RED
    return Health(score=score, band=band, parts=known)
