"""The random playbooks of the properties say all that a play can say: a field that they never have is tried by no property."""

from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lifecycle.playbook.play import Play
from lifecycle.steps.step import STEP_KINDS
from tests.lifecycle.properties.playbooks import plays

WORDS_ALONE = {"about"}
"""Fields that change nothing but what people read."""


def test_every_field_of_a_play_and_every_kind_of_step_is_tried() -> None:
    fields: set[str] = set()
    kinds: set[str] = set()

    def note(steps: list[dict[str, Any]]) -> None:
        for step in steps:
            kinds.update(step)
            for branch in ("then", "otherwise"):
                note(step.get("wait_for", {}).get(branch, []))

    @settings(max_examples=60, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
    @given(st.lists(plays, min_size=10, max_size=20))
    def look(drawn: list[dict[str, Any]]) -> None:
        for play in drawn:
            fields.update(play)
            note(play["steps"])

    look()
    assert {field.alias or name for name, field in Play.model_fields.items()} - fields == WORDS_ALONE
    assert STEP_KINDS.keys() - kinds == set()
