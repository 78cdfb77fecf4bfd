"""The playbook's format: what an operations person may write, as models.

`reading.py` reads a document into these and names every fault; `program.py` makes them ready to run.
"""

from collections.abc import Callable
from datetime import time
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import BeforeValidator, Field, PlainSerializer, PrivateAttr, StringConstraints, field_validator, model_validator

from lifecycle.domain.durations import Duration, Span, Unit
from lifecycle.domain.enums import Category, MilestoneKind, Once, Role, Stage, Tier
from lifecycle.domain.model import Frozen

T = TypeVar("T")

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
Condition = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _condition(value: Any) -> Any:
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value


def _clock(value: Any) -> Any:
    # YAML 1.1 reads an unquoted 09:30 as the number 570.
    return f"{value // 60:02}:{value % 60:02}" if isinstance(value, int) and not isinstance(value, bool) else value


def _by_tier(value: Any) -> Any:
    return value if isinstance(value, dict) else dict.fromkeys(Tier, value)


def _fraction(value: Any) -> Any:
    if isinstance(value, str) and "/" in value:
        numerator, _, denominator = value.replace(" ", "").partition("/")
        if not numerator.isdecimal() or not denominator.isdecimal() or not 0 < int(numerator) < int(denominator):
            raise ValueError(f"'{value}' is no part of a term: write a fraction between 0 and 1, such as 1/3")
        return Fraction(int(numerator), int(denominator))
    return value


def _for_each_tier(spans: dict[Tier, Span]) -> Any:
    return {tier.value: str(span) for tier, span in spans.items()}


If = Annotated[Condition, BeforeValidator(_condition)]
Clock = Annotated[time, BeforeValidator(_clock)]
Part = Annotated[Fraction | Duration, BeforeValidator(_fraction), PlainSerializer(str, return_type=str)]
ByTier = Annotated[dict[Tier, Duration], BeforeValidator(_by_tier), PlainSerializer(_for_each_tier)]
"""One duration, or one a tier: `30d` or `{A: 30d, B: 45d, C: 90d}`."""
Roles = Annotated[list[Role], BeforeValidator(_listed), Field(min_length=1)]
Events = Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)]
Ids = Annotated[list[Id], BeforeValidator(_listed), Field(min_length=1)]


class At(Frozen):
    """A moment before or after an anchor. `{day: 14}` and `{before_end: 30d}` are the short forms."""

    day: Annotated[int, Field(ge=0, le=3650)] | None = None
    before_end: Part | None = None
    after: Duration | None = None
    before: Duration | None = None
    of: (
        Annotated[
            str,
            StringConstraints(pattern=r"^(stage_start|stage_end|contract_start|contract_end|enrolment|milestone:[a-z0-9][a-z0-9_.-]*)$"),
        ]
        | None
    ) = None
    time: Clock = time(9)

    @model_validator(mode="after")
    def _one_form(self) -> "At":
        forms = [name for name in ("day", "before_end", "after", "before") if getattr(self, name) is not None]
        if len(forms) != 1:
            raise ValueError("write exactly one of day, before_end, after and before")
        if (self.of is not None) != (forms[0] in ("after", "before")):
            raise ValueError(
                "after and before need 'of' (stage_start, stage_end, contract_start, contract_end, enrolment or milestone:ID); day and before_end take none"
            )
        return self


class Every(Frozen):
    """A rhythm from an anchor: `30d`, `1mo`, or `{each: {A: 30d, B: 60d, C: 90d}, of: contract_start}`. The first comes one period after the anchor."""

    each: ByTier
    of: Literal["stage_start", "contract_start"] = "stage_start"
    time: Clock = time(9)

    @field_validator("each")
    @classmethod
    def _an_hour_at_least(cls, each: dict[Tier, Span]) -> dict[Tier, Span]:
        for span in each.values():
            if span.amount == 0 or span.unit in (Unit.SECOND, Unit.MINUTE):
                raise ValueError(f"{span} is no rhythm for people: write an hour at least, such as 30d or 1mo")
        return each


def _every(value: Any) -> Any:
    if isinstance(value, str):
        return {"each": value}
    if isinstance(value, dict) and value and set(value) <= set(Tier):
        return {"each": value}
    return value


class EmailStep(Frozen):
    """A message from a template, to the first role that somebody holds."""

    template: Id
    to: Roles = [Role.CHAMPION, Role.SPONSOR]
    category: Category = Category.SUCCESS


class MeetingStep(Frozen):
    """An invitation from a template, to everybody who holds one of the roles, to be held within that time."""

    template: Id
    with_: Annotated[Roles, Field(alias="with")] = [Role.CHAMPION]
    within: Duration = Span.parse("5bd")
    length: Duration = Span.parse("45m")
    time: Clock = time(10)


class SurveyStep(Frozen):
    """A survey from a template; its answer comes as `survey.answered`."""

    template: Id
    survey: Id
    to: Roles = [Role.CHAMPION, Role.SPONSOR]


