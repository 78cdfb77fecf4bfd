"""The environment of a release with another lock is installed once, whatever asks for it at the same time, and again if that was cut short."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.releases.environments import python_with


class Installing:
    """Makes an environment that is a folder, and counts; the first `failing` times it is cut short."""

    def __init__(self, failing: int = 0) -> None:
        self.failing = failing
        self.made: list[Path] = []

    def __call__(self, environment: Path, lock: Path) -> None:
        assert not environment.exists()
        (environment / "bin").mkdir(parents=True)
        self.made.append(environment)
        if len(self.made) <= self.failing:
            raise OSError("the disk is full")
        (environment / "bin" / "python").touch()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    (tmp_path / "requirements.lock").write_text("idna==3.10\n")
    return tmp_path / "requirements.lock"


def test_four_that_ask_at_once_get_one(tmp_path: Path, lock: Path) -> None:
    install = Installing()
    with ThreadPoolExecutor(4) as pool:
        pythons = set(pool.map(lambda _: python_with(lock, tmp_path / "cache", install), range(4)))
    assert (len(pythons), len(install.made)) == (1, 1)
    assert pythons.pop().exists()


def test_another_lock_gets_another(tmp_path: Path, lock: Path) -> None:
    install = Installing()
    first = python_with(lock, tmp_path / "cache", install)
    lock.write_text("idna==3.20\n")
    assert python_with(lock, tmp_path / "cache", install) != first


def test_one_that_was_cut_short_is_made_anew(tmp_path: Path, lock: Path) -> None:
    install = Installing(failing=1)
    with pytest.raises(OSError, match="the disk is full"):
        python_with(lock, tmp_path / "cache", install)
    assert python_with(lock, tmp_path / "cache", install).exists()
    assert len(install.made) == 2
