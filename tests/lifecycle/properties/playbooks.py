"""Random playbooks: every trigger, guard and kind of step, in every stage."""

from typing import Any

from hypothesis import strategies as st

from lifecycle.playbook.playbook import Playbook
from tests.lifecycle import building as b

Raw = dict[str, Any]
ZONES = [("Europe/Berlin", "DE"), ("America/New_York", "US"), ("Asia/Tokyo", "JP"), ("America/Santiago", "CL"), ("Asia/Dubai", "AE")]
CONDITIONS = [
    'tier == "A"',
    'health.band == "red"',
    "health.confidence < 0.5 || health.score > 60",
    'milestones["data-imported"].done',
    'milestones["first-value"].overdue',
    "tickets.open > 0",
    "usage.known && usage.ratio < 0.7",
    "renewals > 0",
    "roles.champion",
    'intent == "low"',
    "payment_failed",
    'offers["discount"].granted',
    'meetings["kickoff"].held',
    'surveys["nps"].answered && surveys["nps"].score < 7',
    'stage == "growth"',
    "contract.cancelled",
    "contract.cancelled_late || contract.renewed",
    'contract.renews == "by_decision"',
    "true",
]
CLOCK_CONDITIONS = [*CONDITIONS, "day > 10", "days_left < 50"]
HEARD = [
    "login",
    "ticket.opened",
    "ticket.resolved",
    "meeting.held",
    "survey.answered",
    "task.done",
    "offer.accepted",
    "contract.amended",
    "contract.cancelled",
]
STAGES = ["trial", "onboarding", "growth", "renewal", "lapsed", "win_back", "farewell"]
WITHINS = ["0d", "2h", "4bh", "1d", "5bd", "3w"]
SPANS = ["0d", "1h", "36h", "1d", "2bd", "4bh", "30bh", "5d", "12d", "1w", "1mo"]
MILESTONES = {
    "data-imported": {"kind": "functional", "due": "7d", "done_when": 'event.type == "feature.used" && event.feature == "import"'},
    "first-value": {"kind": "customer", "due": "12d", "first_value": True},
}
POLICIES: list[Raw] = [
    b.STRICT_POLICY,
    {"cap": {"emails": 1, "per": "3d"}, "hours": {"opens": "10:00", "closes": "16:00", "business_days": False}, "jitter": "0s"},
    {"cap": {"emails": 50, "per": "1d"}, "hours": {"opens": "00:00", "closes": "23:59", "business_days": False}, "jitter": "0s"},
    {"cap": {"emails": 2, "per": "2bd"}, "hours": {"opens": "22:00", "closes": "06:00"}, "jitter": "20m"},
    {"cap": {"emails": 2, "per": "9bh"}, "hours": {"opens": "08:30", "closes": "24:00", "weekdays": ["tue", "thu"]}, "jitter": "2h"},
]
LENGTHS: list[Raw] = [{}, {}, {"onboarding": 20}, {"renewal": 120}]
CONTRACTS: list[Raw] = [{}, {}, {"lapsed": "20d", "grace": "3d"}, {"notice": "5d"}, {"notice": "2mo", "grace": "0d"}]
HEALTHS: list[Raw | None] = [
    None,
    None,
    {
        "bands": {"green": 80, "yellow": 50},
        "factors": {
            "usage": {"of": "usage", "weight": {"A": 30, "B": 10, "C": 1}},
            "feeling": {"of": "sentiment", "weight": 20, "segments": {"agency": 0}},
            "support": {"of": "support", "weight": 10},
            "heard": {"of": "engagement", "weight": 10},
            "people": {"of": "contacts", "weight": 5},
            "own": {"score": 'intent == "low" ? 0.0 : usage.ratio * 100.0', "known": "usage.known", "weight": 10},
        },
        "at_most": [
            {"score": 60, "when": "tickets.urgent > 0", "because": "grave"},
            {"score": 0, "when": "payment_failed", "because": "owed"},
        ],
    },
]
spans = st.sampled_from(SPANS)
clocks = st.sampled_from(["09:00", "00:00", "02:30", "17:55"])


def _maybe(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Raw]:
    return st.one_of(st.just({}), st.just({}), st.builds(lambda value: {name: value}, values))


def _merged(*parts: st.SearchStrategy[Raw]) -> st.SearchStrategy[Raw]:
    return st.tuples(*parts).map(lambda all_: {name: value for part in all_ for name, value in part.items()})


_ladder = st.lists(st.builds(lambda after: {"after": after, "to": "cs-manager"}, spans), max_size=2)
_simple_steps = st.one_of(
    st.builds(
        lambda category, template: b.email(template, category=category),
        st.sampled_from(["success", "operational"]),
        st.sampled_from(["note", "hole"]),
    ),
    st.just({"meeting": {"template": "kickoff", "with": ["champion", "sponsor"]}}),
    st.just(b.survey()),
    st.builds(lambda due: b.task(due=due), spans),
    st.builds(lambda level: b.escalate(level=level), st.sampled_from([1, 2])),
    st.builds(lambda once: b.offer(once=once), st.sampled_from(["stage", "term", "ever"])),
    st.just(b.webhook()),
    st.builds(b.wait, spans),
)
_branches = st.lists(_simple_steps, max_size=2)


def _wait_for(timeout: str, cause: Raw, then: list[Raw], otherwise: list[Raw]) -> Raw:
    return {"wait_for": {"timeout": timeout, "then": then, "otherwise": otherwise} | cause}