class Rung(Frozen):
    """One rung of a task's ladder: so long after the task was due, tell that role."""

    after: Duration
    to: Id


class TaskStep(Frozen):
    """Something a person of ours is to do by its SLA. With a ladder the play waits for `task.done` and escalates rung by rung."""

    title: Words
    owner: Id = "csm"
    due: ByTier
    ladder: list[Rung] = []


class EscalateStep(Frozen):
    """Tells a role of ours that something needs it."""

    to: Id
    reason: Words
    level: Annotated[int, Field(ge=1, le=4)] = 2


class OfferStep(Frozen):
    """Grants an offer, as often as `once` allows, after approval by a role if one is named."""

    offer: Id
    terms: Words
    once: Once = Once.TERM
    approval: Id | None = None
    approve_within: Duration = Span.parse("5bd")


class WebhookStep(Frozen):
    """Calls a URL that the settings name, with what is known of the customer."""

    name: Id


class WaitForStep(Frozen):
    """Waits for an event, or for a condition on the state, up to a timeout."""

    event: Events | None = None
    if_: Annotated[If | None, Field(alias="if")] = None
    when: If | None = None
    timeout: Duration
    then: "list[Step]" = []
    otherwise: "list[Step]" = []

    @model_validator(mode="after")
    def _one_cause(self) -> "WaitForStep":
        if (self.event is None) == (self.when is None):
            raise ValueError("write exactly one of event and when")
        if self.if_ is not None and self.event is None:
            raise ValueError("'if' goes with event; put the whole condition into when")
        return self


class StopStep(Frozen):
    """Ends the play here, for a reason that the timeline shows."""

    reason: Words


STEP_KINDS = ("email", "meeting", "survey", "task", "escalate", "offer", "webhook", "wait", "wait_for", "stop")


class Step(Frozen):
    """One step of a play: exactly one kind, an optional `if`, and an `id` that stays when wording changes."""

    id: Id | None = None
    if_: Annotated[If | None, Field(alias="if")] = None
    email: EmailStep | None = None
    meeting: MeetingStep | None = None
    survey: SurveyStep | None = None
    task: TaskStep | None = None
    escalate: EscalateStep | None = None
    offer: OfferStep | None = None
    webhook: WebhookStep | None = None
    wait: Duration | None = None
    wait_for: WaitForStep | None = None
    stop: StopStep | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> "Step":
        kinds = [kind for kind in STEP_KINDS if getattr(self, kind) is not None]
        if len(kinds) != 1:
            raise ValueError(
                f"a step is exactly one of {', '.join(STEP_KINDS)}" + (f", and this is {' and '.join(kinds)}" if kinds else "")
            )
        return self

    @cached_property
    def kind(self) -> str:
        """Which of STEP_KINDS it is."""
        return next(kind for kind in STEP_KINDS if getattr(self, kind) is not None)


WaitForStep.model_rebuild()

TRIGGERS = ("at", "every", "on", "when", "silent_for", "overdue")


