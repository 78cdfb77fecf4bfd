"""`report --html`: the page in a file of one's own, or a sentence."""

from pathlib import Path

import pytest

from tests.console.command_line import ran


async def test_it_writes_the_page_for_its_owner_alone_and_says_where_it_is(tmp_path: Path) -> None:
    file = tmp_path / "reports" / "q3.html"
    for _ in range(2):
        told = await ran("report", "--quarter", "2026-Q3", "--html", str(file))
        assert (told.status, told.out) == (0, f"The report of 2026-Q3 is on {file}: open it in a browser.\n")
    assert file.stat().st_mode & 0o777 == 0o600
    assert "<h1>Report of 2026-Q3</h1>" in file.read_text(encoding="utf-8")
    assert [path.name for path in file.parent.iterdir()] == ["q3.html"]


@pytest.mark.parametrize("more", ["--json", "--csv", "--explain=retention.logo"])
async def test_it_is_one_way_to_show_it_and_no_other_goes_with_it(tmp_path: Path, more: str) -> None:
    told = await ran("report", "--html", str(tmp_path / "report.html"), more)
    assert (told.status, told.err) == (2, "Give --html, --csv, --json or --explain, and only one of these.\n")
    assert not (tmp_path / "report.html").exists()


async def test_a_file_that_cannot_be_written_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    told = await ran("report", "--html", str(tmp_path / "taken"))
    assert (told.status, told.err) == (2, f"{tmp_path / 'taken'} cannot be written: Is a directory.\n")
