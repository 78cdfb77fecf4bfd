"""The JSON formats of a life that were ever released, and how an older one becomes the present one.

Format 0 is the flat one of the builds up to 23c6bb9, which carried no number. Format 1 groups it; release 0.1.0 wrote it.
Format 2 adds to it what came after 0.1.0. A field that is only new takes its default; what has moved or means another thing is put right here.
"""

from typing import Any, Literal

from lifecycle.domain.bounds import cut, short_key
from lifecycle.domain.touch import name_of_touch
from lifecycle.facts.offers import GRANTS_KEPT
from lifecycle.facts.subject import name_of_fact
from lifecycle.facts.surveys import LONGEST_COMMENT
from lifecycle.facts.usage import LONGEST_WINDOW
from lifecycle.state.people_of_format_1 import people_by_key

FORMAT: Literal[2] = 2
"""What this build writes."""

READABLE = (0, 1, 2)
"""What this build reads: every format that a release ever wrote."""

Json = dict[str, Any]


def to_present_format(life: Json) -> Json:
    """A life's JSON in the present format. Raises ValueError, in a sentence, for a format that this build does not know."""
    number = life.get("format", FORMAT if "progress" in life else 0)
    if number == FORMAT:
        return life
    if number not in READABLE:
        raise ValueError(f"this life has format {number}, and this build reads formats up to {FORMAT}: serve it with a later build")
    while number != FORMAT:
        life = _TO_THE_NEXT[number](life)
        number = life["format"]
    return life


_PROGRESS = {
    "stage": "stage", "stage_since": "stage_since", "stage_day": "stage_day", "fresh_stage": "stage_is_new", "visits": "visits",
    "round": "round", "enrolled": "enrolled", "term_since": "term_since", "clock": "decided_until", "planned_zone": "planned_zone",
    "replan": "replan", "past_contracts": "past_contracts", "closed": "closed",
}  # fmt: skip
_PLAYS = {
    "plays": "states", "in_flight": "in_flight", "withdrawn": "withdrawn", "tried": "tried", "sends": "sends", "paused": "paused",
    "paused_why": "paused_why",
}  # fmt: skip
_RUN = {
    "mark": "stage_visit", "cursor": "step_due", "doing": "status", "kind": "touch_kind", "name": "touch_name", "fell": "planned_outcome",
    "snoozed": "snoozed_until", "invites": "invitations", "meets": "meeting_at", "seen": "answered",
}  # fmt: skip
_INBOX = {"inbox": "waiting", "arriving": "arriving", "known": "known", "known_routine": "known_routine"}
_LOG = {"timeline": "timeline", "timeline_dropped": "timeline_dropped", "counts": "counts", "unrecorded": "unrecorded"}
_FACTS = {
    "fact_times": ("times", "of"), "milestones": ("milestones", "states"), "offers": ("offers", "states"), "surveys": ("surveys", "states"),
    "meetings": ("meetings", "states"), "tickets": ("tickets", "open"), "usage": ("usage", "reports"), "last_active": ("activity", "last"),
    "intent": ("intent", "level"), "handoff_completed": ("handoff", "completed"), "handoff_accepted": ("handoff", "accepted"),
    "payment_failed": ("payments", "failed"), "failed_invoices": ("payments", "failed_invoices"), "churned": ("churn", "at"),
    "won_back": ("churn", "won_back"), "churn_kind": ("churn", "kind"), "churn_reason": ("churn", "reason"),
    "churn_detail": ("churn", "detail"), "renewals": ("contract", "renewals"), "opted_out": ("people", "opted_out"),
}  # fmt: skip


def _from_0(flat: Json) -> Json:
    """The groups of format 1. Raises ValueError for a name that format 0 did not have."""
    known = {"customer", "playbook", "health", "runs", *_PROGRESS, *_PLAYS, *_INBOX, *_LOG, *_FACTS}
    unknown = sorted(flat.keys() - known)
    if unknown:
        raise ValueError(f"a life of format 0 has no '{unknown[0]}'")
    facts: dict[str, Json] = {}
    for old, (subject, name) in _FACTS.items():
        if old in flat:
            facts.setdefault(subject, {})[name] = flat[old]
    plays = _renamed(flat, _PLAYS)
    if "runs" in flat:
        plays["runs"] = {id: {_RUN.get(name, name): value for name, value in run.items()} for id, run in flat["runs"].items()}
    return {
        "format": 1,
        **{name: flat[name] for name in ("customer", "playbook", "health") if name in flat},
        "progress": _renamed(flat, _PROGRESS),
        "plays": plays,
        "facts": facts,
        "inbox": _renamed(flat, _INBOX),
        "log": _renamed(flat, _LOG),
    }


def _from_1(life: Json) -> Json:
    """Format 2 says of what is called off since when and why, and knows people by the key of their address. It hashes or cuts what format 1
    kept whole.
    """
    life = people_by_key(life)
    facts, inbox, plays = (dict(life.get(group, {})) for group in ("facts", "inbox", "plays"))
    for name in ("known", "known_routine"):
        if name in inbox:
            inbox[name] = {short_key(id): digest for id, digest in inbox[name].items()}
    if "times" in facts:
        facts["times"] = {"of": {name_of_fact(fact): at for fact, at in facts["times"].get("of", {}).items()}}
    if "people" in facts:
        people = facts["people"]
        facts["people"] = people | {
            name: {short_key(address): of for address, of in people[name].items()}
            for name in ("opted_out", "opted_out_at")
            if name in people
        }
    if "surveys" in facts:
        facts["surveys"] = {"states": {name: _with_short_comment(state) for name, state in facts["surveys"].get("states", {}).items()}}
    if "offers" in facts:
        facts["offers"] = {"states": {name: _with_last_grants(state) for name, state in facts["offers"].get("states", {}).items()}}
    if "usage" in facts:
        facts["usage"] = {"reports": [_with_short_window(report) for report in facts["usage"].get("reports", [])]}
    if "sends" in plays:
        plays["sends"] = {
            short_key(address): {name_of_touch(key): at for key, at in sends.items()} for address, sends in plays["sends"].items()
        }
    plays["withdrawn"] = {key: {"at": life["progress"]["decided_until"]} for key in plays.get("withdrawn", [])}
    return life | {"format": 2, "facts": facts, "inbox": inbox, "plays": plays}


def _with_short_comment(state: Json) -> Json:
    return state | {"comment": cut(state.get("comment", ""), LONGEST_COMMENT)}


def _with_last_grants(state: Json) -> Json:
    return state | {name: list(dict.fromkeys(state.get(name, [])))[-GRANTS_KEPT:] for name in ("stages", "terms")}


def _with_short_window(report: Json) -> Json:
    window = report.get("window", "")
    return report if len(window) <= LONGEST_WINDOW else report | {"window": short_key(window)}


_TO_THE_NEXT = {0: _from_0, 1: _from_1}


def _renamed(flat: Json, names: dict[str, str]) -> Json:
    return {new: flat[old] for old, new in names.items() if old in flat}
