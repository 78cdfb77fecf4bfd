"""A fault's place is told as a person would say it, and its hint knows the keys that may stand there."""

import pytest

from lifecycle.domain.time.hours import Hours
from lifecycle.playbook.fault_places import MODELS, where
from lifecycle.playbook.yaml_document import Path
from lifecycle.steps.step import STEP_KINDS, Step
from lifecycle.steps.task import Rung

PLAY: Path = ("stages", "growth", "plays", "hi")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ((), ""),
        (("company", "name"), "company, name"),
        (("tiers", "A"), "tier A"),
        (("stages", "growth", "milestones", "import", "due"), "stage growth, milestone import, due"),
        ((*PLAY, "on", 1), "stage growth, play hi, on 2"),
        ((*PLAY, "steps", 0, "task", "due", "A"), "stage growth, play hi, step 1, task, due, A"),
        ((*PLAY, "steps", 0, "task", "ladder", 1, "to"), "stage growth, play hi, step 1, task, rung 2, to"),
        ((*PLAY, "steps", 2, "wait_for", "then", 0, "wait"), "stage growth, play hi, step 3, wait_for, then, step 1, wait"),
        ((*PLAY, "steps", 2, "wait_for", "otherwise", 1), "stage growth, play hi, step 3, wait_for, otherwise, step 2"),
    ],
)
def test_a_path_in_words(path: Path, words: str) -> None:
    assert where(path) == words


def test_the_model_under_a_key_is_found_wherever_the_key_stands() -> None:
    assert [MODELS[name].__name__ for name in STEP_KINDS] == [kind.__name__ for kind in STEP_KINDS.values()]
    assert MODELS["steps"] is MODELS["then"] is MODELS["otherwise"] is Step
    assert MODELS["ladder"] is Rung
    assert MODELS["hours"] is Hours
