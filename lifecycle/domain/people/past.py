"""What is known of a customer from before it was enrolled. What nobody told is unknown, and is taken neither for done nor for undone."""

from typing import Annotated

from pydantic import Field

from lifecycle.domain.fields import Id
from lifecycle.domain.model import Day, Model

MOST_MILESTONES = 200


class Past(Model):
    """The days are the customer's own.

    `since` is when it became a customer, `onboarded_on` when its onboarding was over; `onboarded` says that it is, also where nobody
    knows since when. `milestones` are those that it has reached, with the day of each where that is known.
    """

    since: Day | None = None
    onboarded: bool = False
    onboarded_on: Day | None = None
    milestones: Annotated[dict[Id, Day | None], Field(max_length=MOST_MILESTONES)] = {}
