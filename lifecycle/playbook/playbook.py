"""A whole playbook, as a model. `reading.py` reads a document into it and names every fault; `program.py` makes it ready to run."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar, cast

from pydantic import PrivateAttr, field_validator

from lifecycle.domain.enums import Stage, Subject, Tier
from lifecycle.domain.fields import Id, If
from lifecycle.domain.model import Frozen
from lifecycle.domain.people.directory import Directory
from lifecycle.domain.texts.languages import Language, Translated
from lifecycle.domain.time.durations import Duration, Span
from lifecycle.playbook.health.rules import USUAL, HealthRules
from lifecycle.playbook.lapsed import LAPSED_PLAN
from lifecycle.playbook.play import Play
from lifecycle.playbook.policy import Brand, Company, ContactPolicy, ContractRules, Reports, StageLengths
from lifecycle.playbook.stages import Milestone, StagePlan
from lifecycle.steps.step import Step, every_step

T = TypeVar("T")


class Template(Frozen):
    """What a message template must be given, the paths it names such as `contact.first_name`, and the languages it is written in.

    Of a playbook that an older build has loaded for its run the languages are not known.
    """

    needs: list[str] = []
    languages: list[str] = []


class Names(Frozen):
    """What conditions may name besides milestones, whatever stage it stands in."""

    surveys: list[str] = []
    meetings: list[str] = []
    offers: list[str] = []


class Playbook(Frozen):
    """The whole document. `trimmed` keeps what one stage of one tier can use. Where it says nothing of `lapsed`, people of ours are asked there;
    where it says nothing of `health`, it is judged as usual.

    `language` is that of every text that names none, `languages` those in which everything has to be said. `surveys` and `meetings` hold
    what customers are told they are called.
    """

    playbook: Id
    language: Language = "en"
    languages: list[Language] = []
    company: Company
    brand: Brand | None = None
    surveys: dict[Id, Translated] = {}
    meetings: dict[Id, Translated] = {}
    within: Duration = Span.parse("3d")
    contact_policy: ContactPolicy = ContactPolicy()
    contract: ContractRules = ContractRules()
    reports: Reports | None = None
    tiers: dict[Tier, If] = {}
    health: HealthRules | None = None
    stages: dict[Stage, StagePlan]
    templates: dict[Id, Template] = {}
    version: str = ""
    names: Names | None = None

    @field_validator("stages")
    @classmethod
    def _somebody_asks(cls, stages: dict[Stage, StagePlan]) -> dict[Stage, StagePlan]:
        return stages if Stage.LAPSED in stages else {**stages, Stage.LAPSED: LAPSED_PLAN}

    _ready: dict[tuple[str, ...], object] = PrivateAttr(default_factory=dict)

    @property
    def own_stages(self) -> dict[Stage, StagePlan]:
        """The stages that the document itself plans, where it has just been read."""
        return {stage: plan for stage, plan in self.stages.items() if plan is not LAPSED_PLAN}

    @property
    def ref(self) -> str:
        """`name@hash`: which wording of which playbook this is."""
        return f"{self.playbook}@{self.version}"

    def ready(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """What `make` made of the playbook the first time it was asked for under that key; a playbook never changes."""
        made = self._ready.get(key)
        if made is None:
            made = self._ready[key] = make()
        return cast(T, made)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> "Playbook":
        """A copy with other values, of which nothing has been made yet."""
        copied = super().model_copy(update=update, deep=deep)
        copied._ready = {}
        return copied

    @cached_property
    def lengths(self) -> StageLengths:
        """How long onboarding and renewal last at most."""
        days = {stage: plan.days for stage, plan in self.stages.items() if plan.days is not None}
        usual = StageLengths()
        return StageLengths(days.get(Stage.ONBOARDING, usual.onboarding), days.get(Stage.RENEWAL, usual.renewal))

    @property
    def health_rules(self) -> HealthRules:
        """How health is judged: as it says, or as usual (R33)."""
        return self.health if self.health is not None else USUAL

    @cached_property
    def company_values(self) -> dict[str, str]:
        """What messages may say of the company."""
        company = self.company
        return {
            "name": company.name,
            "product": company.product or company.name,
            "url": company.url,
            "email": company.email,
            "signature": company.signature,
        }

    @cached_property
    def milestones(self) -> dict[str, Milestone]:
        """Every stage's milestones by id."""
        return {name: milestone for plan in self.stages.values() for name, milestone in plan.milestones.items()}

    def trimmed(self, stage: Stage, tier: Tier, running: list[str]) -> "Playbook":
        """The part that a run in this stage and tier needs; plays in `running` stay whatever stage they are of."""
        stages = {}
        for name, plan in self.stages.items():
            plays = {play: body for play, body in plan.plays.items() if play in running or (name is stage and body.serves(tier))}
            stages[name] = plan.model_copy(update={"plays": plays})
        used = {step.body.template_name for plan in stages.values() for step in every_step_of(plan.plays.values())}
        templates = {name: template for name, template in self.templates.items() if name in used}
        return self.model_copy(update={"stages": stages, "templates": templates, "names": self.all_names(), "brand": None, "reports": None})

    def roles(self) -> frozenset[str]:
        """Every role of ours that is asked for something: by its steps, or by what a late start has missed."""
        told = (role for plan in self.stages.values() if (role := plan.told_of_late_start))
        return frozenset([*(role for step in self.every_step() for role in step.body.roles().values()), *told])

    def with_people(self, directory: Directory | None) -> "Playbook":
        """The playbook as it is lived by with these people of ours; the same where none are known."""
        if directory is None:
            return self
        policy = self.contact_policy.model_copy(update={"people": directory.workplaces(self.roles())})
        return self.model_copy(update={"contact_policy": policy})

    def all_names(self) -> Names:
        """The surveys, meetings and offers of every stage; a trimmed playbook remembers them."""
        return self.names or self.own_names

    @cached_property
    def own_names(self) -> Names:
        """The surveys, meetings and offers of the plays that are here."""
        found: dict[Subject, set[str]] = {subject: set() for subject in Subject}
        for step in self.every_step():
            for subject, name in step.body.names().items():
                found[subject].add(name)
        surveys, meetings, offers = (sorted(found[subject]) for subject in (Subject.SURVEY, Subject.MEETING, Subject.OFFER))
        return Names(surveys=surveys, meetings=meetings, offers=offers)

    def every_step(self) -> Iterator[Step]:
        """Every step of every play, and all inside them."""
        return every_step_of(play for plan in self.stages.values() for play in plan.plays.values())


def every_step_of(plays: Iterable[Play]) -> Iterator[Step]:
    """Every step of those plays, and all inside them."""
    for play in plays:
        yield from every_step(play.steps)
