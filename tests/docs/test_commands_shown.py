"""Every command of starter.py that a page shows is one that it takes, with those options."""

import re
import shlex

import pytest
import typer
from typer.core import TyperGroup

import starter
from tests.docs.pages import PAGES

SHOWN = re.compile(r"^(?: {3,}|\$ )(?:docker compose run (?:--\S+ )+(?:worker|migrate) )?(?:python )?starter\.py ([^#\n]*)", re.MULTILINE)
COMMANDS = sorted(
    {(page.name, line.partition(" > ")[0].strip()) for page in PAGES for line in SHOWN.findall(page.read_text(encoding="utf-8"))}
)
WHOLE = typer.main.get_command(starter.app)


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_a_command_on_a_page_is_taken(page: str, line: str) -> None:
    command, words, context = WHOLE, shlex.split(line), None
    while isinstance(command, TyperGroup):
        context = command.make_context("starter.py", words, parent=context)
        name, found, words = command.resolve_command(context, [*context._protected_args, *context.args])
        assert found is not None, name
        command = found
    command.make_context(line, words, parent=context)


def test_pages_show_commands() -> None:
    assert len(COMMANDS) > 20
