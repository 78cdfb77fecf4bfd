"""Reads a playbook from its text and its templates' texts, and names every fault it has by file and line.

What reads here runs: names, conditions, templates and references are checked before any customer meets them.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath

from pydantic import ValidationError

from lifecycle.conditions.checking import Scope, check
from lifecycle.conditions.vocabulary import MESSAGE, Tree, event_names
from lifecycle.domain.enums import Stage
from lifecycle.facts.events import CATALOGUE, check_type
from lifecycle.playbook.document import Document, Path, UnreadableError, Value, read_document
from lifecycle.playbook.faults import Fault, PlaybookFaults, faults_in_words, near, where
from lifecycle.playbook.playbook import At, Play, Playbook, Step, WaitForStep, every_step, step_template
from lifecycle.playbook.playbook import Template as TemplateNeeds
from lifecycle.playbook.program import check_play
from lifecycle.playbook.templates import LANGUAGE, MessageTemplate, TemplateFaults, read_template, unknown_names

__all__ = ["Fault", "PlaybookFaults", "read_playbook", "variants"]

LONGEST_SHARE = 90
"""Onboarding and renewal last this many days at most (the contract clock)."""


def read_playbook(text: str, templates: Mapping[str, str], file: str = "playbook.yaml") -> Playbook:
    """The playbook, checked whole, with its `version` and what its templates need. Raises PlaybookFaults.

    `templates` holds each template's text by name; `welcome.de` is `welcome` for customers who read German.
    The version is a hash of the document and of every template text it uses: the same content is the same version.
    """
    try:
        document = read_document(text)
    except UnreadableError as error:
        raise PlaybookFaults([Fault(file, error.line, "", str(error))]) from None
    reader = _Reader(document, templates, file)
    playbook = reader.read()
    if playbook is None or reader.faults:
        raise PlaybookFaults(sorted(dict.fromkeys(reader.faults), key=lambda fault: (fault.file != file, fault.file, fault.line)))
    return playbook


def variants(name: str, templates: Mapping[str, str]) -> dict[str, str]:
    """The texts of one template by full name: itself and its languages."""
    shape = re.compile(re.escape(name) + rf"(\.[a-z]{{{LANGUAGE}}})?")
    return {full: text for full, text in sorted(templates.items()) if shape.fullmatch(full)}


class _Reader:
    def __init__(self, document: Document, templates: Mapping[str, str], file: str) -> None:
        self.document, self.texts, self.file = document, templates, file
        self.faults: list[Fault] = []
        self.awaited: dict[str, int] = {}

    def read(self) -> Playbook | None:
        for path, what in self.document.faults:
            self._fault(path, what)
        for path in self.document.lines:
            if path and path[-1] in ("if_", "for_", "with_"):
                self._fault(path, f"knows no '{path[-1]}'; did you mean {str(path[-1])[:-1]}?")
        body = self.document.value
        if not isinstance(body, dict):
            self._fault((), "a playbook is a mapping with the keys playbook, company and stages")
            return None
        for name in ("templates", "version"):
            if name in body:
                self._fault((name,), f"'{name}' is set by the reader; leave it out")
                body = {key: value for key, value in body.items() if key != name}
        try:
            playbook = Playbook.model_validate(body)
        except ValidationError as error:
            for path, what in faults_in_words(error, body):
                self._fault(path, what)
            return None
        self._check(playbook)
        needs = self._check_templates(playbook)
        return playbook.model_copy(update={"templates": needs, "version": _version(body, needs, self.texts)})

    def _fault(self, path: Path, what: str) -> None:
        empty = what.endswith("is missing") and any(each == path and "is empty" in told for each, told in self.document.faults)
        if not empty:
            self.faults.append(Fault(self.file, self.document.line(path), where(path), what))

    def _check(self, playbook: Playbook) -> None:
        scope = _names(playbook)
        for tier, rule in playbook.tiers.items():
            self._condition(("tiers", tier.value), rule, scope.for_tier_rules())
        seen_plays: dict[str, str] = {}
        seen_milestones: dict[str, str] = {}
        for stage, plan in playbook.stages.items():
            at: Path = ("stages", stage.value)
            if stage is Stage.CLOSED:
                self._fault(at, "nothing happens in 'closed'; leave the stage out")
            self._condition((*at, "exit"), plan.exit, scope)
            for name, milestone in plan.milestones.items():
                self._unique(seen_milestones, stage, name, (*at, "milestones", name), "milestone")
                if milestone.done_when is not None:
                    self._condition((*at, "milestones", name, "done_when"), milestone.done_when, scope.with_event(list(CATALOGUE)))
            for name, play in plan.plays.items():
                self._unique(seen_plays, stage, name, (*at, "plays", name), "play")
                before = len(self.faults)
                self._play((*at, "plays", name), stage, play, playbook, scope)
                if len(self.faults) == before:
                    self._compile((*at, "plays", name), name, play)
        first = [name for name, milestone in playbook.milestones.items() if milestone.first_value]
        if len(first) > 1:
            self._fault(("stages",), f"{' and '.join(first)} all say first_value; a customer's first value is one milestone")

    def _compile(self, path: Path, name: str, play: Play) -> None:
        try:
            check_play(name, play)
        except ValueError as error:
            self._fault(path, str(error))

    def _unique(self, seen: dict[str, str], stage: Stage, name: str, path: Path, kind: str) -> None:
        if name in seen:
            self._fault(path, f"stage {seen[name]} has a {kind} of this name already; every {kind} of a playbook needs a name of its own")
        seen.setdefault(name, stage.value)

    def _condition(self, path: Path, source: str | None, scope: Scope) -> None:
        for what in check(source, scope) if source is not None else []:
            self._fault(path, what)

    def _play(self, path: Path, stage: Stage, play: Play, playbook: Playbook, scope: Scope) -> None:
        for number, name in enumerate(play.on or []):
            self._event_type((*path, "on", number), name)
        types = [name for name in play.on or [] if name in CATALOGUE]
        told = scope.with_event(types) if types else scope
        self._condition((*path, "if"), play.if_, told.with_clock())
        self._condition((*path, "until"), play.until, scope)
        self._condition((*path, "when"), play.when, scope)
        for number, name in enumerate(play.overdue or []):
            self._milestone((*path, "overdue", number), name, playbook)
        if play.at is not None:
            self._moment((*path, "at"), play.at, stage, playbook)
        field = (play.key or "").removeprefix("event.")
        if play.key is not None and types and field not in event_names(types):
            self._fault((*path, "key"), f"'{play.key}' is no field of {' and '.join(types)}{near(field, event_names(types), 'event.')}")
        ids: dict[str, int] = {}
        self._steps((*path, "steps"), play.steps, play, told.with_clock(), scope, ids)

    def _moment(self, path: Path, at: At, stage: Stage, playbook: Playbook) -> None:
        if at.of is not None and at.of.startswith("milestone:"):
            self._milestone((*path, "of"), at.of.removeprefix("milestone:"), playbook)
        if at.day is not None and at.day >= LONGEST_SHARE and stage is Stage.ONBOARDING:
            what = f"onboarding lasts {LONGEST_SHARE} days at most, so its day {at.day} never comes; move the play to growth"
            self._fault((*path, "day"), what)

    def _milestone(self, path: Path, name: str, playbook: Playbook) -> None:
        if name not in playbook.milestones:
            self._fault(path, f"no stage has a milestone '{name}'{near(name, playbook.milestones)}")

    def _event_type(self, path: Path, name: str) -> None:
        try:
            check_type(name)
        except ValueError as error:
            self._fault(path, str(error))

    def _steps(self, path: Path, steps: list[Step], play: Play, told: Scope, scope: Scope, ids: dict[str, int]) -> None:
        over = False
        for number, step in enumerate(steps):
            here: Path = (*path, number)
            if over:
                self._fault(here, "is never reached: the step before it always stops the play")
            over = step.stop is not None and step.if_ is None
            if step.id is not None:
                if step.id in ids:
                    self._fault((*here, "id"), f"'{step.id}' names the step on line {ids[step.id]} already; give this one another id")
                ids.setdefault(step.id, self.document.line(here))
            self._condition((*here, "if"), step.if_, told)
            if (name := step_template(step)) and name not in self.texts:
                self._fault((*here, step.kind, "template"), f"there is no template '{name}'{near(name, self.texts)}")
            if step.task is not None and step.task.ladder:
                self._awaited_task(here, step.id)
            if step.wait_for is not None:
                self._wait((*here, "wait_for"), step.wait_for, play, scope)
                self._steps((*here, "wait_for", "then"), step.wait_for.then, play, told, scope, ids)
                self._steps((*here, "wait_for", "otherwise"), step.wait_for.otherwise, play, told, scope, ids)

    def _awaited_task(self, path: Path, name: str | None) -> None:
        if name is None:
            self._fault(path, "a task with a ladder waits for task.done, which names it by its id; give it an 'id' beside 'task'")
        elif name in self.awaited:
            self._fault(
                (*path, "id"),
                f"the task on line {self.awaited[name]} has the id '{name}' too, and task.done would end both; give it another",
            )
        else:
            self.awaited[name] = self.document.line(path)

    def _wait(self, path: Path, wait: WaitForStep, play: Play, scope: Scope) -> None:
        self._condition((*path, "when"), wait.when, scope)
        for number, name in enumerate(wait.event or []):
            self._event_type((*path, "event", number), name)
        types = [name for name in wait.event or [] if name in CATALOGUE]
        if types:
            self._condition((*path, "if"), wait.if_, scope.with_event(types).with_clock())
        if wait.if_ is None:
            sent = {step.kind for step in every_step(play.steps)}
            for kind in sorted({name.partition(".")[0] for name in types} & {"meeting", "survey", "task", "offer"} - sent):
                self._fault(path, f"waits for an answer to a {kind} that this play never sends; say with 'if' which {kind} is meant")

    def _check_templates(self, playbook: Playbook) -> dict[str, TemplateNeeds]:
        needs: dict[str, set[str]] = {}
        for stage, plan in playbook.stages.items():
            for play_name, play in plan.plays.items():
                for step, offered in _offered(stage, play):
                    name = step_template(step)
                    for full, text in variants(name, self.texts).items():
                        read = self._template(full, text)
                        if read is not None:
                            needs.setdefault(name, set()).update(read.needs)
                            self._names(full, read, offered, play_name)
        return {name: TemplateNeeds(needs=sorted(paths)) for name, paths in sorted(needs.items())}

    def _template(self, name: str, text: str) -> MessageTemplate | None:
        try:
            return read_template(text)
        except TemplateFaults as error:
            self.faults += [Fault(self._template_file(name), fault.line, "", fault.what) for fault in error.faults]
            return None

    def _names(self, name: str, template: MessageTemplate, offered: Tree, play: str) -> None:
        for fault in unknown_names(template, offered):
            self.faults.append(Fault(self._template_file(name), fault.line, f"in play {play}", fault.what))

    def _template_file(self, name: str) -> str:
        return str(PurePath(self.file).with_suffix("") / f"{name}.md")


def _names(playbook: Playbook) -> Scope:
    """The playbook's own names, as conditions may use them."""
    steps = [step for plan in playbook.stages.values() for play in plan.plays.values() for step in every_step(play.steps)]
    return Scope(
        milestones=frozenset(playbook.milestones),
        offers=frozenset(step.offer.offer for step in steps if step.offer),
        surveys=frozenset(step.survey.survey for step in steps if step.survey),
        meetings=frozenset(step.meeting.template for step in steps if step.meeting),
    )


def _offered(stage: Stage, play: Play) -> Iterator[tuple[Step, Tree]]:
    """Each message of a play with the names its template may use there."""
    base = {name: group for name, group in MESSAGE.items() if name not in ("milestone", "meeting", "survey", "churn")}
    if play.trigger == "overdue":
        base["milestone"] = MESSAGE["milestone"]
    if stage in (Stage.WIN_BACK, Stage.FAREWELL) or "customer.won_back" in (play.on or []):
        base["churn"] = MESSAGE["churn"]
    if play.on is not None:
        base["event"] = event_names([name for name in play.on if name in CATALOGUE])
    for step in every_step(play.steps):
        own = ["meeting"] * (step.meeting is not None) + ["survey"] * (step.survey is not None)
        if step_template(step):
            yield step, base | {name: MESSAGE[name] for name in own}


def _version(body: dict[str, Value], used: Mapping[str, TemplateNeeds], texts: Mapping[str, str]) -> str:
    content = [body, {full: text for name in used for full, text in variants(name, texts).items()}]
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.blake2b(canonical.encode(), digest_size=6).hexdigest()
