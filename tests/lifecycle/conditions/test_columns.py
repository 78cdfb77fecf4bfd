"""Conditions over the columns of a list: what is wrong with one is said in a sentence, and of what is not known none holds."""

import pytest

from lifecycle.conditions.columns import Value, fault_of_columns, holds_of

SAMPLE: dict[str, Value] = {"annual_value": 1.5, "health": "x", "health_score": 1, "paused": True, "contract_end": "x"}


@pytest.mark.parametrize(
    "source",
    [
        "annual_value > 1000", "annual_value > 1000.5 && !paused", "contract_end < '2027-01-01'", "health in ['red', 'yellow']",
        "health.startsWith('g') || health_score < 50", "paused",
    ],
)  # fmt: skip
def test_a_condition_over_columns_is_one(source: str) -> None:
    assert fault_of_columns(source, SAMPLE) == ""


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("helth == 'red'", "knows no 'helth'; did you mean health?"),
        ("zzz", "knows no 'zzz'; there is annual_value, contract_end, health, health_score, paused"),
        ("health.band == 'red'", "'health' is a single value and has no 'band'"),
        ("health = 'red'", "is no condition: write == to compare"),
        ("paused and health == 'red'", "is no condition: write && for 'and'"),
        ("!paused && health > 3", "mixes kinds of value: compare text with text and numbers with numbers"),
        ("health == 1", "compares text with a number, which are never equal"),
        ("health", "is neither true nor false; compare something"),
        ("", "is no condition: at character 1, it ends too early"),
    ],
)
def test_what_is_no_condition_over_columns_is_said(source: str, fault: str) -> None:
    assert fault_of_columns(source, SAMPLE) == fault


def test_it_holds_of_the_rows_of_which_it_is_true_and_of_no_row_that_lacks_what_it_asks_for() -> None:
    assert holds_of("annual_value > 1000", {"annual_value": 1000.5, "health": None})
    assert not holds_of("annual_value > 1000", {"annual_value": 1000.0})
    assert not holds_of("health_score < 50", {"health_score": None})
