"""One customer's life as a workflow: sleeps until the engine's next wake, receives, performs, continues as new.

Everything that decides is in `lifecycle/`; everything that must survive is in `Lifecycle`. One run per stage.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import FailureError, is_cancelled_exception

from activities.ledger_activities import LedgerActivities, WriteDown
from lifecycle.domain.record import RecordLines
from lifecycle.domain.touch import Receipt, Touch
from lifecycle.engine import engine, erasing, operators
from lifecycle.engine.earlier_lives import to_remember
from lifecycle.engine.session import Session
from lifecycle.state import room
from lifecycle.state.life import Lifecycle
from lifecycle.state.log import REFUSED
from workflows.answering import Answering
from workflows.messages.commands import is_of_plan
from workflows.messages.messages import Ended
from workflows.messages.signals import take
from workflows.names import MOVE_TO_CURRENT_BUILD
from workflows.operating import Operating
from workflows.performing.loading import load_program
from workflows.performing.performing import ATTEMPT, ask, receipt_of, withdraw
from workflows.performing.recalling import recall, remember
from workflows.performing.recording import RecordKeeper
from workflows.showing.showing import show
from workflows.timer import Timer
from workflows.versioning import another_build_is_current, continue_on_current_build

MOST_DEADLINES = 100
"""How many moments one workflow task deals with, after an outage or a flood of events."""

MOST_CARRIED = room.MOST_CARRIED
"""Bytes of a life that is handed from run to run; Temporal refuses 2 MB, for ever."""

RECORDS_AT_ONCE = 500

NEXT_TASK = timedelta(milliseconds=1)

LAST_WORDS = timedelta(seconds=30)
"""How long a run waits for touches in flight before the next run takes them over."""


@workflow.defn(sandboxed=False)
class CustomerLifecycle(Answering, Operating):
    """Workflow id `customer/<id>`. It ends when the customer is closed.

    It runs outside the SDK's sandbox, which would cost a third of a worker's time: `tests/workflows/test_determinism.py` holds
    this folder to what the sandbox would catch.
    """

    attempt: ClassVar[timedelta] = ATTEMPT
    last_words: ClassVar[timedelta] = LAST_WORDS
    most_carried: ClassVar[int] = MOST_CARRIED
    keeps_record: ClassVar[bool] = True

    @workflow.init
    def __init__(self, life: Lifecycle) -> None:
        self.life = life
        self.session: Session | None = None
        self.news = self.planned = False
        self.early: list[tuple[datetime, str, Sequence[RawValue]]] = []
        self.acts: dict[str, workflow.ActivityHandle[Receipt]] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.words = asyncio.Lock()
        self.timer = Timer()
        self.keeper = RecordKeeper(on=self.keeps_record)
        self.fault: BaseException | None = None
        self.refusals = life.log.counts.get(REFUSED, 0)
        self.asked_to_move = self.taken_over = False

    @workflow.run
    async def run(self, life: Lifecycle) -> Ended:
        """Live one stage, and hand the life on to the next run. Cancelled at the server, the life ends without a word to anybody."""
        try:
            await recall(self.life)
            self._take_over(await self._load())
            return await self._live()
        except (asyncio.CancelledError, FailureError) as error:
            if not is_cancelled_exception(error):
                raise
        session = self.session or await self._load()
        if not self.taken_over:
            self._take_over(session)
        operators.cancel(session, workflow.now())
        return await self._live()

    async def _live(self) -> Ended:
        session, begins = await self._ready(), True
        while True:
            self._raise_faults()
            self.news = False
            decision = engine.decide(session, workflow.now(), MOST_DEADLINES)
            self.keeper.look_anew()
            if decision.more:
                self._write_down()
                await self._go_on_in_another_task()
                continue
            if not self.planned:
                self.planned = True
                self._take_early(session)
            self._say_refused()
            self._call_off(decision.call_off)
            for touch in decision.touches:
                self._perform(touch)
            self._write_down()
            if decision.over:
                show(session, self.keeper.following(session))
                return await self._close()
            if decision.turned or self.should_carry_on() or self._should_move() or session.erasing:
                if self._can_be_carried():
                    await self._carry_on()
                if decision.turned:
                    session, begins = await self._load(), True
                    continue
            if begins:
                # What the stage before has left, and how the customer stands now.
                self._write_record(all_of_it=True)
                begins = False
            show(session, self.keeper.following(session))
            self.timer.set(decision.wake.at if decision.wake else None, decision.wake.why if decision.wake else "")
            await workflow.wait_condition(lambda: self.news or self.timer.rang)

    async def _go_on_in_another_task(self) -> None:
        """Go on in another workflow task: a task that takes over two seconds is given up and begun again, for ever."""
        self.timer.set(workflow.now() + NEXT_TASK, "what was told meanwhile goes on being taken in")
        await workflow.wait_condition(lambda: self.timer.rang)

    def should_carry_on(self) -> bool:
        """Whether this run's history is long enough."""
        return workflow.info().is_continue_as_new_suggested()

    def _should_move(self) -> bool:
        # Asked just after a promotion, the server may not have told this run yet: the request stands until it has.
        return self.asked_to_move and another_build_is_current()

    def _can_be_carried(self) -> bool:
        """Whether Temporal takes the life as one argument. With a great many events still waiting it does not: they are taken in first."""
        return self._size() < self.most_carried

    def _size(self) -> int:
        return len(self.life.model_dump_json().encode())

    # ---- what it hears

    @workflow.signal(dynamic=True)
    def hear(self, name: str, payloads: Sequence[RawValue]) -> None:
        """Every signal: an event by its type, `event`, a command, or the request to move to the current build."""
        self.news = True
        if name == MOVE_TO_CURRENT_BUILD:
            self.asked_to_move = True
        elif self.session is None or (is_of_plan(name) and not self.planned):
            self.early.append((workflow.now(), name, payloads))
        else:
            take(self.session, name, payloads, workflow.now())

    @workflow.query
    def not_moved_because(self) -> str:
        """Why a life that was asked to move to the current build is still here; empty if nothing is in its way."""
        if not self.asked_to_move:
            return "it has not been asked to move yet"
        if self.session is None:
            return "its run has only begun, and loads its playbook"
        if not workflow.all_handlers_finished():
            return "an update or signal is under way"
        if not another_build_is_current():
            return "the server has not told it yet that another build is current"
        if (size := self._size()) >= self.most_carried:
            return (
                f"its state has {size:,} bytes, and less than {self.most_carried:,} can be handed on: events that wait are taken in first"
            )
        if self.tasks:
            return f"{len(self.tasks)} touches in flight have yet to settle"
        return ""

    # ---- how it lives

    async def _ready(self) -> Session:
        await workflow.wait_condition(lambda: self.session is not None)
        assert self.session is not None
        return self.session

    async def _load(self) -> Session:
        """The stage's part of the playbook, the newest at a stage's beginning and otherwise the one the customer is on."""
        program, before = await load_program(self.life), self.session
        self.session = Session(self.life, program)
        if before is not None:
            self.session.erasing = before.erasing
        self.planned = False
        self._take_early(self.session)
        return self.session

    def _take_early(self, session: Session) -> None:
        """Take what came before there was a session, and once there is a plan what is about that."""
        early, self.early = self.early, []
        for when, name, payloads in early:
            if is_of_plan(name) and not self.planned:
                self.early.append((when, name, payloads))
            else:
                take(session, name, payloads, when)
                self.news = True

    def _take_over(self, session: Session) -> None:
        """Ask again, under the same keys, for what the run before had in flight: the ledger knows what it did."""
        self.taken_over = True
        engine.lapse(session, workflow.now())
        plays = self.life.plays
        for touch in list(plays.in_flight.values()):
            if touch.key in plays.withdrawn:
                self._start(touch.key, self._settle_withdrawal(touch))
            else:
                self._perform(touch)

    def _perform(self, touch: Touch) -> None:
        lines = self.keeper.load(self.session) if self.session is not None else None
        handle = self.acts[touch.key] = ask(touch, workflow.now(), self.attempt, lines)
        self._start(touch.key, self._settle_act(touch, handle, lines))

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self.tasks[name] = asyncio.create_task(self._watched(work))

    async def _watched(self, work: Coroutine[Any, Any, None]) -> None:
        """Nobody awaits what runs beside the main loop, so its faults are handed to the loop."""
        try:
            await work
        except Exception as fault:  # noqa: BLE001  raised again by _raise_faults
            self.fault, self.news = fault, True

    def _raise_faults(self) -> None:
        # No failure of Temporal's own kind: it would end the customer's workflow, where this only stops it until it is mended.
        if self.fault is not None:
            raise RuntimeError(f"what ran beside the main loop failed: {self.fault}") from self.fault

    async def _settle_act(self, touch: Touch, handle: workflow.ActivityHandle[Receipt], lines: RecordLines | None) -> None:
        receipt = await receipt_of(touch, handle, self.attempt, lambda: touch.key in self.life.plays.withdrawn)
        self.keeper.settled(self.life, lines, arrived=not handle.cancelled() and handle.exception() is None)
        self._settled(receipt)

    async def _settle_withdrawal(self, touch: Touch) -> None:
        self._settled(await withdraw(touch, self.attempt))

    def _settled(self, receipt: Receipt) -> None:
        assert self.session is not None
        self.acts.pop(receipt.key, None)
        self.tasks.pop(receipt.key, None)
        engine.settle(self.session, receipt, workflow.now())
        self.news = True

    def _call_off(self, keys: list[str]) -> None:
        for key in keys:
            act = self.acts.pop(key, None)
            if act is not None:
                act.cancel()
            elif key not in self.tasks:
                self._start(key, self._settle_withdrawal(self.life.plays.in_flight[key]))

    def _say_refused(self) -> None:
        """Say in the log what only the timeline would tell: whoever sent it was answered that it is kept."""
        refused = self.life.log.counts.get(REFUSED, 0)
        if refused > self.refusals:
            workflow.logger.warning("events were refused", extra={"refused": refused - self.refusals})
            self.refusals = refused

    def _write_down(self) -> None:
        """Have the ledger keep what did not go out, and why; one batch at a time. What waits for the record goes along, or by itself if urgent."""
        assert self.session is not None
        if self.life.log.unrecorded and "records" not in self.tasks:
            self._start("records", self._record(self.keeper.load_urgent(self.session)))
        if to_remember(self.life) is not None and "life" not in self.tasks:
            self._start("life", self._remember(self.keeper.load_urgent(self.session)))
        self._write_record(all_of_it=False)

    def _record_waits(self) -> bool:
        return self.session is not None and self.keeper.waits_to_go(self.session, all_of_it=True)

    def _write_record(self, *, all_of_it: bool) -> None:
        """Have the record's lines written that nothing carries: those that are urgent, or all of them."""
        assert self.session is not None
        if "record" not in self.tasks and self.keeper.waits_to_go(self.session, all_of_it=all_of_it):
            self._start("record", self._tell_record(self.session, self.keeper.load(self.session)))

    async def _tell_record(self, session: Session, lines: RecordLines | None) -> None:
        await self.keeper.write(session, lines)
        del self.tasks["record"]

    async def _remember(self, lines: RecordLines | None) -> None:
        await remember(self.life, self.keeper, lines)
        del self.tasks["life"]

    async def _record(self, lines: RecordLines | None) -> None:
        while self.life.log.unrecorded:
            batch = self.life.log.unrecorded[:RECORDS_AT_ONCE]
            with self.keeper.carrying(self.life, lines):
                await workflow.execute_activity_method(
                    LedgerActivities.write_down,
                    WriteDown(customer=self.life.customer.id, records=batch, carries=lines),
                    start_to_close_timeout=timedelta(seconds=30),
                    summary=f"write down {len(batch)} that did not go out",
                )
            del self.life.log.unrecorded[: len(batch)]
            lines = None
        del self.tasks["records"]

    async def _carry_on(self) -> None:
        """Continue as new with the whole life, on the current build. Touches in flight get a moment to settle, or are asked for again there.

        What settles after a person was erased may say its name, so this run goes on until nothing is in flight.
        """
        self.timer.cancel()
        if self.session is not None and (self.tasks or not workflow.all_handlers_finished()):
            show(self.session, self.keeper.following(self.session))  # else the next run does, within moments
        if self.tasks:
            await self._last_words()
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self.session is not None and self.session.erasing:
            if self.tasks:
                return
            erasing.scrub(self.session)
        if not self.keeper.fits(self.life):
            return
        continue_on_current_build(self.life)

    async def _last_words(self) -> None:
        try:
            await workflow.wait_condition(lambda: not self.tasks, timeout=self.last_words, timeout_summary="touches in flight settle")
        except TimeoutError:
            # They are part of the state: the next run asks for them under the same keys.
            return

    async def _close(self) -> Ended:
        self.timer.cancel()
        while self.tasks or self.life.log.unrecorded or to_remember(self.life) is not None or self._record_waits():
            self._write_down()
            self._write_record(all_of_it=True)
            await workflow.wait_condition(lambda: not self.tasks or self.fault is not None)
            self._raise_faults()
        await workflow.wait_condition(workflow.all_handlers_finished)
        life, status = self.life, self.status()
        fits = self._size() + len(status.model_dump_json().encode()) < MOST_CARRIED
        return Ended(
            customer=life.customer.id,
            why=life.progress.closed,
            terms=life.contract.term,
            touches=life.log.counts,
            status=status,
            life=life if fits else None,
        )
