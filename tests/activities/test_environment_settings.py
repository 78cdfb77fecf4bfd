"""Where settings come from: the variables that are given, or the process's own, and nothing else that lies about."""

from pathlib import Path

import pytest

from activities.settings import Settings


def test_without_given_variables_the_processs_own_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVERGREEN_LEASE", "5")
    assert Settings.from_env().lease == 5


def test_given_variables_are_read_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EVERGREEN_LEASE", "5")
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("EVERGREEN_LEASE=6\n")
    assert Settings.from_env({}).lease == 60


def test_settings_made_by_hand_read_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVERGREEN_LEASE", "5")
    assert Settings().lease == 60
    assert Settings(home=Path("here")) == Settings.from_env({"EVERGREEN_HOME": "here"})


def test_a_variable_in_small_letters_is_not_ours() -> None:
    assert Settings.from_env({"evergreen_lease": "5"}).lease == 60
