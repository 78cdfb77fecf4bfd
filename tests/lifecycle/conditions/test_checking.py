"""A condition is checked when the playbook is read: names, kinds, values and guards, each in a sentence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.conditions.checking import Scope, check
from lifecycle.conditions.vocabulary import CONDITION
from lifecycle.facts.events import CATALOGUE

PLAIN = Scope(
    milestones=frozenset({"kickoff-held", "data-imported"}),
    offers=frozenset({"return"}),
    surveys=frozenset({"nps"}),
    meetings=frozenset({"kickoff"}),
)
ANY_EVENT = PLAIN.with_event(list(CATALOGUE))

GOOD = {
    'surveys["nps"].score >= 9 && surveys.nps.answered': PLAIN,
    'tier in ["A", "B"] || contract.annual_value > 1000.0': PLAIN,
    "first_value ? tier == 'A' : health.score > 3": PLAIN,
    "!(first_value || functional_done)": PLAIN,
    'segment.matches("(?i)shop|chain") // either': PLAIN,
    '["a", "b"].exists(x, x == segment)': PLAIN,
    "attributes.seats > 5": PLAIN,
    "milestones[segment].done": PLAIN,
    "contract.days > 1.5": PLAIN,
    "day > 3 && days_left < 30": PLAIN.with_clock(),
    'event.type == "feature.used" && event.feature == "import"': ANY_EVENT,
    'event.type != "usage.reported" || event.count > 0.0': PLAIN.with_event(["login", "usage.reported"]),
    "has(event.count) && event.count > 0.0": PLAIN.with_event(["login", "usage.reported"]),
    'event.level > 2 || event.subject == "x"': PLAIN.with_event(["ticket.opened"]),
    'company_size >= 1000 || edition == "enterprise"': PLAIN.for_tier_rules(),
    "true": PLAIN,
}


@pytest.mark.parametrize("source", GOOD)
def test_a_sound_condition_has_no_fault(source: str) -> None:
    assert check(source, GOOD[source]) == []


WRONG = {
    "tier ==": (PLAIN, "is no condition: at character 8, it ends too early"),
    "tier = 'A'": (PLAIN, "is no condition: write == to compare"),
    "first_value and tier == 'A'": (PLAIN, "is no condition: write && for 'and'"),
    "teir == 'A'": (PLAIN, "knows no 'teir'; did you mean tier?"),
    'milestones["kickof-held"].done': (PLAIN, "the playbook has no milestone 'kickof-held'; did you mean kickoff-held?"),
    'milestones["kickoff-held"].don': (PLAIN, "'milestones[\"kickoff-held\"]' has no 'don'; did you mean done?"),
    'offers["retrun"].granted': (PLAIN, "the playbook has no offer 'retrun'; did you mean return?"),
    "surveys.csat.score > 3": (PLAIN, "the playbook has no survey 'csat'; there is nps"),
    "health == 'green'": (PLAIN, "'health' is a group, write one of health.score, health.band, health.confidence"),
    "tier.name == 'A'": (PLAIN, "'tier' is a single value and has no 'name'"),
    "health.score == 'green'": (PLAIN, "`health.score == 'green'` compares a number with text, which are never equal"),
    "health.band == 'grean'": (PLAIN, "'health.band' is never 'grean'; did you mean 'green'?"),
    "tier in ['A', 'Z']": (PLAIN, "'tier' is never 'Z'; it is 'A', 'B' or 'C'"),
    "tier == 'B' && usage.ratio < 'low'": (
        PLAIN,
        "`usage.ratio < 'low'` mixes kinds of value: compare text with text and numbers with numbers (12000.0 and not 12000 in sums)",
    ),
    "contract.annual_value * 2 > 10.0": (
        PLAIN,
        "`contract.annual_value * 2 > 10.0` mixes kinds of value: compare text with text and numbers with numbers (12000.0 and not 12000 in sums)",
    ),
    "first_value || health.score": (PLAIN, "`health.score` is neither true nor false; compare it with something"),
    "!first_value && known(tier)": (
        PLAIN,
        "knows no function 'known'; there are size, has, contains, startsWith, endsWith, matches, int, double, string, exists and all",
    ),
    "1/0 == 1": (PLAIN, "`1/0 == 1` cannot be worked out: division by zero in CEL expression"),
    "segment.matches('(')": (PLAIN, "`segment.matches('(')` cannot be worked out: '(' not a valid regex:"),
    "day > 3": (PLAIN, "'day' is known only in an 'if', which is looked at at one moment; a condition that is watched cannot use it"),
    "event.type == 'login'": (
        PLAIN,
        "'event' is at hand only in a play that begins 'on' an event, in the 'if' of a wait_for, and in done_when",
    ),
    "event.feature == 'import'": (ANY_EVENT, "login has no 'feature'; ask for the type first: event.type == \"feature.used\" && ..."),
    "tier == 'B' && event.feature == 'import'": (
        ANY_EVENT,
        "login has no 'feature'; ask for the type first: event.type == \"feature.used\" && ...",
    ),
    "event.type == 'feature.used' && event.featur == 'x'": (ANY_EVENT, "'event' has no 'featur'; did you mean feature?"),
    "event.type == 'feature.usd'": (ANY_EVENT, "'event.type' is never 'feature.usd'; did you mean 'feature.used'?"),
    "event.meeting == 'kickof'": (PLAIN.with_event(["meeting.held"]), "'event.meeting' is never 'kickof'; did you mean 'kickoff'?"),
    "tier == 'A'": (
        PLAIN.for_tier_rules(),
        "'tier' is not known before there is a tier; a tier rule uses segment, industry, edition, country, language, "
        "company_size, contract, attributes",
    ),
}


@pytest.mark.parametrize("source", WRONG)
def test_a_wrong_condition_is_told_what_is_wrong(source: str) -> None:
    scope, expected = WRONG[source]
    assert check(source, scope) == [expected]


def test_every_wrong_part_is_told_of_and_none_hides_behind_another() -> None:
    assert check('false && teir == "A" && milestones["x"].done', PLAIN) == [
        "knows no 'teir'; did you mean tier?",
        "the playbook has no milestone 'x'; there is data-imported, kickoff-held",
    ]


_MARKS = '. .score .done ["kickoff-held"] ( ) [ ] && || ! ? : == < in + / 0 2.5 "x" true null size( has( .exists(x, x .matches( , // é ` 9223372036854775807'
_PIECES = st.sampled_from([*CONDITION, *_MARKS.split(" "), "event", 'r"\\"', "\n"])


@given(st.lists(_PIECES, min_size=1, max_size=8).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_any_text_is_judged_without_an_exception(source: str) -> None:
    assert "" not in check(source, ANY_EVENT)
