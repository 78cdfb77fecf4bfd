"""What a release leaves behind, and when one is not made."""

import json
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

from lifecycle.domain.errors import Mistake
from lifecycle.state.formats import FORMAT, READABLE
from tests.releases.conftest import TreeOf
from tests.workflows.recording import OF_A_RELEASE
from tools import release as release_tool
from tools.release import Release, make_release, releases

RELEASES = releases()
MOST_BYTES = 200_000


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-c", "user.name=Kim", "-c", "user.email=kim@us.example", *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a version and nothing to commit."""
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n')
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "all there is")
    return tmp_path


def test_a_release_is_not_made_of_what_is_not_committed(project: Path) -> None:
    (project / "news.py").write_text("")
    with pytest.raises(Mistake, match=r"^A release is a commit, and 1 files are changed and not committed \(news\.py, for one\)"):
        make_release(project)


def test_a_release_that_is_tagged_stays_as_it_is(project: Path) -> None:
    git(project, "tag", "v1.2.0")
    with pytest.raises(Mistake, match=r"^Version 1\.2\.0 is tagged, and what is released stays as it is"):
        make_release(project)


def released(project: Path, **changes: object) -> Release:
    """What is written of the project's version, which is committed then."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=project, check=True, capture_output=True, text=True).stdout.strip()
    release = Release("1.2.0", head, FORMAT, "abc")
    note = release.folder_in(project) / "release.json"
    note.parent.mkdir(parents=True)
    note.write_text(json.dumps(asdict(release) | changes))
    git(project, "add", ".")
    git(project, "commit", "-m", "its traces")
    return release


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that histories were recorded into."""
    folders: list[Path] = []

    async def record(folder: Path) -> None:
        folders.append(folder)

    monkeypatch.setattr(release_tool, "_record", record)
    return folders


def test_a_release_is_written_into_the_checkout_that_it_is_made_of(project: Path, recorded: list[Path]) -> None:
    make_release(project)
    assert recorded == [project / "tests" / "releases" / "1.2.0" / "histories"]
    note = json.loads((project / "tests" / "releases" / "1.2.0" / "release.json").read_text())
    assert (note["version"], note["state_format"]) == ("1.2.0", FORMAT)


def test_a_release_may_be_made_anew_from_the_commit_that_keeps_its_traces(project: Path, recorded: list[Path]) -> None:
    released(project)
    make_release(project)
    assert len(recorded) == 1


def test_a_release_is_not_written_over_by_later_code_of_the_same_version(project: Path, recorded: list[Path]) -> None:
    before = released(project)
    (project / "news.py").write_text("")
    git(project, "add", ".")
    git(project, "commit", "-m", "news")
    with pytest.raises(Mistake) as told:
        make_release(project)
    assert str(told.value) == (
        f"Version 1.2.0 was released as commit {before.commit[:12]}, and what is released stays as it is: raise the version in pyproject.toml."
    )
    assert recorded == []


def test_a_release_is_not_written_over_in_another_state_format(project: Path, recorded: list[Path]) -> None:
    released(project, state_format=FORMAT - 1)
    with pytest.raises(
        Mistake, match=rf"^Version 1\.2\.0 was released with state format {FORMAT - 1}, and this commit writes format {FORMAT}"
    ):
        make_release(project)
    assert recorded == []


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.version)
def test_a_release_keeps_little_and_every_life(release: Release) -> None:
    kept = list(release.folder.rglob("*.*"))
    assert sum(path.stat().st_size for path in kept if path.is_file()) < MOST_BYTES
    names = {path.name.partition(".")[0] for path in release.histories.iterdir()}
    assert len(names) >= min(6, len(OF_A_RELEASE))


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.version)
def test_what_a_release_writes_is_read_here(release: Release) -> None:
    assert release.state_format in READABLE


@pytest.mark.slow
@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.version)
def test_a_release_replays_its_histories_with_its_own_code(release: Release, tree_of: TreeOf) -> None:
    tree = tree_of(release)
    replayed = subprocess.run(
        [tree.python, "-m", "tools.replay", release.histories],
        cwd=tree.folder,
        env={"PYTHONPATH": str(tree.folder), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert replayed.returncode == 0, replayed.stderr
    assert int(replayed.stdout) == len(list(release.histories.iterdir()))
