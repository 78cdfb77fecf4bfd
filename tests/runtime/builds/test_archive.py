"""What is kept of a build is enough to run its worker, and no more."""

import json
import os
import subprocess
from pathlib import Path

from runtime.builds.archive import KEPT, archive_of, keep_build, other_packages, remove_unused
from runtime.builds.build_id import ROOT, build_id_of


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_archive_is_the_same_build_and_small(tmp_path: Path) -> None:
    kept = keep_build(tmp_path, "abc")
    assert kept == archive_of(tmp_path, "abc")
    assert build_id_of(kept) == build_id_of(ROOT)
    assert {name.split("/")[0] for name in files(kept)} == {*KEPT, "packages.json", "build.json"}
    assert sum((kept / name).stat().st_size for name in files(kept)) < 3_000_000
    assert other_packages(kept) == []


def test_what_git_ignores_is_left_out_and_what_is_not_committed_yet_is_kept(tmp_path: Path) -> None:
    code = tmp_path / "code"
    (code / "lifecycle" / "__pycache__").mkdir(parents=True)
    (code / "lifecycle" / "new.py").write_text("")
    (code / "lifecycle" / "__pycache__" / "new.pyc").write_text("")
    (code / "worker.py").write_text("")
    assert files(keep_build(tmp_path / "a", "x", code)) == {"lifecycle/new.py", "worker.py", "packages.json", "build.json"}
    (code / ".gitignore").write_text("__pycache__/\n")
    subprocess.run(["git", "init", "--quiet"], cwd=code, check=True)
    assert files(keep_build(tmp_path / "b", "x", code)) == {"lifecycle/new.py", "worker.py", "packages.json", "build.json"}


def test_a_build_is_kept_once(tmp_path: Path) -> None:
    (keep_build(tmp_path, "abc") / "mark").touch()
    assert (keep_build(tmp_path, "abc") / "mark").exists()


def test_packages_that_changed_are_named(tmp_path: Path) -> None:
    kept = keep_build(tmp_path, "abc")
    file = kept / "packages.json"
    file.write_text(file.read_text().replace('"tzdata": "', '"tzdata": "9'))
    [said] = other_packages(kept)
    assert said.startswith("tzdata 20") and "(it had 920" in said


def test_a_package_that_a_build_did_without_changes_nothing_for_it(tmp_path: Path) -> None:
    file = keep_build(tmp_path, "abc") / "packages.json"
    file.write_text(json.dumps({name: number for name, number in json.loads(file.read_text()).items() if name != "email-validator"}))
    assert other_packages(file.parent) == []


def test_archives_that_are_used_stay_and_of_the_others_the_newest_five(tmp_path: Path) -> None:
    for age, name in enumerate(["used", "a", "b", "c", "d", "e", "f"]):
        folder = archive_of(tmp_path, name)
        folder.mkdir(parents=True)
        os.utime(folder, (1_000_000 - age, 1_000_000 - age))
    remove_unused(tmp_path, {"used"})
    assert {each.name for each in (tmp_path / "builds").iterdir()} == {"used", "a", "b", "c", "d", "e"}