def _causes() -> st.SearchStrategy[Raw]:
    return st.one_of(
        st.builds(lambda names: {"event": sorted(names), "if": "true"}, st.sets(st.sampled_from(HEARD), min_size=1, max_size=2)),
        st.builds(lambda condition: {"when": condition}, st.sampled_from(CONDITIONS)),
    )


_waits = st.builds(_wait_for, spans, _causes(), _branches, _branches)
_nested = st.builds(_wait_for, spans, _causes(), st.lists(st.one_of(_simple_steps, _waits), max_size=2), _branches)
_steps = st.one_of(
    _simple_steps,
    _simple_steps,
    _waits,
    _nested,
    st.builds(lambda step, condition: step | {"if": condition}, _simple_steps, st.sampled_from(CLOCK_CONDITIONS)),
    st.just(b.offer(approval="vp")),
    st.just({"stop": {"reason": "enough"}}),
)


def _with_ladders(steps: list[Raw], ladder: list[Raw]) -> list[Raw]:
    """A ladder needs a step with an id, so at most one task of a play has one."""
    steps = [step | {"id": f"offer-{number}"} if "offer" in step else step for number, step in enumerate(steps)]
    for number, step in enumerate(steps):
        if "task" in step and ladder:
            steps = [*steps[:number], step | {"id": "climb", "task": step["task"] | {"ladder": ladder}}, *steps[number + 1 :]]
            break
    return steps


_anchors = st.sampled_from(
    ["stage_start", "stage_end", "contract_start", "contract_end", "notice_end", "enrolment", "milestone:data-imported"]
)
_ats = st.one_of(
    st.builds(lambda day, time: {"day": day, "time": time}, st.integers(0, 40), clocks),
    st.builds(lambda part: {"before_end": part}, st.sampled_from(["1/3", "10d", "5bd", "48h", "12bh"])),
    st.builds(
        lambda side, span, of, time: {side: span, "of": of, "time": time}, st.sampled_from(["after", "before"]), spans, _anchors, clocks
    ),
)
_periods = st.sampled_from(["12h", "3d", "4bd", "2w", "1mo"])
_rhythms = st.builds(
    lambda one, two, of: {"each": {"A": one, "B": two, "C": two}, "of": of},
    _periods,
    _periods,
    st.sampled_from(["stage_start", "contract_start"]),
)
_keyed = _merged(
    st.just({"on": ["ticket.changed", "ticket.opened"], "key": "event.ticket"}),
    _maybe("on_change", st.sampled_from(["go_on", "restart"])),
    _maybe("if", st.sampled_from(["ticket.level <= 2", "ticket.open && event.level > 1"])),
    st.sampled_from([{}, {"once": "term", "per": "customer"}, {"cooldown": "5d", "per": "key"}]),
)
_triggers = st.one_of(
    st.builds(lambda at: {"at": at}, _ats),
    st.builds(lambda every: {"every": every}, _rhythms),
    st.builds(
        lambda names: {"on": sorted(names)},
        st.sets(
            st.sampled_from([*HEARD, "customer.churned", "contract.renewed", "contract.cancellation_withdrawn"]), min_size=1, max_size=2
        ),
    ),
    _keyed,
    _merged(st.builds(lambda condition: {"when": condition}, st.sampled_from(CONDITIONS)), _maybe("for", spans)),
    st.builds(lambda span: {"silent_for": span}, st.sampled_from(["36h", "5d", "1w"])),
    st.just({"overdue": ["data-imported", "first-value"]}),
)
_guards = _merged(
    _maybe("if", st.sampled_from(CLOCK_CONDITIONS)),
    _maybe("until", st.sampled_from(CONDITIONS[:-1])),
    _maybe("within", st.sampled_from(WITHINS)),
    _maybe("once", st.sampled_from(["stage", "term", "ever"])),
    _maybe("cooldown", spans),
    _maybe("closed", st.sampled_from(["wait", "drop"])),
    _maybe("any_hour", st.booleans()),
    _maybe("priority", st.integers(0, 100)),
    _maybe("tiers", st.sampled_from([["A"], ["A", "B"]])),
    _maybe("outlives_stage", st.just(True)),
)
plays: st.SearchStrategy[Raw] = st.builds(
    lambda trigger, guards, steps, ladder: trigger | guards | {"steps": _with_ladders(steps, ladder)},
    _triggers,
    _guards,
    st.lists(_steps, min_size=1, max_size=4),
    _ladder,
)


def _playbook(policy: Raw, days: Raw, contract: Raw, health: Raw | None, placed: list[tuple[str, Raw]]) -> Playbook:
    by_stage: dict[str, Raw] = {stage: {} for stage in STAGES}
    for number, (stage, play) in enumerate(placed):
        # A rhythm would keep a farewell from ever ending.
        by_stage["growth" if stage == "farewell" and "every" in play else stage][f"play-{number}"] = play
    rest = {"contact_policy": policy, "contract": contract, "templates": {"hole": {"needs": ["customer.goal"]}}, "health": health}
    return b.a_playbook(milestones=MILESTONES, days=days, rest=rest, **by_stage)


_places = st.sampled_from(
    [
        "trial",
        "onboarding",
        "onboarding",
        "onboarding",
        "growth",
        "growth",
        "growth",
        "renewal",
        "renewal",
        "lapsed",
        "win_back",
        "farewell",
    ]
)
playbooks: st.SearchStrategy[Playbook] = st.builds(
    _playbook,
    st.sampled_from(POLICIES),
    st.sampled_from(LENGTHS),
    st.sampled_from(CONTRACTS),
    st.sampled_from(HEALTHS),
    st.lists(st.tuples(_places, plays), min_size=1, max_size=6),
)
