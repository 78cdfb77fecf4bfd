"""What holds addresses or secrets is its owner's alone, from the moment that it is there, whatever the umask."""

import os
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.testing import ActivityEnvironment

from activities.private_files import close_to_others, make_folder, open_private
from activities.registry import build
from activities.settings import Settings
from gateway.senders.dev_sources import make_dev_sources
from runtime.builds.archive import keep_build
from runtime.builds.build_worker import BuildWorker
from runtime.temporal.dev_server.dev_server import DevServer
from tests.activities.building import TEMPLATES, a_meeting, a_playbook, a_touch


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=["umask 000", "umask 022", "umask 077"])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """What others have any right to, with its mode."""
    return [f"{path.name} {stat.S_IMODE(path.lstat().st_mode):o}" for path in (folder, *folder.rglob("*")) if path.lstat().st_mode & 0o077]


def loosen(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)


@pytest.mark.usefixtures("umask")
async def test_everything_that_a_worker_and_a_gateway_make_is_private(tmp_path: Path) -> None:
    home = tmp_path / "deep" / ".evergreen"
    activities = build(Settings(home=home))
    activities.playbooks.publish(a_playbook(), TEMPLATES)
    for touch in (a_touch(), a_meeting()):
        await ActivityEnvironment().run(activities.channels[touch.kind].perform, touch)
    make_dev_sources(home)
    keep_build(home, "b1")
    BuildWorker.start(tmp_path, "b1", {}, home / "builds" / "b1.log", python="/bin/true").stop(0)
    assert open_to_others(tmp_path / "deep") == []
    found = {path.name for path in home.rglob("*")}
    assert {
        "ledger.sqlite",
        "ledger.sqlite-wal",
        "ledger.sqlite-shm",
        "product.token",
        "link.secret",
        "sources.yaml",
        "b1.log",
        "worker.py",
    } <= found
    assert sum(path.is_file() for path in (home / "outbox").rglob("*")) == 2
    await activities.close()


@pytest.mark.server
@pytest.mark.usefixtures("umask")
async def test_everything_that_the_embedded_server_makes_is_private(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    async with await DevServer.start(home):
        assert {"temporal.sqlite", "temporal.log", "dev-server.lock", "dev-server.json"} <= {path.name for path in home.iterdir()}
        assert open_to_others(tmp_path / "deep") == []
    assert open_to_others(tmp_path / "deep") == []


def test_a_file_is_never_open_to_others_not_even_while_it_is_being_made(tmp_path: Path) -> None:
    seen: set[int] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            seen.update(stat.S_IMODE(entry.stat().st_mode) for entry in os.scandir(tmp_path))

    before = os.umask(0)
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for number in range(300):
            open_private(tmp_path / f"{number}", "wb").close()
        time.sleep(0.01)
    finally:
        done.set()
        watcher.join()
        os.umask(before)
    assert seen == {0o600}


@pytest.mark.parametrize("name", [".evergreen", "data"])
def test_what_is_there_already_is_put_right_at_the_start(tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    activities = build(Settings(home=home))
    activities.engine.dispose()
    make_dev_sources(home)
    keep_build(home, "b1")
    (home / "outbox" / "mail" / "new" / "message").write_text("To: ana@acme.example")
    (home / "evergreen.log").write_text("a line")
    (home / "ledger.sqlite-wal").write_text("")
    (home / "demo" / "outbox").mkdir(parents=True)
    loosen(home)
    build(Settings(home=home)).engine.dispose()
    assert open_to_others(home) == []


def test_a_folder_that_is_not_ours_alone_keeps_what_is_not_ours_as_it_is(tmp_path: Path) -> None:
    """Somebody's own folder may be named as home."""
    (tmp_path / "photos").mkdir(mode=0o755)
    (tmp_path / "photos" / "cat.jpg").write_text("")
    (tmp_path / "outbox").mkdir(mode=0o755)
    (tmp_path / "outbox" / "elsewhere").symlink_to(tmp_path / "photos" / "cat.jpg")
    (tmp_path / "photos" / "cat.jpg").chmod(0o644)
    (tmp_path / "photos").chmod(0o755)
    close_to_others(tmp_path)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in (".", "outbox", "photos", "photos/cat.jpg")] == [
        0o700,
        0o700,
        0o755,
        0o644,
    ]


def test_a_file_that_one_may_run_stays_one(tmp_path: Path) -> None:
    (tmp_path / "builds").mkdir()
    script = tmp_path / "builds" / "run"
    script.write_text("")
    script.chmod(0o755)
    close_to_others(tmp_path)
    assert stat.S_IMODE(script.stat().st_mode) == 0o700


def test_a_database_elsewhere_is_private_and_its_folder_if_it_is_made_for_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        build(Settings(home=tmp_path / "home", database_url=f"sqlite:///{tmp_path}/db/ledger.sqlite")).engine.dispose()
    finally:
        os.umask(before)
    assert open_to_others(tmp_path / "db") == []


def test_a_folder_that_is_there_is_left_alone_and_those_missing_above_it_are_made(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path, tmp_path / "a", tmp_path / "a" / "b")] == [0o755, 0o700, 0o700]
