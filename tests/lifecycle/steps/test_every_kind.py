"""Whoever adds a kind of step, or of touch, is told of every place that it still needs."""

import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from activities.channels import CHANNELS
from lifecycle.conditions.vocabulary import MESSAGE
from lifecycle.domain.enums import Subject, TouchKind
from lifecycle.facts.events import CATALOGUE
from lifecycle.playbook.fault_places import MODELS
from lifecycle.playbook.yaml_document import read_document
from lifecycle.steps.base import StepKind
from lifecycle.steps.step import STEP_KINDS, Step

ROOT = Path(__file__).parents[3]
DOCS = (ROOT / "docs" / "playbooks.md").read_text(encoding="utf-8")
NO_KINDS = {"__init__", "base", "linting", "step"}
FILES = {path.stem for path in (ROOT / "lifecycle" / "steps").glob("*.py")} - NO_KINDS


def kinds_in(file: str) -> list[type[StepKind]]:
    """The kinds that a file of `lifecycle/steps` defines."""
    module = import_module(f"lifecycle.steps.{file}")
    return [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, StepKind) and each.__module__ == module.__name__
    ]


def documented(kind: str) -> Step | None:
    """The example of the kind in docs/playbooks.md, read as a playbook reads it."""
    found = re.search(rf"^\| {kind} \| `({kind}: [^`]*)`", DOCS, re.MULTILINE) or re.search(
        rf"^- ({kind}:\n(?: .*\n)+)", DOCS, re.MULTILINE
    )
    return Step.model_validate(read_document(found[1]).value) if found else None


def missing_of_a_file(file: str) -> Iterator[str]:
    kinds = kinds_in(file)
    if len(kinds) != 1:
        yield f"one class in lifecycle/steps/{file}.py that is a StepKind, and there are {len(kinds)}"
    elif kinds[0].kind != file:
        yield f"kind = '{file}' in {kinds[0].__name__}, which says '{kinds[0].kind}'"
    if STEP_KINDS.get(file) not in kinds:
        yield f"a field '{file}' of Step, in lifecycle/steps/step.py"


def missing_of_a_kind(name: str, kind: type[StepKind]) -> Iterator[str]:
    if name not in FILES:
        yield f"its own file, lifecycle/steps/{name}.py"
    if not issubclass(MODELS.get(name, Step), kind):
        yield f"a key '{name}' that is no other model's in a playbook"
    if kind.subject is not None:
        types = [type_name for type_name in CATALOGUE if type_name.partition(".")[0] == kind.subject]
        if not types:
            yield f"event types that answer it, called '{kind.subject}.…'"
        for type_name in types:
            if kind.subject not in CATALOGUE[type_name].model_fields:
                yield f"a field '{kind.subject}' of {type_name}, which names what is answered"
    for group in kind.template_groups:
        if group not in MESSAGE:
            yield f"a group '{group}' in the vocabulary of messages"
    step = documented(name)
    if step is None or not isinstance(step.body, kind):
        yield "a row with an example that reads, in the table of steps in docs/playbooks.md"
    else:
        yield from missing_of_a_step(step)


def missing_of_a_step(step: Step) -> Iterator[str]:
    body = step.body
    addressees, touch = body.addressees(), body.touch
    if addressees is not None and touch is None:
        yield "a touch: it is addressed to contacts"
    if touch is not None and touch.reaches_the_customer is not (addressees is not None):
        yield f"TouchKind.{touch.name}.reaches_the_customer = {addressees is not None}: it is addressed to {'contacts' if addressees else 'nobody outside'}"
    if body.template_name and addressees is None:
        yield "addressees: it has a message's template"
    if touch is not None and not body.touch_name("an-id"):
        yield "a name for its touch"
    if body.subject is not None and not body.subject_name("an-id"):
        yield "the name by which its answers name it"
    if touch is None and body.pause() is None and body.wait() is None and body.stops() is None:
        yield "something that it does: a touch, a pause, a wait or a stop"
    if not body.default_id().startswith(body.kind):
        yield "a default id that begins with its kind"


def missing_of_a_touch(touch: TouchKind, makers: Counter[TouchKind | None]) -> Iterator[str]:
    if makers[touch] != 1:
        yield f"one kind of step in lifecycle/steps/ that makes it, and there are {makers[touch]}"
    if touch not in {channel.kind for channel in CHANNELS}:
        yield "a channel that does it, in activities/channels/"
    if touch.plural.endswith("ss"):
        yield "a plural of its own, in TouchKind.plural"


def everything_missing() -> Iterator[str]:
    makers = Counter(kind.touch for kind in STEP_KINDS.values())
    for file in sorted(FILES):
        yield from (f"step kind {file}: {what}" for what in missing_of_a_file(file))
    for name, kind in STEP_KINDS.items():
        yield from (f"step kind {name}: {what}" for what in missing_of_a_kind(name, kind))
    for touch in TouchKind:
        yield from (f"touch kind {touch.value}: {what}" for what in missing_of_a_touch(touch, makers))
    for subject in Subject:
        if subject not in {kind.subject for kind in STEP_KINDS.values()}:
            yield f"subject {subject.value}: a kind of step that is answered so"


def test_nothing_is_missing_for_any_kind_of_step_or_touch() -> None:
    missing = list(everything_missing())
    assert not missing, "still missing:\n  " + "\n  ".join(missing)


@pytest.mark.parametrize("name", STEP_KINDS)
def test_a_step_knows_its_kind_and_survives_the_way_through_json(name: str) -> None:
    step = documented(name)
    assert step is not None
    assert step.kind == name
    assert Step.model_validate_json(step.model_dump_json()) == step
