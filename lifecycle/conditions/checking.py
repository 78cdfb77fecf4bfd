"""Checks a condition against the words it may use, before any customer meets it.

Names are looked up in the vocabulary. Types are found out by working every part of the condition out on made-up
customers, part by part, so that no part hides behind another that is false.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache

import cel

from lifecycle.conditions.cel_source import NamedPath, Part, parts_of, paths_of, tokens_of
from lifecycle.conditions.compiled import compiled
from lifecycle.conditions.limits import too_much
from lifecycle.conditions.vocabulary import CLOCK, CONDITION, OF_KEYS, Keyed, Leaf, Tree, event_names
from lifecycle.facts.subject import Open

_OF_A_TIER_RULE = ("segment", "industry", "edition", "country", "language", "company_size", "contract", "attributes")
FUNCTIONS = "size, has, contains, startsWith, endsWith, matches, int, double, string, exists and all"
_FAILURES = (ArithmeticError, IndexError, TypeError, ValueError, RuntimeError)
_SINGULAR = {"milestones": "milestone", "offers": "offer", "surveys": "survey", "meetings": "meeting", "scores": "score"}
_OF_HEALTH = ("health", "scores")


@dataclass(frozen=True)
class Scope:
    """What a condition may name where it stands: the playbook's own ids, and whether clock and event are at hand.

    `event` lists the types of which one has come; empty where no event is at hand. `key` is the field that is the play's key.
    """

    milestones: frozenset[str] = frozenset()
    offers: frozenset[str] = frozenset()
    surveys: frozenset[str] = frozenset()
    meetings: frozenset[str] = frozenset()
    scores: frozenset[str] = frozenset()
    clock: bool = False
    event: tuple[str, ...] = ()
    key: str = ""
    tier_rule: bool = False
    of_health: bool = False

    def with_clock(self) -> "Scope":
        """The same with `day`, `days_left` and `days_away`."""
        return replace(self, clock=True)

    def with_event(self, types: list[str]) -> "Scope":
        """The same with `event`, which is of one of those types."""
        return replace(self, event=tuple(types))

    def with_key(self, name: str) -> "Scope":
        """The same in a play whose runs are about one thing each, such as a `ticket`."""
        return replace(self, key=name)

    def for_tier_rules(self) -> "Scope":
        """What is known of a customer before it has a tier (R12)."""
        return replace(self, tier_rule=True)

    def for_health(self) -> "Scope":
        """What health is made of: everything but health itself (R33)."""
        return replace(self, of_health=True)

    def ids(self, of: str) -> frozenset[str]:
        """The playbook's own names of that kind."""
        return {
            "milestones": self.milestones,
            "offers": self.offers,
            "surveys": self.surveys,
            "meetings": self.meetings,
            "scores": self.scores,
        }[of]


def check(source: str, scope: Scope) -> list[str]:
    """One sentence for each fault of the condition; none if it may run."""
    return list(_faults(source, scope, of_number=False))


def check_number(source: str, scope: Scope) -> list[str]:
    """The same of an expression that is to come to a number."""
    return list(_faults(source, scope, of_number=True))


@lru_cache(maxsize=2048)
def _faults(source: str, scope: Scope, *, of_number: bool) -> tuple[str, ...]:
    if (excess := too_much(source)) is not None:
        return (excess,)
    try:
        compiled(source)
    except ValueError as error:
        return (syntax_fault(source, str(error)),)
    names = _names(scope)
    faults = [fault for path in paths_of(tokens_of(source)) if (fault := _unknown(path, names, scope))]
    if not faults and of_number:
        faults = list(_wrong(Part(source, 0, len(source), tokens_of(source)), scope, of_number=True))
    elif not faults:
        faults = [fault for part in parts_of(source) for fault in _wrong(part, scope)]
    if not faults and scope.event:
        faults = list(_unguarded(source, scope))
    return tuple(dict.fromkeys(faults))


def syntax_fault(source: str, message: str) -> str:
    """Why a text is no condition, by what the compiler said of it."""
    if re.search(r"[^=!<>]=[^=]", source):
        return "is no condition: write == to compare"
    if word := re.search(r"\b(and|or|not)\b", source):
        sign = {"and": "&&", "or": "||", "not": "!"}[word[1]]
        return f"is no condition: write {sign} for '{word[1]}'"
    place = re.search(r"<input>:(\d+):(\d+): (?:Syntax error: )?(.*?)(?: expecting .*)?$", message, re.MULTILINE)
    if place is None:
        return "is no condition: it cannot be read"
    said = "it ends too early" if "<EOF>" in place[3] else place[3]
    return f"is no condition: at character {place[2]}, {said}"


