"""What a customer's workflow is told and answers: events, what operators do, and a person's word. Each is checked before it is accepted."""

import asyncio

from temporalio import workflow

from lifecycle.engine import engine
from lifecycle.engine.session import Session
from lifecycle.engine.touches.resolving import not_of
from lifecycle.state.life import Lifecycle
from workflows.messages.commands import OPERATIONS
from workflows.messages.messages import Answered, Command, Erase, Pause, Remove, Resolve, Resume, RunNow, Skip, Tell
from workflows.messages.refusing import refuse
from workflows.performing.resolving import take_word


class Operating:
    """The updates. `news` has the main loop decide anew; `planned` is whether it has decided since its session was loaded; `words` lets one word
    on a touch be taken at a time.
    """

    life: Lifecycle
    session: Session | None
    news: bool
    planned: bool
    words: asyncio.Lock

    async def _ready(self) -> Session:
        """The session, once the run's playbook is loaded."""
        raise NotImplementedError

    @workflow.update
    async def tell(self, message: Tell) -> list[Answered]:
        """Events, answered: all are taken in, or none is and the sentence says why."""
        session = await self._ready()
        refuse(engine.refusal_of_any(session, message.events, workflow.now()))
        answers = engine.apply_all(session, message.events, workflow.now())
        self.news = True
        return [Answered(id=event.id, repeated=answer.repeated) for event, answer in zip(message.events, answers, strict=True)]

    @tell.validator
    def _check_tell(self, message: Tell) -> None:
        if self.session is not None:
            refuse(engine.refusal_of_any(self.session, message.events, workflow.now()))

    @workflow.update
    async def pause(self, command: Pause) -> str:
        """Hold every touch back; events are still taken in."""
        return await self._do("pause", command)

    @pause.validator
    def _check_pause(self, command: Pause) -> None:
        self._check("pause", command)

    @workflow.update
    async def resume(self, command: Resume | None = None) -> str:
        """Let touches go again, those that are still inside their window."""
        return await self._do("resume", command or Resume())

    @resume.validator
    def _check_resume(self, command: Resume | None = None) -> None:
        self._check("resume", command or Resume())

    @workflow.update
    async def skip(self, command: Skip) -> str:
        """Drop a play's next planned occurrence."""
        return await self._do("skip", command)

    @skip.validator
    def _check_skip(self, command: Skip) -> None:
        self._check("skip", command)

    @workflow.update
    async def run_now(self, command: RunNow) -> str:
        """Send what was missed of a play after all, or take its planned occurrence forward; neither comes a second time."""
        return await self._do("run_now", command)

    @run_now.validator
    def _check_run_now(self, command: RunNow) -> None:
        self._check("run_now", command)

    @workflow.update
    async def remove(self, command: Remove) -> str:
        """End a life that should not have been begun, without a farewell."""
        return await self._do("remove", command)

    @remove.validator
    def _check_remove(self, command: Remove) -> None:
        self._check("remove", command)

    @workflow.update
    async def erase(self, command: Erase) -> str:
        """Take a person out of the life; the run continues as new, so that its history can be deleted."""
        return await self._do("erase", command)

    @erase.validator
    def _check_erase(self, command: Erase) -> None:
        self._check("erase", command)

    async def _do(self, name: str, command: Command) -> str:
        """Do what the command says, and answer it; given again it is answered as before and nothing is done."""
        if OPERATIONS[name].of_plan:
            await workflow.wait_condition(lambda: self.planned)
        session = await self._ready()
        if (given := self.life.inbox.answer_to(command.id)) is not None:
            return given
        refuse(OPERATIONS[name].why_not(session, command))
        self.news = True
        return self.life.inbox.answer(command.id, OPERATIONS[name].do(session, command, workflow.now()))

    def _check(self, name: str, command: Command) -> None:
        known = self.session is not None and (self.planned or not OPERATIONS[name].of_plan)
        if known and self.session is not None and self.life.inbox.answer_to(command.id) is None:
            refuse(OPERATIONS[name].why_not(self.session, command))

    @workflow.update
    async def resolve(self, command: Resolve) -> str:
        """Take a person's word on an unknown touch. The same word again is answered alike, another one is refused."""
        async with self.words:
            answer = await take_word(command, self._ready)
        self.news = True
        return answer

    @resolve.validator
    def _check_resolve(self, command: Resolve) -> None:
        refuse(not_of(self.life, command.key))