class Play(Frozen):
    """What to do, when, and for whom: one trigger, its guards and its steps."""

    about: Words = ""
    at: At | None = None
    every: Annotated[Every | None, BeforeValidator(_every)] = None
    on: Events | None = None
    when: If | None = None
    for_: Annotated[Duration | None, Field(alias="for")] = None
    silent_for: Duration | None = None
    overdue: Ids | None = None

    tiers: Annotated[list[Tier], Field(min_length=1)] = list(Tier)
    if_: Annotated[If | None, Field(alias="if")] = None
    until: If | None = None
    within: Duration | None = None
    once: Once | None = None
    cooldown: Duration | None = None
    priority: Annotated[int, Field(ge=0, le=100)] = 50
    key: Annotated[str, StringConstraints(pattern=r"^event\.[a-z_]+$")] | None = None
    outlives_stage: bool = False
    steps: Annotated[list[Step], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_trigger(self) -> "Play":
        triggers = [name for name in TRIGGERS if getattr(self, name) is not None]
        if len(triggers) != 1:
            raise ValueError(
                f"a play has exactly one trigger of {', '.join(TRIGGERS)}"
                + (f", and this has {' and '.join(triggers)}" if triggers else "")
            )
        if self.for_ is not None and self.when is None:
            raise ValueError("'for' goes with when")
        if self.key is not None and self.on is None:
            raise ValueError("'key' goes with on")
        return self

    @cached_property
    def trigger(self) -> str:
        """Which of TRIGGERS it is."""
        return next(name for name in TRIGGERS if getattr(self, name) is not None)


class Milestone(Frozen):
    """A point a customer is to reach, so many days after its stage's start."""

    name: Words = ""
    kind: MilestoneKind
    due: Duration
    done_when: If | None = None
    first_value: bool = False

    @model_validator(mode="after")
    def _told_or_measured(self) -> "Milestone":
        if (self.kind is MilestoneKind.FUNCTIONAL) != (self.done_when is not None):
            raise ValueError("a functional milestone needs done_when; a customer milestone is told by milestone.reached and takes none")
        return self


class StagePlan(Frozen):
    """One stage: its goal, who owns it, when it has succeeded (R01), its milestones and plays."""

    goal: Words
    owner: Id
    exit: If
    milestones: dict[Id, Milestone] = {}
    plays: dict[Id, Play] = {}


class Company(Frozen):
    """Who is speaking."""

    name: Words
    url: Words = ""
    email: Words
    signature: Words = ""


class Cap(Frozen):
    """At most so many messages a contact in that time; operational ones do not count."""

    emails: Annotated[int, Field(ge=1)] = 2
    per: Duration = Span.parse("7d")


class Hours(Frozen):
    """When a message may arrive, on the customer's clock."""

    opens: Clock = time(9)
    closes: Clock = time(18)
    business_days: bool = True

    @model_validator(mode="after")
    def _in_order(self) -> "Hours":
        if self.closes <= self.opens:
            raise ValueError(f"the hours close at {self.closes:%H:%M}, which is not after they open at {self.opens:%H:%M}")
        return self


class ContactPolicy(Frozen):
    """How often and at what hours customers hear from us (R07). `jitter` spreads 09:00 over customers, each always the same."""

    cap: Cap = Cap()
    hours: Hours = Hours()
    jitter: Duration = Span.parse("20m")

    @field_validator("jitter")
    @classmethod
    def _within_a_day(cls, jitter: Span) -> Span:
        if jitter.unit not in (Unit.SECOND, Unit.MINUTE, Unit.HOUR):
            raise ValueError(f"{jitter} would spread a morning over days: write it in s, m or h")
        return jitter


class ContractRules(Frozen):
    """What the contract clock does where the contract is silent."""

    grace: Duration = Span.parse("14d")
    win_back: Duration = Span.parse("180d")
    away_long: Duration = Span.parse("90d")


class Template(Frozen):
    """What a message template must be given: the paths it names, such as `contact.first_name`."""

    needs: list[str] = []


class Names(Frozen):
    """What conditions may name besides milestones, whatever stage it stands in."""

    surveys: list[str] = []
    meetings: list[str] = []
    offers: list[str] = []


class Playbook(Frozen):
    """The whole document. `trimmed` keeps what one stage of one tier can use."""

    playbook: Id
    company: Company
    within: Duration = Span.parse("3d")
    contact_policy: ContactPolicy = ContactPolicy()
    contract: ContractRules = ContractRules()
    tiers: dict[Tier, If] = {}
    stages: dict[Stage, StagePlan]
    templates: dict[Id, Template] = {}
    version: str = ""
    names: Names | None = None
    _ready: dict[tuple[str, Tier], object] = PrivateAttr(default_factory=dict)

    @property
    def ref(self) -> str:
        """`name@hash`: which wording of which playbook this is."""
        return f"{self.playbook}@{self.version}"

    def ready(self, play: str, tier: Tier, make: Callable[[], T]) -> T:
        """What `make` made of that play for that tier the first time; a playbook never changes."""
        made = self._ready.get((play, tier))
        if made is None:
            made = self._ready[play, tier] = make()
        return cast(T, made)

    @cached_property
    def milestones(self) -> dict[str, Milestone]:
        """Every stage's milestones by id."""
        return {name: milestone for plan in self.stages.values() for name, milestone in plan.milestones.items()}

    def trimmed(self, stage: Stage, tier: Tier, running: list[str]) -> "Playbook":
        """The part that a run in this stage and tier needs; plays in `running` stay whatever stage they are of."""
        stages = {}
        for name, plan in self.stages.items():
            plays = {play: body for play, body in plan.plays.items() if play in running or (name is stage and tier in body.tiers)}
            stages[name] = plan.model_copy(update={"plays": plays})
        used = {step_template(step) for plan in stages.values() for play in plan.plays.values() for step in every_step(play.steps)}
        templates = {name: template for name, template in self.templates.items() if name in used}
        return self.model_copy(update={"stages": stages, "templates": templates, "names": self.all_names()})

    def all_names(self) -> Names:
        """The surveys, meetings and offers of every stage; a trimmed playbook remembers them."""
        return self.names or self._names

    @cached_property
    def _names(self) -> Names:
        steps = [step for plan in self.stages.values() for play in plan.plays.values() for step in every_step(play.steps)]
        return Names(
            surveys=sorted({step.survey.survey for step in steps if step.survey}),
            meetings=sorted({step.meeting.template for step in steps if step.meeting}),
            offers=sorted({step.offer.offer for step in steps if step.offer}),
        )


def every_step(steps: list[Step]) -> list[Step]:
    """Those steps and all in their branches, in the order of the document."""
    found: list[Step] = []
    for step in steps:
        found.append(step)
        if step.wait_for is not None:
            found += every_step(step.wait_for.then) + every_step(step.wait_for.otherwise)
    return found


def step_template(step: Step) -> str:
    """The template a step's message is made from; empty for a step without one."""
    message = step.email or step.meeting or step.survey
    return message.template if message is not None else ""