# Names


def _names(scope: Scope) -> Tree:
    tree: Tree = {name: CONDITION[name] for name in _OF_A_TIER_RULE} if scope.tier_rule else dict(CONDITION)
    if scope.of_health:
        tree = {name: each for name, each in tree.items() if name not in _OF_HEALTH}
    if scope.clock:
        tree |= CLOCK
    if scope.key in OF_KEYS:
        tree[scope.key] = OF_KEYS[scope.key]
    if scope.event:
        tree["event"] = {name: value for each in scope.event for name, value in event_names([each]).items()}
    return tree


def _unknown(path: NamedPath, tree: Tree, scope: Scope) -> str:
    """Why a path does not exist; empty if it does."""
    if path.root not in tree:
        return _not_here(path.root, scope) or f"knows no '{path.root}'{hint(path.root, tree)}"
    group, so_far = tree[path.root], path.root
    for step in path.steps:
        if isinstance(group, Open):
            return ""
        if isinstance(group, Keyed):
            ids = scope.ids(group.of)
            if step is not None and step not in ids:
                return f"the playbook has no {_SINGULAR[group.of]} '{step}'{hint(step, ids)}"
            group, so_far = group.each, f'{so_far}["{step}"]'
        elif isinstance(group, dict):
            if step not in group:
                return f"'{so_far}' has no '{step}'{hint(str(step), group)}"
            group, so_far = group[step], f"{so_far}.{step}"
        else:
            return f"'{so_far}' is a single value and has no '{step}'"
    if path.whole or not isinstance(group, Keyed | dict | Open):
        return ""
    if isinstance(group, dict):
        return f"'{so_far}' is a group, write one of {', '.join(f'{so_far}.{name}' for name in group)}"
    return f"'{so_far}' is a group, write {so_far}[\"NAME\"]" + ("" if isinstance(group, Open) else f".{next(iter(group.each))}")


def _not_here(root: str, scope: Scope) -> str:
    if root in CLOCK:
        return f"'{root}' is known only in an 'if', which is looked at at one moment; a condition that is watched cannot use it"
    if root == "event":
        return "'event' is at hand only in a play that begins 'on' an event, in the 'if' of a wait_for, and in done_when"
    if root in OF_KEYS:
        return f"'{root}' is at hand only in a play with 'key: event.{root}', each of whose runs is about one"
    if scope.of_health and root in _OF_HEALTH:
        return f"'{root}' is what is made here; a factor and a limit use what it is made of"
    if scope.tier_rule and root in CONDITION:
        return f"'{root}' is not known before there is a tier; a tier rule uses {', '.join(_OF_A_TIER_RULE)}"
    return ""


def hint(name: str, offered: Iterable[str]) -> str:
    """What was meant by a name that is not there, or what there is."""
    near = get_close_matches(name, sorted(offered), 1, 0.55)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; there is {', '.join(sorted(offered))}" if offered else "; there is none"


# Types


def _wrong(part: Part, scope: Scope, *, of_number: bool = False) -> Iterator[str]:
    """What is wrong with a part whose names are all known; it is to be true or false, or to come to a number."""
    paths = paths_of(part.tokens)
    results: list[object] = []
    errors: list[Exception] = []
    types: tuple[str, ...] = scope.event if any(path.root == "event" for path in paths) else ("",)
    for type_name in types:
        for sample in _samples(scope, type_name):
            try:
                results.append(compiled(part.text).execute(sample))
            except KeyError:
                continue
            except _FAILURES as error:
                errors.append(error)
    undefined = [found[1] for error in errors if (found := re.match(r"Undefined variable or function: '([^']*)'", str(error)))]
    if undefined:
        yield f"knows no function '{undefined[0]}'; there are {FUNCTIONS}"
    elif any(isinstance(error, TypeError) for error in errors):
        yield f"`{part.text}` mixes kinds of value: compare text with text and numbers with numbers (12000.0 and not 12000 in sums)"
    elif errors and not results:
        yield f"`{part.text}` cannot be worked out: {str(errors[0]).split(': ', 1)[-1].splitlines()[0]}"
    elif of_number:
        if any(isinstance(result, bool) or not isinstance(result, int | float) for result in results):
            yield f"`{part.text}` comes to no number: write one from 0 to 100, such as `usage.ratio * 100.0` or `payment_failed ? 0 : 100`"
    elif any(not isinstance(result, bool) for result in results):
        yield f"`{part.text}` is neither true nor false; compare it with something"
    else:
        yield from _never_equal(part, scope, types)
    yield from _no_such_value(part, scope)


