"""How long and how many: what a playbook may say at most.

A document keeps to these when it is read. The models do not ask for them: a playbook that an older release published is still lived by.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import time
from fractions import Fraction
from typing import cast

from pydantic import BaseModel

from lifecycle.conditions.limits import too_much, work_of
from lifecycle.domain.time.durations import A_DAY, CLOCKED, Span, Unit
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.yaml_document import Document, Path
from lifecycle.steps.linting import Finding
from lifecycle.steps.step import every_step

MOST_PLAYS = 500
MOST_MILESTONES = 200
MOST_STEPS = 200
"""Of one play, with those inside others."""
MOST_ON_AN_EVENT = 50
"""Plays of one stage that begin on the same event: hundreds of events may come at one instant, and all of them are taken in before anything else."""
MOST_WORK = 300_000
"""Of all conditions, in millionths of a second (`work_of`): a workflow task may ask them all, and has two seconds for everything."""
MOST_EMAILS = 1000
"""Of the cap: each of them is remembered with the customer until it no longer counts."""

_TEN_YEARS = {
    Unit.SECOND: 315_360_000,
    Unit.MINUTE: 5_256_000,
    Unit.HOUR: 87_600,
    Unit.DAY: 3_650,
    Unit.BUSINESS_DAY: 2_600,
    Unit.WORKING_HOUR: 20_800,
    Unit.WEEK: 520,
    Unit.MONTH: 120,
}
_CLOCK = re.compile(r"\d{1,2}:\d\d(:\d\d)?")


def check_bounds(playbook: Playbook, document: Document) -> Iterator[Finding]:
    """Everything of the playbook that is too long, too many or of a kind that has no meaning where it stands."""
    for path, value in _values((), playbook):
        here = document.nearest(path)
        match value:
            case Span():
                yield from _too_long(here, value)
            case Fraction() if not 0 < value < 1:
                yield here, f"'{value}' is no part of a term: write a fraction between 0 and 1, such as 1/3, or a duration, such as 30d"
            case time() if here == path and isinstance(written := document.at(path), str | float) and not _CLOCK.fullmatch(str(written)):
                yield here, f"'{written}' is no time of day on the customer's clock: write hours and minutes, such as 09:00"
            case _:
                pass
    yield from _policy(playbook)


def _values(path: Path, value: object) -> Iterator[tuple[Path, object]]:
    """Every single value in a model, with its path by the keys of the document."""
    match value:
        case BaseModel() if "root" in type(value).model_fields:
            yield from _values(path, cast(object, getattr(value, "root")))  # noqa: B009  mypy knows no root of it
        case BaseModel():
            for name, field in type(value).model_fields.items():
                if name in value.model_fields_set:
                    yield from _values((*path, field.alias or name), getattr(value, name))
        case dict():
            for key, each in value.items():
                yield from _values((*path, str(key)), each)
        case list():
            for number, each in enumerate(value):
                yield from _values((*path, number), each)
        case _:
            yield path, value


def _too_long(path: Path, span: Span) -> Iterator[Finding]:
    most = _TEN_YEARS[span.unit]
    if span.amount > most:
        yield path, f"'{span}' is over ten years; write {most}{span.unit.value} at most"


def _days(span: Span, of_work: int = 1) -> int:
    """Roughly the days that it has, with so many for each business day."""
    return span.in_days().amount * {Unit.WEEK: 7, Unit.MONTH: 28, Unit.BUSINESS_DAY: of_work}.get(span.unit, 1)


def _policy(playbook: Playbook) -> Iterator[Finding]:
    policy, rules = playbook.contact_policy, playbook.contract
    if policy.cap.emails > MOST_EMAILS:
        yield ("contact_policy", "cap", "emails"), f"{policy.cap.emails} emails are no cap; write {MOST_EMAILS} at most"
    if policy.cap.apart is not None and _days(policy.cap.apart, of_work=2) > _days(policy.cap.per):
        what = f"{policy.cap.apart} is longer than the {policy.cap.per} that messages are counted for; write {policy.cap.per} at most"
        yield ("contact_policy", "cap", "apart"), what
    if policy.jitter.amount >= A_DAY[policy.jitter.unit]:
        yield ("contact_policy", "jitter"), f"{policy.jitter} would spread a morning over days; write less than 24h"
    spans = (
        ("notice", rules.notice),
        ("grace", rules.grace),
        ("lapsed", rules.lapsed),
        ("win_back", rules.win_back),
        ("away_long", rules.away_long),
    )
    for name, span in spans:
        if span is not None and span.unit in CLOCKED:
            yield ("contract", name), f"{span} is shorter than a day, and a contract ends at midnight; write it in d, bd, w or mo"


def check_counts(playbook: Playbook) -> Iterator[Finding]:
    """Of what there is too much for the other checks to be made in good time."""
    own = playbook.own_stages.items()
    plays = [(("stages", stage.value, "plays", name), play) for stage, plan in own for name, play in plan.plays.items()]
    if len(plays) > MOST_PLAYS:
        yield ("stages",), f"there are {len(plays)} plays, and a playbook has at most {MOST_PLAYS}"
    if len(playbook.milestones) > MOST_MILESTONES:
        yield ("stages",), f"there are {len(playbook.milestones)} milestones, and a playbook has at most {MOST_MILESTONES}"
    for path, play in plays:
        steps = sum(1 for _ in every_step(play.steps))
        if steps > MOST_STEPS:
            yield (*path, "steps"), f"there are {steps} steps, and a play has at most {MOST_STEPS}"
    for stage, plan in playbook.stages.items():
        begun = Counter(name for play in plan.plays.values() for name in set(play.on or []))
        for name, number in sorted(begun.items()):
            if number > MOST_ON_AN_EVENT:
                what = (
                    f"{number} plays begin on {name}, and in one stage {MOST_ON_AN_EVENT} may; give one play their steps, each with an 'if'"
                )
                yield ("stages", stage.value, "plays"), what
    yield from _work(playbook)


_CONDITIONS = ("if", "until", "when", "exit", "done_when", "known")


def _work(playbook: Playbook) -> Iterator[Finding]:
    """The condition that takes longest, where all of them together take too long; each that is too long by itself is told apart."""
    found = {str(value): path for path, value in _values((), playbook) if path and path[-1] in _CONDITIONS}
    if playbook.health is not None:
        scores = {name: factor.score for name, factor in playbook.health.factors.items() if factor.score is not None}
        found |= {score: ("health", "factors", name, "score") for name, score in scores.items()}
    work = {source: work_of(source) for source in found if too_much(source) is None}
    if sum(work.values()) > MOST_WORK:
        worst = max(work, key=work.__getitem__)
        yield (
            found[worst],
            f"the conditions of the playbook look through lists and for patterns for {sum(work.values()) // 1000} ms in all, this one for "
            f"{work[worst] // 1000} ms, and {MOST_WORK // 1000} ms are the most; say them more simply, or fewer of them",
        )
