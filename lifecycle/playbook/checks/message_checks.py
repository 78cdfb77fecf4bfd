"""Whether the message templates that a playbook uses read, and name only what is known where they are sent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lifecycle.conditions.vocabulary import MESSAGE, Tree, event_names
from lifecycle.domain.enums import Stage
from lifecycle.facts.events import CATALOGUE
from lifecycle.playbook.faults import Fault
from lifecycle.playbook.play import Play, Trigger
from lifecycle.playbook.playbook import Playbook, Template
from lifecycle.playbook.templates.files import file_of
from lifecycle.playbook.templates.syntax import TemplateFaults
from lifecycle.playbook.templates.templates import MessageTemplate, read_template, unknown_names, variants
from lifecycle.steps.step import STEP_KINDS, Step, every_step

_NOT_EVERYWHERE = {"milestone", "churn"}.union(*(kind.template_groups for kind in STEP_KINDS.values()))


def check_messages(playbook: Playbook, texts: Mapping[str, str], file: str) -> tuple[dict[str, Template], list[Fault]]:
    """What each template that the playbook uses must be given, and every fault of their texts. `file` is the playbook's own."""
    check = _Check(texts, file)
    for stage, plan in playbook.stages.items():
        for name, play in plan.plays.items():
            check.play(name, stage, play)
    needs = {name: Template(needs=sorted(paths)) for name, paths in sorted(check.needs.items())}
    return needs, check.faults


@dataclass
class _Check:
    texts: Mapping[str, str]
    file: str
    needs: dict[str, set[str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def play(self, name: str, stage: Stage, play: Play) -> None:
        for step, offered in _offered(stage, play):
            template = step.body.template_name
            for full, text in variants(template, self.texts).items():
                read = self._read(full, text)
                if read is not None:
                    self.needs.setdefault(template, set()).update(read.needs)
                    for fault in unknown_names(read, offered):
                        self.faults.append(Fault(self._file(full), fault.line, f"in play {name}", fault.what))

    def _read(self, full: str, text: str) -> MessageTemplate | None:
        try:
            return read_template(text)
        except TemplateFaults as error:
            self.faults += [Fault(self._file(full), fault.line, "", fault.what) for fault in error.faults]
            return None

    def _file(self, full: str) -> str:
        return file_of(self.file, full)


def _offered(stage: Stage, play: Play) -> Iterator[tuple[Step, Tree]]:
    """Each message of a play with the names that its template may use there."""
    base = {name: group for name, group in MESSAGE.items() if name not in _NOT_EVERYWHERE}
    if play.trigger is Trigger.OVERDUE:
        base["milestone"] = MESSAGE["milestone"]
    if stage in (Stage.WIN_BACK, Stage.FAREWELL) or "customer.won_back" in (play.on or []):
        base["churn"] = MESSAGE["churn"]
    if play.on is not None:
        base["event"] = event_names([name for name in play.on if name in CATALOGUE])
    for step in every_step(play.steps):
        if step.body.template_name:
            yield step, base | {name: MESSAGE[name] for name in step.body.template_groups}
