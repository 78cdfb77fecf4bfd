"""A build is called by the code and packages that decide, and by nothing else."""

import shutil
from pathlib import Path

import pytest

from activities.settings import Settings
from runtime.builds.build_id import DECIDING_FOLDERS, ROOT, build_id_of, deciding_packages, own_build_id

PACKAGES = {"temporalio": "1.35.0", "python": "3.11"}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for folder in (*DECIDING_FOLDERS, "activities"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_two_checkouts_of_one_code_have_one_build(checkout: Path) -> None:
    assert build_id_of(checkout, PACKAGES) == build_id_of(ROOT, PACKAGES)
    assert build_id_of(checkout) == build_id_of()


def test_compiled_files_make_no_other_build(checkout: Path) -> None:
    before = build_id_of(checkout, PACKAGES)
    (checkout / "lifecycle" / "__pycache__").mkdir()
    (checkout / "lifecycle" / "__pycache__" / "x.pyc").write_bytes(b"x")
    (checkout / "activities" / "settings.py").write_text("")
    assert build_id_of(checkout, PACKAGES) == before


@pytest.mark.parametrize("path", ["lifecycle/rules/health.py", "workflows/timer.py", "lifecycle/new.py"])
def test_a_change_of_what_decides_makes_another(checkout: Path, path: str) -> None:
    before = build_id_of(checkout, PACKAGES)
    with (checkout / path).open("a") as file:
        file.write("X = 1\n")
    assert build_id_of(checkout, PACKAGES) != before


def test_another_package_makes_another(checkout: Path) -> None:
    assert build_id_of(checkout, PACKAGES | {"temporalio": "1.36.1"}) != build_id_of(checkout, PACKAGES)
    assert {
        "temporalio",
        "pydantic",
        "pydantic-core",
        "common-expression-language",
        "holidays",
        "tzdata",
        "python",
    } <= deciding_packages().keys()


def test_the_settings_may_call_it_otherwise() -> None:
    assert own_build_id(Settings(build_id="0.1.0")) == "0.1.0"
    assert own_build_id(Settings()) == build_id_of()


@pytest.mark.parametrize("name", ["a/b", "..", "-x", "x" * 65, "a b"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="EVERGREEN_BUILD_ID: is no name for a build: write up to 64 letters"):
        Settings.from_env({"EVERGREEN_BUILD_ID": name})
