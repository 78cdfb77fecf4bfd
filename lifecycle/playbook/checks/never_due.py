"""What can never be due: plays whose moment lies in no customer's stay in their stage, and steps that its end always cuts off.

Lengths of terms and early enrolments differ from customer to customer; what is due for any of them is no fault.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from lifecycle.domain.enums import Stage
from lifecycle.domain.time.durations import Span, Unit
from lifecycle.playbook.play import At, Play
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.stages import Milestone, StagePlan
from lifecycle.playbook.yaml_document import Path
from lifecycle.steps.linting import Finding
from lifecycle.steps.step import Step

SHORTEST_MONTHS = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)
"""The days that so many months have at least."""
ENDLESS = float("inf")
A_THIRD = Fraction(1, 3)
LONGEST_TERM = 4000
"""Days of the terms that are looked at: what is due in none of these is due in no longer one."""
_HOURS = {Unit.SECOND: 1 / 3600, Unit.MINUTE: 1 / 60, Unit.HOUR: 1.0}


def check_lengths(stage: Stage, plan: StagePlan) -> Iterator[Finding]:
    """That only a stage that has a length of its own is given one."""
    if plan.days is not None and stage not in (Stage.ONBOARDING, Stage.RENEWAL):
        other = {Stage.WIN_BACK: "; write contract: {win_back: 120d}", Stage.TRIAL: "; a trial's contract says how long it is"}
        yield ("days",), f"only onboarding and renewal have a number of days{other.get(stage, '')}"


def check_moments(playbook: Playbook, stage: Stage, plan: StagePlan) -> Iterator[Finding]:
    """Every milestone and play of the stage that can never be due, and every step that is never come to."""
    stay = Stay(playbook, stage)
    for name, milestone in plan.milestones.items():
        if _least(milestone.due) >= stay.longest:
            yield ("milestones", name, "due"), f"{stay.words}, so {milestone.due} after its start never comes"
    for name, play in plan.plays.items():
        for place, what in stay.play(play, plan.milestones):
            yield ("plays", name, *place), what


def _least(span: Span) -> float:
    """The days that it has at least, whatever the calendar."""
    match span.unit:
        case Unit.DAY:
            return span.amount
        case Unit.BUSINESS_DAY:  # some countries work six days a week, and make up for holidays
            return max(span.amount, -(-span.amount * 7 // 6) - 2)
        case Unit.WEEK:
            return 7 * span.amount
        case Unit.MONTH:
            return span.amount // 12 * 365 + SHORTEST_MONTHS[span.amount % 12]
        case Unit.WORKING_HOUR:
            return 0
        case _:  # an hour less where the clock is put back meanwhile
            return max(0.0, (span.amount * _HOURS[span.unit] - 1) / 24)


def _most(span: Span) -> float:
    """The days that it has at most, whatever the calendar."""
    match span.unit:
        case Unit.DAY:
            return span.amount
        case Unit.WEEK:
            return 7 * span.amount
        case Unit.MONTH:
            return 31 * span.amount
        case Unit.BUSINESS_DAY:
            return 1.8 * span.amount + 20
        case Unit.WORKING_HOUR:
            return ENDLESS
        case _:
            return (span.amount * _HOURS[span.unit] + 1) / 24


@dataclass(frozen=True)
class Stay:
    """A customer's stay in a stage, as a playbook's rules have it."""

    playbook: Playbook
    stage: Stage

    @property
    def longest(self) -> float:
        """The days that it takes at most; `ENDLESS` where nothing says so."""
        match self.stage:
            case Stage.ONBOARDING:
                return self.playbook.lengths.onboarding
            case Stage.RENEWAL:
                return self.playbook.lengths.renewal + self.grace
            case Stage.WIN_BACK:
                return _most(self.playbook.contract.win_back)
            case Stage.LAPSED if self.playbook.contract.lapsed is not None:
                return _most(self.playbook.contract.lapsed)
            case _:
                return ENDLESS

    @property
    def grace(self) -> float:
        """The days after a term's end in which a decision may still come, at most."""
        return _most(self.playbook.contract.grace)

    @property
    def words(self) -> str:
        """How long it takes at most."""
        lengths, rules = self.playbook.lengths, self.playbook.contract
        match self.stage:
            case Stage.ONBOARDING:
                return f"onboarding lasts {lengths.onboarding} days at most"
            case Stage.RENEWAL:
                return f"renewal lasts {lengths.renewal} days at most, and {rules.grace} of grace"
            case Stage.WIN_BACK:
                return f"win_back lasts {rules.win_back}"
            case Stage.LAPSED if rules.lapsed is not None:
                return f"lapsed lasts {rules.lapsed}"
            case _:
                return f"{self.stage.value} lasts as long as it does"

    def play(self, play: Play, milestones: dict[str, Milestone]) -> Iterator[Finding]:
        """What of the play can never be."""
        found = list(self._start(play, milestones))
        yield from found
        if not found and not play.outlives_stage:
            steps = _Steps(self._left(play, milestones), f"{self.words}, and its plays end with it")
            steps.walk(("steps",), play.steps, 0)
            yield from steps.found

    # ---- when it begins

    def _start(self, play: Play, milestones: dict[str, Milestone]) -> Iterator[Finding]:
        if play.at is not None:
            yield from self._at(play.at)
        if play.every is not None and (play.every.of == "stage_start" or self.stage is Stage.ONBOARDING):
            late = [tier.value for tier in play.tiers if tier in play.every.each and _least(play.every.each[tier]) >= self.longest]
            if late:
                yield ("every",), f"{self.words}, so the first occurrence never comes for tier {' and '.join(late)}; make it more often"
        if play.for_ is not None and _least(play.for_) >= self.longest:
            yield ("for",), f"{self.words}, and what is counted in it begins with it, so {play.for_} are never over; make it shorter"
        for number, name in enumerate(play.overdue or []):
            yield from (((("overdue", number)), what) for what in self._overdue(name, milestones))

    def _overdue(self, name: str, milestones: dict[str, Milestone]) -> Iterator[str]:
        if name in milestones:
            due = milestones[name].due
            if _least(due) < self.longest <= _least(due) + 1:
                yield f"{self.words}, and '{name}', due {due} after its start, is overdue only when it is over"
            return
        home = next((stage for stage, plan in self.playbook.stages.items() if name in plan.milestones), None)
        if home is not None:
            yield f"'{name}' is a milestone of {home.value}, and is overdue there alone; move the play"

    def _at(self, at: At) -> Iterator[Finding]:
        if at.day is not None:
            if at.day >= self.longest:
                mend = "; move the play to growth" if self.stage is Stage.ONBOARDING else ""
                yield ("at", "day"), f"{self.words}, so its day {at.day} never comes{mend}"
            return
        if at.before_end is not None:
            if not self._comes(at.before_end, "contract_end", -1):
                yield ("at", "before_end"), f"{at.before_end} before the end is never in {self.stage.value}: {self._where()}"
            return
        side = "after" if at.after is not None else "before"
        span, of = at.after or at.before, at.of or ""
        assert span is not None
        if not self._comes(span, of, 1 if side == "after" else -1):
            yield ("at", side), f"{span} {side} {of} is never in {self.stage.value}: {self._where()}"

    def _where(self) -> str:
        lengths = self.playbook.lengths
        match self.stage:
            case Stage.ONBOARDING:
                return f"it is the first {lengths.onboarding} days of a term, a third of it at most"
            case Stage.RENEWAL:
                days = lengths.renewal
                return f"it is the last {days} days of a term, a third of it at most, and {self.playbook.contract.grace} of grace"
            case Stage.GROWTH:
                return "it ends before renewal begins"
            case Stage.WIN_BACK:
                return f"it lasts {self.playbook.contract.win_back} from the loss"
            case Stage.LAPSED:
                return "it begins after the term's end and its grace, and ends when somebody says how it goes on"
            case Stage.FAREWELL:
                return "it has no end but that of its last play"
            case _:
                return f"it ends {self.playbook.contract.grace} after the contract"

    def _comes(self, span: Span | Fraction, of: str, sign: int) -> bool:
        """Whether that moment, before or after its anchor, lies in the stay of some customer."""
        if isinstance(span, Fraction):  # of a term of a few days, whatever it comes to in whole days
            return {Stage.ONBOARDING: span > 1 - A_THIRD, Stage.RENEWAL: span <= A_THIRD, Stage.LAPSED: False}.get(self.stage, True)
        if of.startswith("milestone:") or of == "enrolment":
            return sign > 0 or span.amount == 0
        if of == "stage_start":
            # Who is enrolled before its contract, or renewed early, is in its first stage already.
            early = self.stage not in (Stage.RENEWAL, Stage.LAPSED, Stage.WIN_BACK, Stage.FAREWELL)
            return _least(span) < self.longest if sign > 0 else early or span.amount == 0
        if of == "stage_end":
            open_to_the_past = self.stage in (Stage.ONBOARDING, Stage.GROWTH, Stage.TRIAL)
            endless = self.stage is Stage.LAPSED and self.playbook.contract.lapsed is None
            return sign < 0 and self.stage is not Stage.FAREWELL and not endless and (open_to_the_past or _least(span) <= self.longest)
        if of == "notice_end":  # as long before the end as each contract says
            return self.stage in (Stage.ONBOARDING, Stage.GROWTH, Stage.RENEWAL)
        if self.stage is Stage.FAREWELL:
            return True
        if self.stage is Stage.LAPSED:
            return sign > 0
        if self.stage is Stage.WIN_BACK:
            return of == "contract_start" or sign < 0 or _least(span) < self.grace + self.longest
        return any(
            begins <= latest and earliest < ends
            for days in range(1, LONGEST_TERM)
            for earliest, latest in [_days_of(span, days, of, sign)]
            for begins, ends in self._stays(days)
        )

    def _stays(self, days: int) -> Iterator[tuple[float, float]]:
        """From which day of a term of so many days up to which the stay may last, counted from the term's start."""
        third, lengths = days // 3, self.playbook.lengths
        growth, renewal = min(lengths.onboarding, third), days - min(lengths.renewal, third)
        match self.stage:
            case Stage.TRIAL:
                yield -ENDLESS, days + self.grace
            case Stage.ONBOARDING:
                yield -ENDLESS, growth
            case Stage.GROWTH:
                yield growth, days  # to the end of a term that is renewed early
                yield -ENDLESS, days  # and in a term after the first, which may be told ahead
            case _:
                yield renewal, days + self.grace

    # ---- and how far it goes

    def _left(self, play: Play, milestones: dict[str, Milestone]) -> float:
        """The days from the play's start to the end of the stay, at most."""
        if play.at is not None:
            at = play.at
            if at.day is not None:
                return self.longest - at.day
            if self.stage in (Stage.RENEWAL, Stage.TRIAL):
                if isinstance(at.before_end, Span):
                    return _most(at.before_end) + self.grace
                if at.after is not None and at.of == "contract_end":
                    return self.grace - _least(at.after)
            return self.longest
        if play.every is not None:
            return self.longest - min((_least(span) for span in play.every.each.values()), default=0)
        if play.overdue is not None:
            return self.longest - min((_least(milestones[name].due) for name in play.overdue if name in milestones), default=0)
        return self.longest - (_least(play.for_) if play.for_ is not None else 0)


