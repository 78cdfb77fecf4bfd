"""One touch, once: reserve - act - confirm, and what follows when any of the three is cut short."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import structlog

from activities.ledger.failures import Held, KeyTaken, LostClaim, NotNow, PerhapsDone, Refused, UnderWay, scrub
from activities.ledger.ledger import Claim, Ledger, withdrawal_receipt
from activities.ledger.transport import EarlierAttempt, Transport, Verdict
from lifecycle.domain.texts.text import one_line
from lifecycle.domain.touch import Answer, Receipt, Touch

log = structlog.get_logger(__name__)

CUT_SHORT = "an attempt was cut short in the act"
OTHER_PEOPLE = "it may have gone to people who are not those that it would go to now"
LONGEST_REFERENCE = 200
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
"""Seconds between two tries to write into the ledger what is known of an act, the pause doubling."""

T = TypeVar("T")


async def perform_once(ledger: Ledger, touch: Touch, transport: Transport) -> Receipt:
    """Do the touch by that transport unless it was done; returns the receipt of what became of it.

    An attempt that takes longer than half the ledger's lease is ended. Raises NotNow or UnderWay to be asked again.
    """
    claim = await asyncio.to_thread(ledger.reserve, touch)
    return claim if isinstance(claim, Receipt) else await _Attempt(ledger, touch, transport, claim).perform()


async def withdraw_once(ledger: Ledger, touch: Touch, transport: Transport) -> Receipt:
    """Call the touch off, or say what became of it. Raises UnderWay while an attempt is acting."""
    claim = await asyncio.to_thread(ledger.withdraw, touch)
    return claim if isinstance(claim, Receipt) else await _Attempt(ledger, touch, transport, claim).withdraw()


class _Attempt:
    """One attempt at a touch, which holds its claim."""

    def __init__(self, ledger: Ledger, touch: Touch, transport: Transport, claim: Claim) -> None:
        self._ledger = ledger
        self._touch = touch
        self._transport = transport
        self._claim = claim
        self._request = claim.request
        self._may_have_acted = claim.interrupted
        self._marked = False
        self._lease_is_over = self._lease_from_now()

    async def perform(self) -> Receipt:
        """Do the touch, as it was asked for before where it may have been done then."""
        if self._claim.interrupted:
            earlier = await self._find_earlier()
            receipt = await self._settle_earlier(earlier, self._claim.reason)
            if receipt is not None:
                return receipt
            self._may_have_acted = earlier.verdict is Verdict.MAY_REPEAT
            if self._request is not None and not self._request.goes_to(self._touch):
                if self._may_have_acted:
                    # What may have reached somebody is not sent to others too, nor once more to who wants no more of it.
                    return await self._park(OTHER_PEOPLE)
                self._request = None
        return await self._act()

    async def withdraw(self) -> Receipt:
        """See to it that what was cut short is not done again."""
        earlier = await self._find_earlier()
        if earlier.verdict is Verdict.NOT_DONE:
            return await self._keep(lambda: self._ledger.settle(self._claim, withdrawal_receipt(self._touch.key)))
        # To do it again may be harmless, but it was called off: where nobody can tell, a person must look.
        return await self._settle_earlier(earlier, self._claim.reason) or await self._park(self._claim.reason)

    async def _act(self) -> Receipt:
        try:
            # Half a lease, so that an attempt that hangs is over before another one may take it for a crashed one.
            async with asyncio.timeout(self._ledger.lease / 2):
                if self._request is None:
                    self._request = await self._transport.prepare(self._touch)
                delivery = await self._transport.act(self._touch, self._request, self._mark)
        except LostClaim:
            return await asyncio.to_thread(self._ledger.receipt, self._touch.key)
        except Held as held:
            # The ledger has let go of it in the very transaction that saw the hold.
            return Receipt(key=self._touch.key, answer=Answer.HELD, why=scrub(held.held.words), held=held.held)
        except Refused as refusal:
            if self._may_have_acted:
                # It says that this asking changed nothing, and nothing of the one before: that may be why.
                return await self._park(refusal.why)
            return await self._settle(Answer.REFUSED, why=refusal.why)
        except KeyTaken as answer:
            # By an attempt of ours, if there was one; the first one's own asking may have come twice on its way.
            return await (self._park(_describe(answer)) if self._may_have_acted else self._perhaps_acted(answer))
        except NotNow as failure:
            await self._give_back(failure.message)
            raise
        except asyncio.CancelledError:
            self._may_have_acted = self._may_have_acted or self._marked
            await self._give_back("the worker stopped in the middle of it")
            raise
        except Exception as failure:  # noqa: BLE001  whatever it is, what it leaves behind must be settled
            if not self._marked:
                await self._give_back(_describe(failure))
                raise _as_not_now(failure) from None
            return await self._perhaps_acted(failure)
        return await self._settle(Answer.DONE, reference=delivery.reference, why=delivery.why, subject=self._subject, acted=True)

    async def _mark(self) -> None:
        await asyncio.to_thread(self._ledger.mark_acting, self._claim, self._request, may_have_acted=self._may_have_acted)
        self._marked = True
        self._lease_is_over = self._lease_from_now()

    async def _perhaps_acted(self, failure: Exception) -> Receipt:
        log.warning("an act failed after its mark", key=self._touch.key, failure=_describe(failure))
        earlier = await self._find_earlier()
        receipt = await self._settle_earlier(earlier, _describe(failure))
        if receipt is not None:
            return receipt
        self._may_have_acted = earlier.verdict is Verdict.MAY_REPEAT
        await self._give_back(_describe(failure))
        raise _as_not_now(failure) from None

    async def _find_earlier(self) -> EarlierAttempt:
        if self._request is not None and self._request.destination != self._transport.destination(self._touch):
            # The settings have changed: whoever is asked now knows nothing of what was asked of another.
            earlier = EarlierAttempt(Verdict.NOBODY_KNOWS)
        else:
            earlier = await self._transport.find_earlier_attempt(self._touch)
        log.warning("an attempt was cut short", key=self._touch.key, found=earlier.verdict.value)
        return earlier

    # ---- what is written into the ledger

    async def _settle_earlier(self, earlier: EarlierAttempt, failure: str) -> Receipt | None:
        match earlier.verdict:
            case Verdict.DONE:
                return await self._settle(Answer.DONE, reference=earlier.reference, subject=earlier.subject or self._subject, acted=True)
            case Verdict.NOBODY_KNOWS:
                return await self._park(failure)
            case Verdict.NOT_DONE | Verdict.MAY_REPEAT:
                return None

    async def _park(self, failure: str) -> Receipt:
        why = f"{failure or CUT_SHORT}; nobody can tell whether it happened: read the provider's log, or ask the recipient"
        log.warning("nobody knows whether a touch was done", key=self._touch.key)
        return await self._settle(Answer.UNKNOWN, why=why, subject=self._subject)

    @property
    def _subject(self) -> str:
        """The subject of what was asked for, where that is known."""
        return self._request.subject if self._request is not None else ""

    async def _settle(self, answer: Answer, *, reference: str = "", why: str = "", subject: str = "", acted: bool = False) -> Receipt:
        # What the other side calls it may be any text, and a database, JSON and terminals hold printable ones.
        reference = one_line(reference)[:LONGEST_REFERENCE]
        receipt = Receipt(key=self._touch.key, answer=answer, reference=reference, why=why, subject=one_line(subject))
        return await self._keep(lambda: self._ledger.settle(self._claim, receipt, acted))

    async def _give_back(self, why: str) -> None:
        let_go = self._ledger.lapse if self._may_have_acted else self._ledger.release
        await self._keep(lambda: let_go(self._claim, why))

    async def _keep(self, write: Callable[[], T]) -> T:
        """Write down what is known of the act, to the end: a worker that shuts down cancels its attempts, and each must still say so."""
        writing = asyncio.ensure_future(self._write(write))
        try:
            return await asyncio.shield(writing)
        except asyncio.CancelledError:
            await writing
            raise

    async def _write(self, write: Callable[[], T]) -> T:
        """Try for as long as the lease lasts: what is not written down is known to nobody afterwards."""
        clock, pause = asyncio.get_running_loop().time, FIRST_PAUSE
        while True:
            try:
                return await asyncio.to_thread(write)
            except UnderWay:
                raise
            except Exception as failure:  # whatever it is, a database that is locked or away comes back
                if clock() + pause >= self._lease_is_over:
                    raise
                log.warning("the ledger does not take what is known of a touch", key=self._touch.key, failure=_describe(failure))
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _lease_from_now(self) -> float:
        return asyncio.get_running_loop().time() + self._ledger.lease


def _as_not_now(failure: Exception) -> NotNow:
    # Not chained: what a library says may hold an address. The traceback is kept, for it holds none.
    return NotNow(_describe(failure)).with_traceback(failure.__traceback__)


def _describe(failure: Exception) -> str:
    if isinstance(failure, PerhapsDone):
        return scrub(str(failure))
    return scrub(f"{type(failure).__name__}: {failure}" if str(failure) else type(failure).__name__)
