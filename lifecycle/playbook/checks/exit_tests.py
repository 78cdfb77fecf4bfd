"""Exit tests that can't be meant: those that nothing in their stage can change, so that they are true from its start or never.

An exit test is looked at once, when its stage is left. One that names nothing and is true, `exit: 'true'`, is said on purpose: there is
nothing to reach.
"""

from collections.abc import Iterator, Mapping

from lifecycle.conditions.cel_source import paths_of, tokens_of
from lifecycle.conditions.compiled import compiled, is_true
from lifecycle.domain.enums import MilestoneKind, Stage
from lifecycle.playbook.faults import Fault, Severity, where
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.yaml_document import Document, Path

_EVERYWHERE = {"stage": "every customer in it is in this stage", "lives": "which life it is does not change in one"}
_MILESTONES = "milestones are reached while a customer is with us"
_OF_WHO_LEFT = {
    "milestones": _MILESTONES,
    "first_value": _MILESTONES,
    "functional_done": _MILESTONES,
    "handoff": "the handoff lies before it",
}
_GONE = "who is gone changes no contract and does not come back"
_SETTLED: Mapping[Stage, Mapping[str, str]] = {
    Stage.WIN_BACK: _OF_WHO_LEFT,
    Stage.FAREWELL: _OF_WHO_LEFT | {"churn": _GONE, "contract": _GONE, "renewals": _GONE},
}
"""What a condition may name and a stage can't change, with the reason."""
_INSTEAD = {Stage.WIN_BACK: """, as in exit: churn.kind == \"\"""", Stage.FAREWELL: ", or exit: 'true' where there is nothing to reach"}


def unmeant_exits(playbook: Playbook, document: Document | None, file: str) -> Iterator[Fault]:
    """A warning for each stage of the playbook's own whose exit test is settled before the stage begins.

    `document` is what the playbook was read from, for the lines; without it all are of line 1.
    """
    for stage, plan in playbook.own_stages.items():
        path: Path = ("stages", stage.value, "exit")
        if why := _why_settled(plan.exit, stage, playbook):
            yield Fault(file, document.line(path) if document is not None else 1, where(path), f"`{plan.exit}` {why}", Severity.WARNING)


def _why_settled(source: str, stage: Stage, playbook: Playbook) -> str:
    """What is wrong with the exit test, empty if something in its stage can make it true."""
    roots = list(dict.fromkeys(path.root for path in paths_of(tokens_of(source))))
    if not roots:
        return "" if is_true(compiled(source), {}) else "is never true; write what the stage is to reach"
    settled = {**_EVERYWHERE, **_SETTLED.get(stage, {}), **_without_milestones(playbook)}
    if any(root not in settled for root in roots):
        return ""
    reasons = " and ".join(dict.fromkeys(settled[root] for root in roots))
    return f"is true from {stage.value}'s start or never, for {reasons}; write what the stage is to reach{_INSTEAD.get(stage, '')}"


def _without_milestones(playbook: Playbook) -> dict[str, str]:
    """What stays false because no milestone makes it true."""
    milestones = playbook.milestones.values()
    found = {}
    if not any(milestone.first_value for milestone in milestones):
        found["first_value"] = "no milestone says first_value"
    if not any(milestone.kind is MilestoneKind.FUNCTIONAL for milestone in milestones):
        found["functional_done"] = "no milestone is functional"
    return found