def _days_of(span: Span, days: int, of: str, sign: int) -> tuple[float, float]:
    """On which day of a term of so many days the moment lies, at the earliest and at the latest."""
    anchor = days if of == "contract_end" else 0
    least, most = _least(span), _most(span)
    return (anchor + least, anchor + most) if sign > 0 else (anchor - most, anchor - least)


class _Steps:
    """Walks a play's steps with the days that have passed at least; `found` holds those that come when the days that are left are over."""

    def __init__(self, left: float, why: str) -> None:
        self.left, self.why = left, why
        self.found: list[Finding] = []

    def walk(self, path: Path, steps: list[Step], passed: float) -> float:
        """The days that have passed behind the steps; `ENDLESS` where nothing comes behind them."""
        for number, step in enumerate(steps):
            here: Path = (*path, number)
            if passed >= self.left:
                self.found.append((here, f"is never reached: {self.why}"))
                return ENDLESS
            body, before = step.body, passed
            pause, wait, branches = body.pause(), body.wait(), body.branches()
            if pause is not None:
                passed += _least(pause)
            elif wait is not None and branches is not None:
                answered = self.walk((*here, step.kind, "then"), branches.then, passed)
                passed = min(answered, self.walk((*here, step.kind, "otherwise"), branches.otherwise, passed + _least(wait.timeout)))
            elif body.stops() is not None:
                passed = ENDLESS
            if step.if_ is not None:
                passed = before
            if passed == ENDLESS:
                return ENDLESS
        return passed
