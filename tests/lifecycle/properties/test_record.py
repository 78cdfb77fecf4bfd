"""The record is the same however its lines come to it: carried by whatever touch, lost, written twice or late, and cut anywhere; and it can be made anew."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_jsonable_python

from lifecycle.domain.asked import asked_of
from lifecycle.domain.enums import ChurnKind, Outcome, Stage, TouchKind
from lifecycle.domain.people.customer import Customer
from lifecycle.domain.record import Fact, FactKind, RecordLines, task_columns
from lifecycle.domain.touch import Answer, Receipt, Touch
from lifecycle.explain.carrying import Carrier
from lifecycle.explain.lookahead import foresee_next
from lifecycle.explain.record import CustomerRow, row_of
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.log import EntryKind
from tests.lifecycle.properties.playbooks import playbooks
from tests.lifecycle.properties.stories import Happening, customers, stories
from tests.lifecycle.properties.worlds import Lived, World, by_chance

DAYS = 200


class Book:
    """The record's tables in memory, written as `activities/ledger/record.py` writes them."""

    def __init__(self) -> None:
        self.row: dict[str, Any] = {}
        self.version = 0
        self.facts: dict[str, Fact] = {}
        self.tasks: dict[str, dict[str, Any]] = {}

    def write(self, lines: RecordLines) -> None:
        for fact in lines.facts:
            self._put(f"{lines.life}.{fact.number}", fact)
        if lines.version > self.version:
            self.version = lines.version
            self.row |= lines.values

    def asked(self, touch: Touch) -> None:
        if (fact := asked_of(touch)) is not None:
            self._put(f"asked {touch.key}", fact)

    def _put(self, id: str, fact: Fact) -> None:
        if id not in self.facts:
            self.facts[id] = fact
            write_task(self.tasks, fact)


def write_task(tasks: dict[str, dict[str, Any]], fact: Fact) -> None:
    found = task_columns(fact)
    if found is not None:
        tasks.setdefault(found[0], {}).update(found[1])


class Recorded(Lived):
    """A life whose record is written by a shell with whom it goes as the seed says: well where it is None."""

    def __init__(self, playbook: Playbook, customer: Customer, story: list[Happening], world: World, seed: int | None = None) -> None:
        self.book, self.carrier, self.seed = Book(), Carrier(), seed
        self.late: list[RecordLines] = []
        self.carried = self.by_itself = 0
        super().__init__(playbook, customer, story, DAYS, world)
        self.flush()

    def row(self) -> CustomerRow:
        return row_of(self.life, self.now, foresee_next(self.session, self.now))

    def flush(self) -> None:
        """As at the end of a stage."""
        self.seed = None
        while (lines := self.carrier.load(self.life, self.row(), self.now)) is not None:
            self._deliver(lines)

    def _take_facts(self) -> None:
        while self.carrier.is_urgent(self.life):
            self.by_itself += 1
            lines = self.carrier.load(self.life, self.row(), self.now)
            assert lines is not None
            self._deliver(lines)

    def _cut(self) -> None:
        super()._cut()
        if self.world.cut:
            self.carrier = Carrier()

    def _ask(self, touch: Touch) -> None:
        lines = self.carrier.load(self.life, self.row(), self.now)
        if lines is not None:
            self.carried += 1
            self._deliver(lines)
        super()._ask(touch)

    def _settle(self, touch: Touch, receipt: Receipt) -> None:
        if receipt.answer is Answer.DONE:
            self.book.asked(touch)
        super()._settle(touch, receipt)

    def _deliver(self, lines: RecordLines) -> None:
        fate = "arrives" if self.seed is None else by_chance(self.seed, str(lines.version), len(lines.facts), *FATES)
        if fate != "is lost":
            self.book.write(lines)
        if fate == "comes late, again":
            for zombie in self.late:
                self.book.write(zombie)
            self.late = [lines]
        if fate in ("is lost", "is written and nobody hears of it"):
            self.carrier.lost(lines)
        else:
            self.carrier.arrived(self.life, lines)


FATES = ("arrives", "arrives", "is lost", "is written and nobody hears of it", "comes late, again")


