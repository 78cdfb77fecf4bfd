"""The outbox's page while a stack is up, and the command that makes it."""

import asyncio
import json
from pathlib import Path

import pytest

from activities.registry import Activities
from activities.transports.outbox_page import OutboxPage
from console.commands.outbox import make_outbox_page
from console.stack.outbox_page import keeping_page
from lifecycle.domain.errors import Failure
from tests.activities.building import a_task, opened, perform


def subjects(page: Path) -> int:
    return page.read_text(encoding="utf-8").count("Call Ana</a>")


async def an_outbox(tmp_path: Path) -> Activities:
    made = opened(tmp_path)
    await perform(made, a_task())
    return made


async def test_it_is_there_at_once_is_kept_and_has_all_at_the_end(tmp_path: Path) -> None:
    activities = await an_outbox(tmp_path)
    async with keeping_page(tmp_path / "outbox", seconds=0.01) as page:
        assert subjects(page) == 1
        await perform(activities, a_task("acme/1/welcome/2/call"))
        async with asyncio.timeout(60):
            while subjects(page) < 2:
                await asyncio.sleep(0.01)
    async with keeping_page(tmp_path / "outbox", seconds=3600) as page:
        await perform(activities, a_task("acme/1/welcome/3/call"))
    assert subjects(page) == 3
    await activities.close()


async def test_a_page_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file in the folder's place")
    async with keeping_page(tmp_path / "outbox", seconds=3600) as page:
        assert not page.exists()
    assert not page.exists()


async def test_the_command_makes_it_and_says_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await (await an_outbox(tmp_path)).close()
    monkeypatch.setenv("EVERGREEN_HOME", str(tmp_path))
    make_outbox_page(as_json=True)
    assert json.loads(capsys.readouterr().out) == {"page": str(tmp_path / "outbox/index.html"), "count": 1}
    assert subjects(tmp_path / "outbox/index.html") == 1
    make_outbox_page(as_json=False)
    said = " ".join(capsys.readouterr().out.split())
    assert said.endswith("shows what lies in the outbox, 1 file, by day and person.")


def test_an_outbox_that_is_no_folder_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "outbox").write_text("a file")
    monkeypatch.setenv("EVERGREEN_HOME", str(tmp_path))
    with pytest.raises(Failure) as failure:
        make_outbox_page(as_json=False)
    assert str(failure.value) == f"The outbox {tmp_path / 'outbox'} can't be read or written: Not a directory."
    assert OutboxPage(tmp_path / "outbox").page == tmp_path / "outbox/index.html"
