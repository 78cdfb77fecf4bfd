"""How well a customer is doing, from 0 to 100, with what made the score (R33).

What each part is worth stands with its subject, in `facts/`.
"""

from lifecycle.domain.enums import Band
from lifecycle.domain.health import Health
from lifecycle.facts.facts import SUBJECTS, Facts
from lifecycle.facts.subject import Subject

GREEN_FROM, YELLOW_FROM = 70, 40

COUNTED = tuple(name for name, subject in SUBJECTS.items() if subject.contribution is not Subject.contribution)
"""The subjects that health makes something of."""


def health_of(facts: Facts) -> Health:
    """The points of all parts that are known, as a share of their weights.

    What is not known yet takes no part; while nothing is known the band is unknown.
    """
    parts = [part for name in COUNTED if (part := getattr(facts, name).contribution()) is not None]
    if not parts:
        return Health()
    score = round(100 * sum(part.points for part in parts) / sum(part.weight for part in parts))
    band = Band.GREEN if score >= GREEN_FROM else Band.YELLOW if score >= YELLOW_FROM else Band.RED
    return Health(score=score, band=band, parts=parts)