@given(playbooks, customers, stories, st.integers(0, 1000))
def test_the_record_is_the_same_however_its_lines_are_carried(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    well = Recorded(playbook, customer, story, World())
    badly = Recorded(playbook, customer, story, World(cut=True), seed)
    assert badly.book.facts == well.book.facts
    assert badly.book.tasks == well.book.tasks
    assert badly.book.row == well.book.row


@given(playbooks, customers, stories, st.integers(0, 1000))
def test_what_is_made_anew_from_workflow_and_lines_is_what_was_written(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    lived = Recorded(playbook, customer, story, World(cut=True), seed)
    assert lived.book.row == lived.row().values()
    anew: dict[str, dict[str, Any]] = {}
    for fact in sorted(lived.book.facts.values(), key=in_order):
        write_task(anew, fact)
    assert anew == lived.book.tasks
    assert {key for key, task in anew.items() if "closed_at" not in task} == set(lived.life.record.tasks)
    assert len(lived.life.record.tasks) == lived.row().open_tasks


def in_order(fact: Fact) -> tuple[int, datetime]:
    return fact.number, fact.at


@given(playbooks, customers, stories, st.integers(0, 1000))
def test_each_line_of_stage_milestone_and_operator_in_the_timeline_has_one_in_the_record_wherever_it_is_cut(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    lived = Recorded(playbook, customer, story, World(cut=True), seed)
    timeline = lived.life.log.timeline
    if lived.life.log.timeline_dropped or any(line.count > 1 for line in timeline):
        return
    facts = [(fact.kind, fact.what, fact.at) for fact in lived.book.facts.values()]
    stages = [(line.what, line.at) for line in timeline if line.kind == "stage"]
    reached = [(line.what, line.at) for line in timeline if line.kind == "milestone" and line.cause == "reached"]
    late = [(line.what, line.at) for line in timeline if line.kind == "milestone" and line.cause == "overdue"]
    deeds = [(line.what, line.at) for line in timeline if line.kind == "operator" and line.cause == "operator"]
    assert sorted((what, at) for kind, what, at in facts if kind == "milestone") == sorted(reached)
    assert sorted((what, at) for kind, what, at in facts if kind == "milestone.overdue") == sorted(late)
    assert {stage for stage in stages if stage not in [(what, at) for kind, what, at in facts if kind in ("stage", "enrolled")]} <= {
        stage for stage in stages if any(kind == "term" and at == stage[1] for kind, _, at in facts)
    }
    assert set(deeds) <= {(what, at) for kind, what, at in facts if kind == "operator"}


@given(playbooks, customers, stories, st.integers(0, 1000))
def test_the_tasks_of_the_record_are_those_that_the_timeline_says_went_out_wherever_it_is_cut(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    lived = Recorded(playbook, customer, story, World(cut=True, answers=some_refused(seed)), seed)
    tasks = {one.touch.key: one.touch for one in lived.acted if one.touch.kind is TouchKind.TASK}
    log = lived.life.log
    if log.timeline_dropped or any(line.count > 1 for line in log.timeline):
        return
    sent = {line.key: line.at for line in log.timeline if line.kind is EntryKind.TOUCH and line.outcome is Outcome.SENT}
    recorded = {key: task["asked_at"] for key, task in lived.book.tasks.items()}
    assert recorded == {key: at for key, at in sent.items() if key in tasks}
    assert {key: task["due_at"] for key, task in lived.book.tasks.items()} == {key: tasks[key].deadline for key in recorded}


@given(playbooks, customers, stories, st.integers(0, 1000))
def test_the_row_and_the_losses_of_the_record_are_where_the_timeline_says_the_customer_went_wherever_it_is_cut(
    playbook: Playbook, customer: Customer, story: list[Happening], seed: int
) -> None:
    lived = Recorded(playbook, customer, story, World(cut=True), seed)
    log = lived.life.log
    if log.timeline_dropped or any(line.count > 1 for line in log.timeline):
        return
    entered = [line for line in log.timeline if line.kind is EntryKind.STAGE]
    assert (lived.book.row["stage"], lived.book.row["stage_since"]) == (entered[-1].what, to_jsonable_python(entered[-1].at))
    went = Counter(line.what for line in entered)
    lost = Counter(str(fact.data["kind"]) for fact in lived.book.facts.values() if fact.kind == FactKind.LOST)
    assert (lost[ChurnKind.CHOICE], lost[ChurnKind.NATURAL]) == (went[Stage.WIN_BACK], went[Stage.FAREWELL])
    assert lost[ChurnKind.NO_DECISION] <= went[Stage.CLOSED]
    assert sorted(number for number in (fact.number for fact in lived.book.facts.values()) if number) == list(
        range(1, lived.life.record.number + 1)
    )


def some_refused(seed: int) -> Callable[[Touch, int], Answer]:
    """Some touches are refused, so that nobody is asked for anything by them."""
    return lambda touch, attempt: by_chance(seed, touch.key, 0, Answer.DONE, Answer.DONE, Answer.REFUSED)
