"""The JSON formats of a life that were ever released, and how an older one becomes the present one.

Format 0 is the flat one of the builds up to 23c6bb9, which carried no number. Format 1 groups it; release 0.1.0 wrote it.
Format 2 adds to it what came after 0.1.0. A field that is only new takes its default; what has moved or means another thing is put right here.
"""

from collections.abc import Callable
from typing import Any, Literal

from lifecycle.domain.addresses import address_key

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
    """People by the key of their address, where format 1 had it in folded case, which made `strasse` of `straße`.

    Whoever is a contact is found by its address; of others the folded case is all that is left. The times of opt-outs, which stood
    among those of other facts and marked opt-ins too, stand with the opt-outs, and opt-ins that took room without a word take none.
    """
    people = _People([str(contact.get("email", "")) for contact in life.get("customer", {}).get("contacts", [])])
    plays, facts = dict(life.get("plays", {})), dict(life.get("facts", {}))
    if "sends" in plays:
        plays["sends"] = people.joined(plays["sends"], lambda first, second: first | second)
    old = dict(facts.get("people", {}))
    opted_out = people.joined(old.get("opted_out", {}), lambda first, second: sorted({*first, *second}))
    opted_out = {key: categories for key, categories in opted_out.items() if categories}
    times: Json = {}
    opted_out_at: dict[str, Json] = {}
    for name, at in dict(facts.get("times", {}).get("of", {})).items():
        if name.startswith("contact "):
            times |= {f"contact {key}": at for key in people.keys_of(name.removeprefix("contact "))}
        elif name.startswith("opt-out "):
            address, _, category = name.removeprefix("opt-out ").rpartition(" ")
            for key in people.keys_of(address):
                if category in opted_out.get(key, []):
                    opted_out_at.setdefault(key, {})[category] = at
                elif key in people.contacts:
                    times[f"opt-in {key} {category}"] = at
        else:
            times[name] = at
    if "times" in facts:
        facts["times"] = facts["times"] | {"of": times}
    if old or opted_out:
        facts["people"] = old | {"opted_out": opted_out, "opted_out_at": opted_out_at}
    return life | {"format": 2, "plays": plays, "facts": facts}


class _People:
    """The contacts of a life, by their address in folded case."""

    def __init__(self, addresses: list[str]) -> None:
        self.contacts = {address_key(address) for address in addresses}
        self._folded: dict[str, list[str]] = {}
        for address in addresses:
            keys = self._folded.setdefault(address.casefold(), [])
            keys += [key] if (key := address_key(address)) not in keys else []

    def keys_of(self, folded: str) -> list[str]:
        """The keys of the contacts that had this address in folded case, or that of the address itself where none has."""
        return self._folded.get(folded) or [address_key(folded)]

    def joined(self, by_folded: Json, join: Callable[[Any, Any], Any]) -> Json:
        """The same by the keys of addresses, with what comes under one key joined."""
        made: Json = {}
        for folded, value in by_folded.items():
            for key in self.keys_of(folded):
                made[key] = join(made[key], value) if key in made else value
        return made


_TO_THE_NEXT = {0: _from_0, 1: _from_1}


def _renamed(flat: Json, names: dict[str, str]) -> Json:
    return {new: flat[old] for old, new in names.items() if old in flat}
