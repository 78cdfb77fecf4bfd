"""Playbooks as somebody might write them: real ones, of which a few values are replaced by what nobody expects.

`hostile` draws documents; whatever of them reads without a fault is one that a customer may live by.
"""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from lifecycle.facts.events import CATALOGUE
from lifecycle.playbook.faults import PlaybookFaults
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.reading import read_playbook
from tests.lifecycle.properties import playbooks as generated

Raw = Any
PLAYBOOKS = Path(__file__).parents[3] / "playbooks"
PLACES = tuple[str | int, ...]

AMOUNTS = [0, 1, 1, 2, 2, 3, 5, 10, 20, 23, 24, 25, 48, 90, 120, 120, 121, 400, 520, 2600, 3650, 3651, 9999, 87600, 99999]
UNITS = ["s", "m", "h", "d", "bd", "w", "mo"]
spans = st.builds(lambda amount, unit: f"{amount}{unit}", st.sampled_from(AMOUNTS), st.sampled_from(UNITS))
_tiers = st.sampled_from([["A", "B", "C"], ["A", "B", "C"], ["C", "A"], ["B"]])
by_tier = st.builds(lambda tiers, one, other: {tier: one if tier == "A" else other for tier in tiers}, _tiers, spans, spans)
clocks = st.sampled_from(
    [
        "00:00",
        "09:00",
        "17:30",
        "00:00",
        "00:01",
        "01:30",
        "02:30",
        "02:59",
        "05:00",
        "23:59",
        "09:00:30",
        "09:00Z",
        "24:00",
        "9.5",
        "-1:00",
    ]
)
numbers = st.sampled_from([0, 1, -1, 2, 5, 50, 100, 3650, 10**6, 10**15, 0.5, 1.5])
hours = st.builds(lambda opens, closes, days: {"opens": opens, "closes": closes, "business_days": days}, clocks, clocks, st.booleans())
fractions = st.sampled_from(["1/3", "1/2", "999/1000", "1/999999", "2/1", "0.3", "1/0", "1" * 30 + "/" + "2" * 30])
conditions = st.sampled_from(
    [
        "true",
        "false",
        "1/0 == 1",
        "day / (day - day) > 0",
        "health.score / (health.score - health.score) > 1",
        "company_size * 9223372036854775807 > 1",
        "9223372036854775807 + company_size > 0",
        "attributes.seats > 5",
        "attributes[segment] == 1",
        "[1, 2][company_size] == 1",
        "milestones[segment].done",
        "int(segment) > 3",
        'duration("1h") < duration(segment)',
        "timestamp(segment).getFullYear() > 2000",
        'segment.matches("a{1,50}")',
        "segment.matches(segment)",
        '["a", "b"].exists(x, x == segment)',
        "-company_size < 0",
        "!first_value",
        "!" * 990 + "true",
        "(" * 490 + "true" + ")" * 490,
        "[1].all(x, [1].all(y, [1].all(z, true)))",
        "contract.annual_value / 0.0 > 1.0",
        "contract.days % contract.term > 0",
        'tier == "A"',
        "tickets.open > 0",
        "renewals > 0",
        'event.type == "login"',
        "event.score > 7",
    ]
)
texts = st.sampled_from(["", " ", "a", "A", "x" * 600, "yes", "csm", "1e999", ".nan", "2026-02-30", "\u202e", "{{ x }}", "%s", "0x7f"])
_events = st.lists(st.sampled_from(sorted(CATALOGUE)), min_size=1, max_size=3, unique=True)
anchors = st.sampled_from(["stage_start", "stage_end", "contract_start", "contract_end", "notice_end", "enrolment"])
moments = st.one_of(
    st.builds(lambda day, clock: {"day": day, "time": clock}, numbers, clocks),
    st.builds(lambda part: {"before_end": part}, st.one_of(fractions, spans, numbers)),
    st.builds(lambda side, span, of: {side: span, "of": of}, st.sampled_from(["after", "before"]), spans, anchors),
)
rhythms = st.one_of(
    spans,
    by_tier,
    st.builds(
        lambda each, of, clock: {"each": each, "of": of, "time": clock},
        st.one_of(spans, by_tier),
        st.sampled_from(["stage_start", "contract_start"]),
        clocks,
    ),
)
rungs = st.lists(st.builds(lambda after: {"after": after, "to": "cs-manager"}, spans), max_size=30)

_renews = st.sampled_from(["by_decision", "automatic", "rolling", "never"])

# What may be written under a key, besides what stands there: of its own kind, and of any other.
_OWN: dict[str, st.SearchStrategy[Raw]] = {
    "wait": spans,
    "timeout": spans,
    "within": spans,
    "for": spans,
    "cooldown": spans,
    "silent_for": spans,
    "length": spans,
    "approve_within": spans,
    "after": spans,
    "before": spans,
    "grace": spans,
    "win_back": spans,
    "away_long": spans,
    "notice": spans,
    "lapsed": spans,
    "renews": _renews,
    "jitter": spans,
    "per": spans,
    "due": st.one_of(spans, by_tier),
    "every": rhythms,
    "each": st.one_of(spans, by_tier),
    "at": moments,
    "before_end": st.one_of(fractions, spans, numbers),
    "time": clocks,
    "opens": clocks,
    "closes": clocks,
    "hours": hours,
    "if": conditions,
    "when": conditions,
    "until": conditions,
    "exit": conditions,
    "done_when": conditions,
    "tiers": _tiers,
    "on": _events,
    "event": _events,
    "ladder": rungs,
    "emails": numbers,
    "priority": numbers,
    "level": numbers,
    "day": numbers,
}
any_value: st.SearchStrategy[Raw] = st.one_of(
    spans, by_tier, clocks, numbers, conditions, texts, st.booleans(), st.just([]), st.just({}), st.just(None)
)