def _never_equal(part: Part, scope: Scope, types: tuple[str, ...]) -> Iterator[str]:
    if part.equality is None:
        return
    for sample in (sample for type_name in types for sample in _samples(scope, type_name)):
        try:
            left, right = (compiled(side).execute(sample) for side in part.equality)
        except (KeyError, *_FAILURES):
            continue
        if sort_of(left) != sort_of(right):
            yield f"`{part.text}` compares {sort_of(left)} with {sort_of(right)}, which are never equal"
            return


def sort_of(value: object) -> str:
    """What kind of value it is, in words."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "text" if isinstance(value, str) else "nothing" if value is None else "a list"


def _no_such_value(part: Part, scope: Scope) -> Iterator[str]:
    for path, text in part.literals():
        known = _texts_at(path, scope)
        if known is not None and text not in known:
            near = get_close_matches(text, known, 1, 0.55)
            hint = f"did you mean '{near[0]}'?" if near else f"it is {_or(known)}" if known else "the playbook has none"
            yield f"'{path}' is never '{text}'; {hint}"


def _texts_at(path: NamedPath, scope: Scope) -> list[str] | None:
    """Every text that may stand at a path; None where any may."""
    if path.root == "event" and len(path.steps) == 1 and f"{path.steps[0]}s" in _SINGULAR:
        return sorted(scope.ids(f"{path.steps[0]}s"))
    trees: list[Tree] = [_names(scope)]
    if path.root == "event":
        trees = [{"event": event_names([each])} for each in scope.event]
    leaves = [leaf for tree in trees if (leaf := _leaf_at(path, tree)) is not None]
    if not leaves or any(leaf.closed is None for leaf in leaves):
        return None
    return list(dict.fromkeys(text for leaf in leaves for text in leaf.closed or ()))


def _leaf_at(path: NamedPath, tree: Tree) -> Leaf | None:
    group = tree.get(path.root)
    for step in path.steps:
        if isinstance(group, Keyed):
            group = group.each
        elif isinstance(group, dict) and step is not None:
            group = group.get(step)
        else:
            return None
    return group if isinstance(group, Leaf) else None


def _or(names: list[str]) -> str:
    shown = [f"'{name}'" for name in names if name][:24]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _unguarded(source: str, scope: Scope) -> Iterator[str]:
    """Fields of the event that not every type has, asked for before the type is."""
    parts = parts_of(source)
    apart = [part for part in parts if not any(path.root == "event" for path in paths_of(part.tokens))]
    if len(apart) == len(parts):
        return
    for fill in ("true", "false"):
        rest = source
        for part in reversed(apart):
            rest = rest[: part.start] + fill + rest[part.end :]
        program = compiled(rest)
        for type_name in scope.event:
            try:
                program.execute(next(iter(_samples(scope, type_name))))
            except KeyError as error:
                field = str(error.args[0]).strip("'")
                if field in event_names([type_name]) or not any(field in event_names([each]) for each in scope.event):
                    continue
                owners = [each for each in scope.event if field in event_names([each])]
                yield f"{type_name} has no '{field}'; ask for the type first: event.type == \"{owners[0]}\" && ..."
                return
            except _FAILURES:
                continue


@lru_cache(maxsize=256)
def _samples(scope: Scope, type_name: str) -> tuple[cel.Context, ...]:
    """Two made-up customers, unlike in every respect, at the moment of an event of that type."""
    tree = _names(replace(scope, event=()))
    made = []
    for other in (False, True):
        values = {name: _value(group, scope, other) for name, group in tree.items()}
        if type_name:
            event = {name: _value(group, scope, other) for name, group in event_names([type_name]).items()}
            values["event"] = event | {"type": type_name}
        made.append(cel.Context(values))
    return tuple(made)


def _value(group: object, scope: Scope, other: bool) -> object:
    match group:
        case dict():
            return {name: _value(each, scope, other) for name, each in group.items()}
        case Keyed():
            return {name: _value(group.each, scope, other) for name in scope.ids(group.of)}
        case Open():
            return {}
        case Leaf(example=bool() as flag):
            return flag is not other
        case Leaf(example=example):
            return type(example)() if other else example
        case _:
            raise TypeError(f"no leaf of a vocabulary: {group!r}")
