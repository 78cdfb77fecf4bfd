"""What the models of a playbook cannot say by themselves: names that must exist, conditions, ids, and moments that never come."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from lifecycle.conditions.checking import Scope
from lifecycle.conditions.vocabulary import event_names
from lifecycle.domain.enums import Stage
from lifecycle.domain.texts.addresses import read_address
from lifecycle.domain.touch import ABOUT_UNKNOWN_STEP, CATCH_UP, TAKEN_BACK_STEP
from lifecycle.facts.events import CATALOGUE
from lifecycle.playbook.checks.bounds import check_bounds, check_counts
from lifecycle.playbook.checks.health_checks import check_health
from lifecycle.playbook.checks.never_due import check_lengths, check_moments
from lifecycle.playbook.play import At, Play
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.program import check_play
from lifecycle.playbook.stages import StagePlan
from lifecycle.playbook.yaml_document import Document, Path
from lifecycle.steps.linting import Finding, StepContext, check_condition, check_event_types, check_every_tier, check_role, near
from lifecycle.steps.step import Step, every_step


def check_playbook(
    playbook: Playbook, document: Document, templates: Mapping[str, str], roles: frozenset[str] | None = None
) -> Iterator[Finding]:
    """Every fault of a playbook whose models read, as the path in the document and a sentence.

    `templates` holds texts by name; `roles` are those that people of ours hold, None where nobody is known.
    """
    yield from _Check(playbook, document, templates, roles).findings()


def scope_of(playbook: Playbook) -> Scope:
    """The playbook's own names, as its conditions may use them."""
    names = playbook.own_names
    return Scope(
        milestones=frozenset(playbook.milestones),
        offers=frozenset(names.offers),
        surveys=frozenset(names.surveys),
        meetings=frozenset(names.meetings),
        scores=frozenset(playbook.health_rules.scores),
    )


