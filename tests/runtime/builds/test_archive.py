"""What is kept of a build is enough to run its worker, and no more."""

import io
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lifecycle.domain.errors import Failure, Mistake
from runtime.builds.archive import KEPT, NOTE, PACKAGES, archive_of, fault_of, keep_build, other_packages, remove_unused
from runtime.builds.build_id import ROOT, build_id_by_release_0_1_0, build_id_of, code_hash_of, deciding_packages
from tools.release import releases


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A small project."""
    for folder in KEPT[:-1]:
        (tmp_path / "code" / folder).mkdir(parents=True)
        (tmp_path / "code" / folder / "some.py").write_text("RULE = 50\n")
    (tmp_path / "code" / "activities" / "some.py").write_text("@activity.defn\ndef act() -> None: ...\n")
    (tmp_path / "code" / "worker.py").write_text("")
    return tmp_path / "code"


def test_the_archive_is_the_same_build_and_small(tmp_path: Path) -> None:
    kept = keep_build(tmp_path, "abc")
    assert kept == archive_of(tmp_path, "abc")
    assert build_id_of(kept) == build_id_of(ROOT)
    assert {name.split("/")[0] for name in files(kept)} == {*KEPT, PACKAGES, NOTE}
    assert sum((kept / name).stat().st_size for name in files(kept)) < 3_000_000
    assert other_packages(kept) == []
    assert fault_of(kept) is None


def test_what_git_ignores_is_left_out_and_what_is_not_committed_yet_is_kept(tmp_path: Path) -> None:
    code = tmp_path / "code"
    (code / "lifecycle" / "__pycache__").mkdir(parents=True)
    (code / "lifecycle" / "new.py").write_text("")
    (code / "lifecycle" / "__pycache__" / "new.pyc").write_text("")
    (code / "worker.py").write_text("")
    assert files(keep_build(tmp_path / "a", "x", code)) == {"lifecycle/new.py", "worker.py", PACKAGES, NOTE}
    (code / ".gitignore").write_text("__pycache__/\n")
    subprocess.run(["git", "init", "--quiet"], cwd=code, check=True)
    assert files(keep_build(tmp_path / "b", "x", code)) == {"lifecycle/new.py", "worker.py", PACKAGES, NOTE}


def test_code_that_decides_is_kept_whatever_git_ignores(code: Path, tmp_path: Path) -> None:
    (code / ".gitignore").write_text("some.py\n")
    subprocess.run(["git", "init", "--quiet"], cwd=code, check=True)
    assert files(keep_build(tmp_path, "x", code)) == {
        *(f"{folder}/some.py" for folder in ("lifecycle", "workflows", "activities")),
        "worker.py",
        PACKAGES,
        NOTE,
    }


def test_a_build_is_kept_once(tmp_path: Path, code: Path) -> None:
    (keep_build(tmp_path, "abc", code) / "mark").touch()
    assert (keep_build(tmp_path, "abc", code) / "mark").exists()


def spoil(name: str, text: str | None) -> Callable[[Path], None]:
    """Writes that into the file, or removes it."""

    def write(folder: Path) -> None:
        if text is None:
            (folder / name).unlink()
        else:
            (folder / name).write_text(text)

    return write


def empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


DAMAGES = [
    ("no packages", spoil(PACKAGES, None), "what it says of itself cannot be read"),
    ("empty packages", spoil(PACKAGES, ""), "what it says of itself cannot be read"),
    ("other packages", spoil(PACKAGES, '{"pydantic": "1"}'), "packages.json is not as it was kept"),
    ("packages that are no versions", spoil(PACKAGES, '["pydantic"]'), "what it says of itself cannot be read"),
    ("no worker", spoil("worker.py", None), "worker.py is not as it was kept"),
    ("another rule", spoil("lifecycle/some.py", "RULE = 80\n"), "lifecycle/some.py is not as it was kept"),
    ("a cut file", spoil("runtime/some.py", ""), "runtime/some.py is not as it was kept"),
    ("a new file", spoil("lifecycle/other.py", "x = 1"), "lifecycle/other.py was not kept with it"),
    ("no note", spoil(NOTE, None), "its code is not that of its name"),
    ("a note that does not read", spoil(NOTE, "{"), "what it says of itself cannot be read"),
    ("an empty folder", empty, "what it says of itself cannot be read"),
]


@pytest.mark.parametrize(("damage", "wrong"), [row[1:] for row in DAMAGES], ids=[row[0] for row in DAMAGES])
def test_a_damaged_archive_is_found_and_written_anew(tmp_path: Path, code: Path, damage: Callable[[Path], None], wrong: str) -> None:
    name = build_id_of(code)
    kept = keep_build(tmp_path, name, code)
    before = files(kept)
    damage(kept)
    assert fault_of(kept) == f"is damaged ({wrong})"
    assert keep_build(tmp_path, name, code) == kept
    assert (fault_of(kept), files(kept), build_id_of(kept)) == (None, before, name)
    assert [each.name for each in kept.parent.iterdir()] == [name]


def test_an_archive_that_is_not_there_is_gone(tmp_path: Path) -> None:
    assert fault_of(archive_of(tmp_path, "abc")) == "is gone"


def test_an_archive_that_release_0_1_0_kept_is_tried_by_its_name(tmp_path: Path, code: Path) -> None:
    """It wrote no note, and its name is the hash without the activities."""
    name = build_id_by_release_0_1_0(code, deciding_packages())
    kept = archive_of(tmp_path, name)
    shutil.copytree(code, kept)
    (kept / PACKAGES).write_text(json.dumps(deciding_packages()))
    assert fault_of(kept) is None
    spoil("lifecycle/some.py", "RULE = 80\n")(kept)
    assert fault_of(kept) == "is damaged (its code is not that of its name)"
    named = kept.replace(archive_of(tmp_path, "prod"))
    assert fault_of(named) is None, "nobody can tell what it was"
    spoil("worker.py", None)(named)
    assert fault_of(named) == "is damaged (worker.py is not as it was kept)"


def test_release_0_1_0_is_called_what_it_called_itself(tmp_path: Path) -> None:
    release = releases()[0]
    tree = subprocess.run(["git", "archive", release.commit, "lifecycle", "workflows"], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(tree)) as archive:
        archive.extractall(tmp_path, filter="data")
    packages = deciding_packages()
    if packages["python"] != "3.11":
        pytest.skip("release 0.1.0 was made with Python 3.11")
    assert build_id_by_release_0_1_0(tmp_path, packages) == release.build_id


def test_other_code_by_the_same_name_is_refused_and_leaves_the_archive_as_it_is(tmp_path: Path, code: Path) -> None:
    kept = keep_build(tmp_path, "prod", code)
    (code / "lifecycle" / "some.py").write_text("RULE = 80\n")
    with pytest.raises(
        Mistake, match=r"prod holds other code, which was build prod too: .* Name this one otherwise with EVERGREEN_BUILD_ID"
    ):
        keep_build(tmp_path, "prod", code)
    assert fault_of(kept) is None


def test_code_that_changes_while_it_starts_is_not_kept_under_the_name_that_it_had(tmp_path: Path, code: Path) -> None:
    had = code_hash_of(code)
    (code / "lifecycle" / "some.py").write_text("RULE = 80\n")
    with pytest.raises(Failure, match=r"^Files of the code were changed while it started"):
        keep_build(tmp_path, "abc", code, had)
    assert list((tmp_path / "builds").iterdir()) == []


def test_packages_that_changed_are_named(tmp_path: Path) -> None:
    kept = keep_build(tmp_path, "abc")
    file = kept / "packages.json"
    file.write_text(file.read_text().replace('"tzdata": "', '"tzdata": "9'))
    [said] = other_packages(kept)
    assert said.startswith("tzdata 20") and "(it had 920" in said


def test_archives_that_are_used_stay_and_of_the_others_the_newest_five(tmp_path: Path) -> None:
    for age, name in enumerate(["used", "a", "b", "c", "d", "e", "f"]):
        folder = archive_of(tmp_path, name)
        folder.mkdir(parents=True)
        os.utime(folder, (1_000_000 - age, 1_000_000 - age))
    remove_unused(tmp_path, {"used"})
    assert {each.name for each in (tmp_path / "builds").iterdir()} == {"used", "a", "b", "c", "d", "e"}
