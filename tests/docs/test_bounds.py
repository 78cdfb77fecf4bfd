"""The page on playbooks says what a playbook may say at most, by the numbers that the code has."""

from pathlib import Path

import pytest

from lifecycle.conditions import limits
from lifecycle.playbook import yaml_document
from lifecycle.playbook.checks import bounds
from lifecycle.playbook.templates import limits as templates
from lifecycle.state.inbox import COMMANDS_KEPT, IDS_KEPT, ROUTINE_IDS_KEPT
from lifecycle.steps import task

PAGE = (Path(__file__).parents[2] / "docs" / "playbooks.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("## What it may say at most")[2]


@pytest.mark.parametrize(
    "told",
    [
        f"| the file | {yaml_document.LONGEST:,} characters, nested {yaml_document.DEEPEST} deep |",
        f"| a playbook | {bounds.MOST_PLAYS} plays, {bounds.MOST_MILESTONES} milestones |",
        f"| a stage | {bounds.MOST_ON_AN_EVENT} plays that begin on the same event |",
        f"| a play | {bounds.MOST_STEPS} steps,",
        f"| all conditions | {bounds.MOST_WORK // 1000} ms",
        f"| a ladder | {task.MOST_RUNGS} rungs |",
        f"| a cap | {bounds.MOST_EMAILS} emails |",
        f"brackets {limits.DEEPEST} deep, {limits.MOST_SIGNS} signs",
        f"{limits.MOST_LOOPS} lists gone through",
        f"{limits.MOST_PATTERNS} patterns of {limits.LONGEST_PATTERN} characters, repeating a part {limits.MOST_REPEATED} times",
        f"with {limits.MOST_CLASSES} classes of letters (`\\w{{{limits.MOST_CLASSES}}}`), inside a list {limits.MOST_REPEATED_IN_A_LOOP} times and with one",
        f"{templates.LONGEST_TEMPLATE:,} characters, {templates.MOST_BLOCKS} `{{{{ }}}}` and `{{% %}}` with {templates.MOST_WORDS} words each",
        f"brackets and `if` {templates.DEEPEST_BRACKETS} deep, numbers of {templates.LONGEST_NUMBER} digits, "
        f"{templates.MOST_DIGITS} digits of `round`",
        f"make it {templates.MOST_GROWTH} times longer",
        f"| a message | {templates.LONGEST_TEXT:,} characters;",
    ],
)
def test_the_page_has_each_bound(told: str) -> None:
    assert told in TABLE


IDS = f"the last {IDS_KEPT:,} ids"


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("gateway.md", f"{IDS}, and of routine the last {ROUTINE_IDS_KEPT:,} besides"),
        ("events.md", f"A customer's last {IDS_KEPT:,} ids are known"),
        ("events.md", f"the last {ROUTINE_IDS_KEPT:,}; an event that *happened* before the ids that have given way is refused"),
        ("events.md", f"Of operators' commands the last {COMMANDS_KEPT} ids are known"),
    ],
)
def test_callers_read_for_how_long_an_id_is_known(page: str, told: str) -> None:
    assert told in (Path(__file__).parents[2] / "docs" / page).read_text(encoding="utf-8")