# What may be added to a play, a step or a whole playbook.
_ADDED = {
    "play": ["at", "every", "on", "when", "for", "silent_for", "tiers", "if", "until", "within", "cooldown", "priority"],
    "playbook": ["within", "contact_policy", "contract"],
    "step": ["if"],
}
_GROUPS: dict[str, st.SearchStrategy[Raw]] = {
    "contact_policy": st.fixed_dictionaries(
        {},
        optional={
            "cap": st.builds(lambda emails, per: {"emails": emails, "per": per}, numbers, spans),
            "hours": hours,
            "jitter": spans,
        },
    ),
    "contract": st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("grace", "win_back", "away_long", "notice", "lapsed"), spans) | {"renews": _renews}
    ),
}
_TRIGGERS = ("at", "every", "on", "when", "silent_for", "overdue")


def _places(value: Raw, path: PLACES = ()) -> Iterator[PLACES]:
    yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _places(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _places(each, (*path, number))


def _at(value: Raw, path: PLACES) -> Raw:
    for part in path:
        value = value[part]
    return value


def _kind(path: PLACES) -> str:
    if not path:
        return "playbook"
    if len(path) == 4 and path[2] == "plays":
        return "play"
    return "step" if isinstance(path[-1], int) and path[-2] in ("steps", "then", "otherwise") else ""


@st.composite
def _mutated(draw: st.DrawFn, document: Raw) -> Raw:
    changed = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 3))):
        paths = list(_places(changed))
        how = draw(st.integers(0, 19))
        if how == 0:
            path = draw(st.sampled_from(paths[1:]))
            _at(changed, path[:-1])[path[-1]] = draw(any_value)
        elif how < 7:
            kind = draw(st.sampled_from(["playbook", "play", "play", "step"]))
            path = draw(st.sampled_from([path for path in paths if _kind(path) == kind] or [()]))
            _add(draw, _at(changed, path), _kind(path))
        else:
            path = draw(st.sampled_from([path for path in paths[1:] if path[-1] in _OWN] or paths[1:2]))
            _at(changed, path[:-1])[path[-1]] = draw(_OWN.get(str(path[-1]), any_value))
    return changed


def _add(draw: st.DrawFn, into: Raw, kind: str) -> None:
    key = draw(st.sampled_from(_ADDED[kind]))
    if not isinstance(into, dict):
        return
    if key in _TRIGGERS:
        for other in (*_TRIGGERS, "for", "key"):
            into.pop(other, None)
    into[key] = draw(_GROUPS[key] if key in _GROUPS else _OWN[key])


def _read_yaml(name: str) -> Raw:
    # As words, so that what is written anew reads as it stands in the file.
    return yaml.load((PLAYBOOKS / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


TEMPLATES = {
    file.stem: file.read_text(encoding="utf-8") for name in ("standard", "ten-milestones") for file in (PLAYBOOKS / name).glob("*.md")
} | dict.fromkeys(("note", "hole", "kickoff", "nps"), "Subject: Hello\n\nHello\n")
REAL = [_read_yaml("standard"), _read_yaml("ten-milestones")]


def _document_of(playbook: Playbook) -> Raw:
    """A generated playbook as somebody would have written it."""
    raw = json.loads(playbook.model_dump_json(by_alias=True, exclude_none=True, exclude_defaults=True))
    for stage in raw["stages"].values():
        for name, play in stage.get("plays", {}).items():
            play["steps"] = _reached(play["steps"])
            for step in play["steps"]:
                if step.get("id") == "climb":  # lint wants another in every play
                    step["id"] = f"climb-{name}"
    return {key: value for key, value in raw.items() if key not in ("templates", "version")}


def _reached(steps: list[Raw]) -> list[Raw]:
    """Without what stands behind a step that always stops."""
    stops = (number for number, step in enumerate(steps) if "stop" in step and "if" not in step)
    return steps[: next(stops, len(steps)) + 1]


def _with_names(document: Raw) -> Raw:
    """With a play that has the names by which conditions call meetings, surveys and offers."""
    steps = [
        {"meeting": {"template": "kickoff"}},
        {"survey": {"template": "nps", "survey": "nps"}},
        {"offer": {"offer": "discount", "terms": "ten percent off"}},
    ]
    document["stages"]["renewal"].setdefault("plays", {})["names"] = {"on": ["login"], "once": "ever", "steps": steps}
    return document


_small = generated.playbooks.map(_document_of).map(_with_names)
_real = st.sampled_from(range(len(REAL))).map(lambda number: REAL[number])
# `one_of` takes a strategy once, however often it is named. The playbooks we ship are ten times as long as a generated one.
documents: st.SearchStrategy[Raw] = st.integers(0, 9).flatmap(lambda which: _real if which == 0 else _small).flatmap(_mutated)


def read_or_none(document: Raw) -> Playbook | None:
    """The playbook that the document is, as lint has it; None where lint refuses it with faults."""
    try:
        return read_playbook(json.dumps(document), TEMPLATES)
    except PlaybookFaults:
        return None
