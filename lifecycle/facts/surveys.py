"""Surveys: the last answer to each."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, TypedDict

from pydantic import ConfigDict, Field, model_validator

from lifecycle.domain.bounds import cut
from lifecycle.domain.health import Measured
from lifecycle.domain.model import Instant
from lifecycle.domain.people.customer import Customer, Slug
from lifecycle.facts.events import Event, EventData, Text
from lifecycle.facts.subject import Given, Keyed, PlaybookNames, Subject, bound

NPS = "nps"
"""The one survey that is scored from 0 to 10."""

SENTIMENT = "sentiment"

A_MONTH = timedelta(days=30)
MONTHS_TO_HALF = 3
MONTHS_REMEMBERED = 12
"""An answer of so many months ago, or more, says nothing of how the customer feels."""

LONGEST_COMMENT = 120
"""Bytes that are kept of a comment, as a reminder: the event that brought it, and the timeline, say more."""

SCORES_NAMED = 10
"""Scores that the health's explanation names."""


class SurveyAnswered(EventData):
    """A contact scored a survey: 0 to 10 for `nps`, 1 to 5 for any other."""

    event_type = "survey.answered"
    sign_of_life = True
    awaited = True
    from_customer = True

    survey: Slug
    score: Annotated[int, Field(ge=0, le=10)]
    comment: Text = ""

    @model_validator(mode="after")
    def _on_its_scale(self) -> "SurveyAnswered":
        if self.survey != NPS and not 1 <= self.score <= 5:
            raise ValueError(f"survey '{self.survey}' is scored from 1 to 5, and this says {self.score}")
        return self


class SurveySeen(TypedDict):
    """The score is 0 until it is answered."""

    answered: bool
    score: int


@dataclass(slots=True, kw_only=True)
class SurveyState:
    """The last answer to a survey, by when it was given; of its comment the beginning."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    score: int
    at: Instant
    comment: str = ""


@dataclass(slots=True, kw_only=True)
class Surveys(Subject):
    """The last answer to each survey that was answered."""

    events: ClassVar = (SurveyAnswered,)
    sees: ClassVar = {"surveys": Keyed("surveys", SurveySeen)}
    measures: ClassVar = ("surveys", SENTIMENT)

    states: dict[str, SurveyState] = field(default_factory=dict)

    def take_in(self, event: Event, given: Given) -> bool:
        """Keep the answer, unless a later one is known."""
        data = event.fields()
        assert isinstance(data, SurveyAnswered)
        if not given.times.newer(f"survey {data.survey}", event.fact_time):
            return False
        self.states[data.survey] = SurveyState(score=data.score, at=event.fact_time, comment=cut(data.comment, LONGEST_COMMENT))
        bound(self.states)
        return True

    def seen(self, customer: Customer, names: PlaybookNames) -> dict[str, object]:
        """Every survey of the playbook, and every other that was answered."""
        none: object = {"answered": False, "score": 0}
        known = {name: {"answered": True, "score": state.score} for name, state in self.states.items()}
        return {"surveys": {**dict.fromkeys(names.surveys, none), **known}}

    def measure(self, name: str, given: Given, at: datetime) -> Measured | None:
        """The mean of the last scores, each as a share of its scale; of `sentiment` an answer counts half as much for every ninety days since."""
        if not self.states:
            return None
        shares = {name: state.score / 10 if name == NPS else (state.score - 1) / 4 for name, state in self.states.items()}
        weights = dict.fromkeys(shares, 1.0)
        until = None
        if name == SENTIMENT:
            months = {name: max(0, (at - state.at) // A_MONTH) for name, state in self.states.items()}
            weights = {name: 0.5 ** (months[name] / MONTHS_TO_HALF) for name in shares if months[name] < MONTHS_REMEMBERED}
            if not weights:
                return None
            until = min(self.states[name].at + (months[name] + 1) * A_MONTH for name in weights)
        latest = (
            sorted(self.states.items(), key=lambda each: each[1].at)[-SCORES_NAMED:]
            if len(self.states) > SCORES_NAMED
            else self.states.items()
        )
        more = f", and {len(self.states) - SCORES_NAMED} earlier ones" if len(self.states) > SCORES_NAMED else ""
        scores = ", ".join(f"{name} {state.score}" for name, state in latest) + more
        share = sum(shares[name] * weight for name, weight in weights.items()) / sum(weights.values())
        return Measured(share, scores, until)
