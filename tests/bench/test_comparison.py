"""A bench against another commit: what it shows, and what it says where there is nothing to compare with."""

import pytest

from bench import comparison
from bench.comparison import BASELINE, CannotCompare, Compared, compare
from bench.material import SHIPPED, YARDSTICK, Material


def test_without_git_it_says_that_git_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(CannotCompare, match=r"^--against needs git, which is not installed here\.$"):
        compare("engine", [], BASELINE)


def test_a_commit_that_is_not_there_is_refused_in_a_sentence() -> None:
    with pytest.raises(CannotCompare, match=r"^--against needs a commit of this repository, and git says: "):
        compare("engine", [], "no-such-commit")


@pytest.mark.parametrize(("commit", "kept"), [(f"{BASELINE}0000", False), ("88152bb", True)])
def test_the_ratio_is_the_median_of_the_pairs_and_has_a_target_against_the_baseline_alone(
    monkeypatch: pytest.MonkeyPatch, commit: str, kept: bool
) -> None:
    times = iter([10.0, 6.0, 10.0, 9.0, 20.0, 14.0])
    monkeypatch.setattr(comparison, "_extract", lambda revision, folder: commit)
    monkeypatch.setattr(comparison, "_measure", lambda bench, folder: {"a year": next(times)})

    figures = compare("engine", [Compared("a year", "ms", 0.5)], "before", pairs=3)

    assert [(figure.name, figure.value) for figure in figures] == [
        ("a year, at before", 10.0),
        ("a year, here", 9.0),
        ("a year, ratio", 0.7),
        ("a year, worst ratio", 0.9),
    ]
    assert all(figure.good for figure in figures) is kept


@pytest.mark.parametrize("material", [YARDSTICK, SHIPPED], ids=["yardstick", "shipped"])
def test_what_is_measured_reads(material: Material) -> None:
    _, stories = material.read()

    assert len(stories) == 12
