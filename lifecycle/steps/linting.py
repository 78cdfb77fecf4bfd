"""What the checks of a step may ask of the playbook around it, and what they have in common."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from lifecycle.conditions.checking import Scope, check
from lifecycle.domain.enums import Subject, Tier
from lifecycle.domain.time.durations import Span
from lifecycle.facts.events import check_type

MOST_NAMED = 24
"""Names that a hint lists at most."""

Finding = tuple[tuple[str | int, ...], str]
"""The place of a fault, counted from where the check began, and a sentence that says how to mend it."""


@dataclass(frozen=True, slots=True)
class StepContext:
    """Where a step stands: its id and line, the tiers that its play is for, the playbook's own names, the templates there are, and
    what its play sends that can be answered. `roles` are those that somebody of ours holds, where people are known.

    `awaited` holds the line of each task of the playbook that waits for `task.done`, by its id; a task adds itself.
    """

    id: str | None
    line: int
    tiers: Sequence[Tier]
    names: Scope
    templates: Collection[str]
    sent: frozenset[Subject]
    awaited: dict[str, int]
    roles: frozenset[str] | None = None


def check_condition(place: tuple[str | int, ...], source: str | None, scope: Scope) -> Iterator[Finding]:
    """Every fault of a condition; none where there is no condition."""
    for sentence in check(source, scope) if source is not None else []:
        yield place, sentence


def check_role(place: tuple[str | int, ...], role: str, roles: frozenset[str] | None) -> Iterator[Finding]:
    """That somebody of ours holds the role, where people are known at all."""
    if roles is not None and role not in roles:
        yield place, f"nobody in people.yaml has the role '{role}'{near(role, sorted(roles))}"


def check_event_types(place: tuple[str | int, ...], names: Iterable[str] | None) -> Iterator[Finding]:
    """Every name of a list that is no event type."""
    for number, name in enumerate(names or []):
        try:
            check_type(name)
        except ValueError as error:
            yield (*place, number), str(error)


def check_every_tier(place: tuple[str | int, ...], spans: Mapping[Tier, Span], tiers: Sequence[Tier]) -> Iterator[Finding]:
    """That something is said for each tier that the play is for."""
    left_out = [tier.value for tier in tiers if tier not in spans]
    if left_out:
        others = ", ".join(tier.value for tier in tiers if tier in spans)
        mend = f", or let the play be for others alone, tiers: [{others}]" if others else ""
        yield place, f"says nothing for tier {' and '.join(left_out)}; write it too{mend}"


def near(name: str, offered: Iterable[str], prefix: str = "", *, only: bool = True) -> str:
    """A hint at what was meant by a name that does not exist, as the end of a sentence: a near name among those offered, or (with
    `only`) which there are. `prefix` stands before each name.
    """
    names = list(offered)
    close = get_close_matches(name, names, 1, 0.55)
    if close:
        return f"; did you mean {prefix}{close[0]}?"
    if not only:
        return ""
    return f"; there is {', '.join(prefix + each for each in names[:MOST_NAMED])}" if names else "; there is none"
