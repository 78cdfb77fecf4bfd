"""Every file of console/commands is a command of starter.py, and the README or another page names it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COMMANDS = sorted(path.stem for path in (ROOT / "console" / "commands").glob("*.py") if path.stem != "__init__")
COMMAND_LINE = "".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "console" / "command_line").glob("*.py")))
PAGES = "".join(page.read_text(encoding="utf-8") for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))])


@pytest.mark.parametrize("command", COMMANDS)
def test_it_is_a_command(command: str) -> None:
    assert f"from console.commands.{command} import" in COMMAND_LINE


@pytest.mark.parametrize("command", COMMANDS)
def test_a_page_names_it(command: str) -> None:
    words = {command.replace("_", "-"), command.replace("_", " ")}
    assert any(re.search(rf"(starter\.py |make |`|, |# ){each}\b", PAGES) for each in words), f"no page says how `{command}` is typed"
