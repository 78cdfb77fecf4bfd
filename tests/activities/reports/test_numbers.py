"""Shares, middles and their intervals, against values from textbooks and by hand."""

import pytest

from activities.reports import numbers
from activities.reports.causes import cause_of
from activities.reports.measures import slug
from activities.reports.numbers import NOTHING, Measured

SHARES = [
    (0, 0, NOTHING),
    (0, 10, Measured(0.0, 0.0, 0.2775)),
    (10, 10, Measured(1.0, 0.7225, 1.0)),
    (1, 2, Measured(0.5, 0.0945, 0.9055)),
    (81, 263, Measured(0.308, 0.2553, 0.3662)),
]


@pytest.mark.parametrize(("counted", "of", "expected"), SHARES)
def test_a_share_has_wilsons_interval(counted: int, of: int, expected: Measured) -> None:
    assert numbers.share(counted, of) == pytest.approx(expected, abs=5e-5)


MEDIANS = [
    ([], NOTHING),
    ([3.0], Measured(3.0)),
    ([4.0, 1.0], Measured(2.5)),
    ([3.0, 1.0, 2.0], Measured(2.0)),
    # Of ten, the ranks 5 - 3.1 and 5 + 3.1: the first and the ninth.
    ([float(number) for number in range(10, 0, -1)], Measured(5.5, 1.0, 9.0)),
]


@pytest.mark.parametrize(("values", "expected"), MEDIANS)
def test_a_median_lies_between_values(values: list[float], expected: Measured) -> None:
    assert numbers.median(values) == expected


def test_nine_of_ten_do_not_exceed_their_quantile() -> None:
    assert numbers.quantile([], 0.9) == NOTHING
    assert numbers.quantile([1.0], 0.9) == Measured(1.0)
    assert numbers.quantile([float(number) for number in range(1, 11)], 0.9).value == 9.0
    assert numbers.quantile([float(number) for number in range(1, 12)], 0.9).value == 10.0
    # Of a hundred, the ranks 90 - 5.88 and 90 + 5.88.
    assert numbers.quantile([float(number) for number in range(1, 101)], 0.9) == Measured(90.0, 84.0, 96.0)


def test_means_and_their_differences_have_two_standard_errors_to_either_side() -> None:
    assert numbers.mean([]) == NOTHING
    assert numbers.mean([2.0]) == Measured(2.0)
    assert numbers.mean([1.0, 3.0]) == pytest.approx(Measured(2.0, 0.04, 3.96))
    assert numbers.difference([1.0, 3.0], []) == NOTHING
    assert numbers.difference([1.0, 3.0], [1.0]) == Measured(1.0)
    # Each has a squared standard error of one.
    assert numbers.difference([1.0, 3.0], [0.0, 2.0]) == pytest.approx(Measured(1.0, 1 - 1.96 * 2**0.5, 1 + 1.96 * 2**0.5))


IDS = [
    ("EUR", "eur"),
    ("tier A", "tier-a"),
    ("2026-Q1", "2026-q1"),
    ("Too  dear!", "too-dear"),
    ("大きすぎる", "大きすぎる"),
    ("?!", "other"),
    ("x" * 99, "x" * 60),
]


@pytest.mark.parametrize(("text", "part"), IDS)
def test_any_text_makes_a_part_of_an_id(text: str, part: str) -> None:
    assert slug(text) == part


CAUSES = [
    ("cap of 2 emails in 7d reached, by welcome on Mon 2 March, 09:00", "too many messages"),
    ("messages are 2d apart, and the last was welcome on Mon 2 March", "too many messages"),
    ("held by kim, because it is Christmas", "held by somebody"),
    ("was due 2026-11-01 09:00 UTC, its window of 3d is over", "too late for its window"),
    ("the contact has opted out of offer messages", "opted out"),
    ("nobody holds the role sponsor", "nobody holds the role"),
    ("its condition does not hold", "its condition did not hold"),
    ("what it works towards is so", "what it works towards was so"),
    ("the stage growth ended", "the stage ended"),
    ("the provider could not: 451 try later", "the provider could not"),
    ("", "no reason told"),
    ("a ticket is open", "a ticket is open"),
    ("asked on 3 March", "another reason"),
]


@pytest.mark.parametrize(("reason", "cause"), CAUSES)
def test_sentences_of_the_ledger_are_told_apart_by_their_kind(reason: str, cause: str) -> None:
    assert cause_of(reason) == cause
