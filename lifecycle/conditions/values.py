"""What conditions see of a life, made when a condition first asks for it and kept until the subject changes."""

from typing import NamedTuple

from lifecycle.conditions.condition import Condition
from lifecycle.conditions.vocabulary import CLOCK
from lifecycle.domain.model import Scalar
from lifecycle.facts.facts import SEEN_BY_CONDITIONS, SEEN_OF_KEYS, SUBJECTS
from lifecycle.facts.subject import PlaybookNames
from lifecycle.state.life import Lifecycle

_NAMES = {name: tuple(subject.sees) for name, subject in SUBJECTS.items()}

_OF_KEYS = {name: frozenset(subject.sees_of_key) for name, subject in SUBJECTS.items()}

NO_EVENT: dict[str, Scalar] = {"type": ""}


class RunKey(NamedTuple):
    """What a keyed run is about: the name that conditions have for it, and its key."""

    name: str
    key: str


class ConditionValues(dict[str, object]):
    """The value of each name of the vocabulary. Whoever changes a subject says so (`subject_changed`); `Session` sees to that."""

    def __init__(self, life: Lifecycle, names: PlaybookNames) -> None:
        super().__init__(event=NO_EVENT)
        self._life = life
        self._names = names

    def __missing__(self, name: str) -> object:
        made = self._made(name)
        self |= made
        return made[name]

    def _made(self, name: str) -> dict[str, object]:
        life = self._life
        match name:
            case "stage":
                return {"stage": life.stage.value}
            case "health":
                health = life.health
                return {"health": {"score": health.score, "band": health.band.value, "confidence": health.confidence}}
            case "scores":
                unknown: object = {"known": False, "score": 0}
                known = {name: {"known": True, "score": score} for name, score in life.health.scores.items()}
                return {"scores": {**dict.fromkeys(self._names.scores, unknown), **known}}
            case _:
                return life.facts.seen(SEEN_BY_CONDITIONS[name][0], life.customer, self._names)

    def subject_changed(self, subject: str) -> frozenset[str]:
        """Make the subject's values anew; the names whose value is another one now."""
        names = _NAMES[subject]
        if not names or names[0] not in self:  # the names of a subject are made together
            return frozenset(names) | _OF_KEYS[subject]
        fresh = self._life.facts.seen(subject, self._life.customer, self._names)
        changed = frozenset(name for name, value in fresh.items() if self.get(name) != value)
        self |= fresh
        return changed | _OF_KEYS[subject]

    @staticmethod
    def about(name: str, key: str) -> RunKey | None:
        """What a run of a play with that key field and that key is about; None where conditions have no name for it."""
        return RunKey(name, key) if name in SEEN_OF_KEYS else None

    def name_changed(self, name: str) -> None:
        """Make `stage`, `health` or `scores` anew when it is next asked for."""
        self.pop(name, None)

    def hold(self, condition: Condition, event: dict[str, Scalar] | None = None, about: RunKey | None = None) -> bool:
        """Whether the condition is true of the life now, of that event, and of the thing that a keyed run is about."""
        of_a_key = about is not None and about.name in condition.names
        if event is None and not of_a_key:
            return condition.holds(self)
        if event is not None:
            self["event"] = event
        if about is not None and of_a_key:
            self[about.name] = self._life.facts.seen_of_key(about.name, about.key)
        try:
            return condition.holds(self)
        finally:
            self["event"] = NO_EVENT
            if about is not None:
                self.pop(about.name, None)

    def forget_clock(self) -> None:
        """No moment is asked about any more: an answer depends on none that was."""
        for name in CLOCK:
            self.pop(name, None)

    def set_clock(self, day: int, days_left: int, days_away: int) -> None:
        """The values of the clock at the moment that is asked about."""
        self["day"], self["days_left"], self["days_away"] = day, days_left, days_away
