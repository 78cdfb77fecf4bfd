"""Where a customer stands, in words and as JSON."""

from pathlib import Path

import pytest

from tests.console.command_line import ran, row
from tests.console.commands.enrolled import begins, enrolled

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("served")]


async def test_status_and_timeline_are_told_in_words_and_as_json(tmp_path: Path) -> None:
    await enrolled(tmp_path, row("told", **begins()))
    words = await ran("status", "told")
    assert words.status == 0 and words.out.startswith("Told, tier B: onboarding, day 0 of 90, term 1 to ")
    status = (await ran("status", "told", "--json")).json
    assert (status["stage"], status["playbook"][:6], status["planned"][0]["play"]) == ("onboarding", "brief@", "hello")
    timeline = (await ran("timeline", "told", "--json")).json
    assert (timeline["customer"], [one["what"] for one in timeline["timeline"]]) == ("told", ["onboarding"])
    assert "enrolled" in (await ran("timeline", "told")).out
