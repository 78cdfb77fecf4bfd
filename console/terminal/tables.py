"""Shows customers as people read them: status in words, timelines and lists as tables, times by the customer's own clock."""

from collections.abc import Iterable, Sequence
from typing import Any

from rich.markdown import Markdown
from rich.table import Table

from console.terminal.output import plain
from lifecycle.domain.enums import Band, Outcome, Stage, TouchKind
from lifecycle.domain.time.zones import local
from lifecycle.explain.status import Status, in_markdown
from lifecycle.explain.timeline import about, reason
from lifecycle.state.log import Entry, EntryKind

BAND_STYLE = {Band.GREEN: "green", Band.YELLOW: "yellow", Band.RED: "red", Band.UNKNOWN: "dim"}
OUTCOME_STYLE = {
    Outcome.SENT: "green",
    Outcome.DELAYED: "yellow",
    Outcome.SUPPRESSED: "yellow",
    Outcome.MISSED: "red",
    Outcome.FAILED: "red",
    Outcome.UNKNOWN: "bold red",
}


def status_in_words(status: Status) -> Markdown:
    """What the Temporal UI shows of the customer too."""
    return Markdown(in_markdown(status))


def timeline_table(entries: Iterable[Entry], zone: str, title: str = "") -> Table:
    """What happened and what was done, oldest first, by the customer's clock."""
    table = Table(title=plain(title) if title else None, title_justify="left", box=None, pad_edge=False)
    for head in ("when", "", "what", "outcome", "why"):
        table.add_column(head, no_wrap=head == "when", overflow="fold")
    for entry in entries:
        outcome = plain(entry.outcome.value, OUTCOME_STYLE.get(entry.outcome, "")) if entry.outcome else ""
        style = "bold" if entry.kind is EntryKind.STAGE else None
        table.add_row(
            f"{local(entry.at, zone):%a %Y-%m-%d %H:%M}",
            entry.kind.value,
            plain(about(entry)),
            outcome,
            plain(reason(entry, zone)),
            style=style,
        )
    return table


def _band(told: str | None) -> Band:
    """The band that a search attribute names; anybody may set one at the Temporal UI to what is none."""
    return Band(told) if told in list(Band) else Band.UNKNOWN


def list_table(rows: list[dict[str, Any]], besides: Sequence[str] = ()) -> Table:
    """One line a customer, with these columns besides."""
    table = Table(box=None, pad_edge=False)
    heads = ("customer", "tier", "stage", "health", "name", "owner", "contract end", "next touch (UTC)", "value a year")
    for head in (*heads, *(name.replace("_", " ") for name in besides), "held"):
        table.add_column(head, justify="right" if head == "value a year" else "left", overflow="fold")
    for row in rows:
        band = _band(row["health"])
        table.add_row(
            plain(row["customer"]),
            plain(row["tier"] or ""),
            plain(row["stage"] or ""),
            plain(_health(band, row["health_score"], row["stage"]), BAND_STYLE[band]),
            plain(row.get("name") or ""),
            plain(row["owner"] or ""),
            (row["contract_end"] or "")[:10],
            (row["next_touch_at"] or "")[:16].replace("T", " "),
            f"{row['annual_value']:,.0f}" if row["annual_value"] is not None else "",
            *(plain("" if row[name] is None else str(row[name])) for name in besides),
            row.get("ended_by_force") or ("paused" if row["paused"] else ""),
        )
    return table


def outcome_of(status: Status, timeline: Iterable[Entry]) -> str:
    """How the customer's contract has gone, in a few words."""
    event_types = [
        entry.what for entry in timeline if entry.kind is EntryKind.EVENT and entry.cause is None and not entry.why.startswith("refused")
    ]
    words = []
    for what in event_types:
        match what:
            case "contract.signed":
                words.append("bought after its trial")
            case "contract.renewed":
                words.append("renewed")
            case "contract.cancelled":
                words.append("cancelled")
            case "contract.cancellation_withdrawn":
                words.append("stays after all")
            case "customer.churned":
                words.append(f"lost ({status.churn_reason})")
            case "customer.won_back":
                words.append("won back")
            case _:
                pass
    if status.stage is Stage.LAPSED:
        words.append("lapsed: no word yet")
    renewals = words.count("renewed")
    if renewals > 1:
        words = [f"renewed {renewals} times" if number == words.index("renewed") else word for number, word in enumerate(words)]
        words = [word for word in words if word != "renewed"]
    return ", ".join(words) or status.closed or "under contract"


def summary_table(rows: list[tuple[Status, list[Entry]]]) -> Table:
    """One line a customer: where it stands, what was done, how it went."""
    table = Table(box=None, pad_edge=False)
    table.add_column("customer", no_wrap=True)
    table.add_column("tier")
    table.add_column("stage", no_wrap=True)
    table.add_column("health", no_wrap=True)
    for kind in TouchKind:
        table.add_column(kind.plural, justify="right")
    table.add_column("outcome")
    for status, timeline in rows:
        table.add_row(
            plain(status.name),
            status.tier.value,
            status.stage.value,
            plain(_health(status.health, status.health_score, status.stage.value), BAND_STYLE[status.health]),
            *(str(status.counts.get(f"sent:{kind.value}", 0)) for kind in TouchKind),
            plain(outcome_of(status, timeline)),
        )
    return table


_LEFT = frozenset(stage.value for stage in Stage if stage.has_left)


def _health(band: Band, score: int, stage: str | None) -> str:
    if stage in _LEFT:
        return "none"
    return band.value if band is Band.UNKNOWN else f"{band.value} {score}"