@dataclass
class _Check:
    """One reading: what names have been seen on the way through the document."""

    playbook: Playbook
    document: Document
    templates: Mapping[str, str]
    roles: frozenset[str] | None = None
    plays: dict[str, Stage] = field(default_factory=dict)
    milestones: dict[str, Stage] = field(default_factory=dict)
    awaited: dict[str, int] = field(default_factory=dict)

    def findings(self) -> Iterator[Finding]:
        too_much = list(check_counts(self.playbook))
        yield from too_much
        if too_much:
            return
        yield from check_bounds(self.playbook, self.document)
        scope = scope_of(self.playbook)
        try:
            read_address(self.playbook.company.email)
        except ValueError as fault:
            yield ("company", "email"), str(fault)
        for number, role in enumerate(self.playbook.reports.to if self.playbook.reports is not None else ()):
            yield from check_role(("reports", "to", number), role, self.roles)
        for tier, rule in self.playbook.tiers.items():
            yield from check_condition(("tiers", tier.value), rule, scope.for_tier_rules())
        if self.playbook.health is not None:
            yield from check_health(self.playbook.health, scope)
        own = self.playbook.own_stages
        for stage, plan in self.playbook.stages.items():
            at = ("stages", stage.value)
            if stage in own:
                yield from self._stage(at, stage, plan, scope)
            else:  # ours, and in order; its roles are the owner's where nobody holds them
                for name in plan.plays:
                    yield from _unique(self.plays, stage, name, (*at, "plays", name), "play")
        first = [name for name, milestone in self.playbook.milestones.items() if milestone.first_value]
        if len(first) > 1:
            yield ("stages",), f"{' and '.join(first)} all say first_value; a customer's first value is one milestone"

    def _roles_of(self, stage: Path) -> frozenset[str] | None:
        """The roles that somebody has to hold; not for a stage that no document says: there the owner stands in for whom nobody knows."""
        return self.roles if stage in self.document.lines else None

    def _stage(self, at: Path, stage: Stage, plan: StagePlan, scope: Scope) -> Iterator[Finding]:
        if stage is Stage.CLOSED:
            yield at, "nothing happens in 'closed'; leave the stage out"
        for place, what in (*check_lengths(stage, plan), *check_moments(self.playbook, stage, plan)):
            yield (*at, *place), what
        yield from check_role((*at, "owner"), plan.owner, self._roles_of(at))
        if plan.catch_up.owner is not None:
            yield from check_role((*at, "catch_up", "owner"), plan.catch_up.owner, self._roles_of(at))
        yield from check_condition((*at, "exit"), plan.exit, scope)
        for name, milestone in plan.milestones.items():
            here: Path = (*at, "milestones", name)
            yield from _unique(self.milestones, stage, name, here, "milestone")
            if milestone.done_when is not None:
                yield from check_condition((*here, "done_when"), milestone.done_when, scope.with_event(list(CATALOGUE)))
        for name, play in plan.plays.items():
            here = (*at, "plays", name)
            yield from _unique(self.plays, stage, name, here, "play")
            if name == CATCH_UP:
                yield here, f"'{CATCH_UP}' is what the task is called that lists what a late start has missed; give this play another name"
            found = list(self._play(here, play, scope))
            yield from found or _compiled(here, name, play)

    def _play(self, path: Path, play: Play, scope: Scope) -> Iterator[Finding]:
        yield from check_event_types((*path, "on"), play.on)
        types = [name for name in play.on or [] if name in CATALOGUE]
        scope = scope.with_key((play.key or "").removeprefix("event."))
        begun = (scope.with_event(types) if types else scope).with_clock()
        yield from check_condition((*path, "if"), play.if_, begun)
        yield from check_condition((*path, "until"), play.until, scope)
        yield from check_condition((*path, "when"), play.when, scope)
        for number, name in enumerate(play.overdue or []):
            yield from self._milestone((*path, "overdue", number), name)
        if play.every is not None:
            yield from check_every_tier((*path, "every"), play.every.each, play.tiers)
        if play.at is not None:
            yield from self._moment((*path, "at"), play.at)
        key = (play.key or "").removeprefix("event.")
        if play.key is not None and types and key not in event_names(types):
            yield (*path, "key"), f"'{play.key}' is no field of {' and '.join(types)}{near(key, event_names(types), 'event.')}"
        sent = frozenset(subject for step in every_step(play.steps) if (subject := step.body.subject) is not None)
        around = StepContext(
            id=None,
            line=0,
            tiers=play.tiers,
            names=scope,
            templates=self.templates,
            sent=sent,
            awaited=self.awaited,
            roles=self._roles_of(path[:2]),
        )
        yield from self._steps((*path, "steps"), play.steps, begun, around, {})

    def _moment(self, path: Path, at: At) -> Iterator[Finding]:
        if at.of is not None and at.of.startswith("milestone:"):
            yield from self._milestone((*path, "of"), at.of.removeprefix("milestone:"))

    def _milestone(self, path: Path, name: str) -> Iterator[Finding]:
        if name not in self.playbook.milestones:
            yield path, f"no stage has a milestone '{name}'{near(name, self.playbook.milestones)}"

    def _steps(self, path: Path, steps: list[Step], begun: Scope, around: StepContext, ids: dict[str, int]) -> Iterator[Finding]:
        """The steps at that path. `ids` holds the line of each id of the play so far, and is added to."""
        over = False
        for number, step in enumerate(steps):
            here: Path = (*path, number)
            line, body = self.document.line(here), step.body
            if over:
                yield here, "is never reached: the step before it always stops the play"
            over = body.stops() is not None and step.if_ is None
            if step.id is not None:
                if step.id in ids:
                    yield (*here, "id"), f"'{step.id}' names the step on line {ids[step.id]} already; give this one another id"
                ids.setdefault(step.id, line)
            if ABOUT_UNKNOWN_STEP.search(name := step.id or body.default_id()):
                what = f"'{name}' is what the task is called that asks whether another step's touch was sent; give this one another id"
                yield ((*here, "id") if step.id is not None else here), what
            if TAKEN_BACK_STEP.search(name):
                what = f"'{name}' is how that is called which takes another step's invitation back; give this one another id"
                yield ((*here, "id") if step.id is not None else here), what
            yield from check_condition((*here, "if"), step.if_, begun)
            for place, what in body.lint(replace(around, id=step.id, line=line)):
                yield (*here, *place), what
            branches = body.branches()
            if branches is not None:
                yield from self._steps((*here, step.kind, "then"), branches.then, begun, around, ids)
                yield from self._steps((*here, step.kind, "otherwise"), branches.otherwise, begun, around, ids)


def _compiled(path: Path, name: str, play: Play) -> Iterator[Finding]:
    try:
        check_play(name, play)
    except ValidationError:
        # The steps that a ladder or an approval stands for are named after it.
        yield path, "a task with a ladder or an offer with an approval has too long an id; give it an 'id' of 50 characters at most"
    except ValueError as error:
        yield path, str(error)


def _unique(seen: dict[str, Stage], stage: Stage, name: str, path: Path, kind: str) -> Iterator[Finding]:
    if name in seen:
        yield path, f"stage {seen[name].value} has a {kind} of this name already; every {kind} of a playbook needs a name of its own"
    seen.setdefault(name, stage)
