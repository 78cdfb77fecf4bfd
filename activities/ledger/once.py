"""One touch, once: reserve - act - confirm, and what follows when any of the three is cut short."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import structlog

from activities.channels.answers import LostClaim, NotNow, Refused, scrub
from activities.ledger.ledger import Claim, Ledger, withdrawn
from lifecycle.domain.touch import Answer, Receipt, Touch

Mark = Callable[[], Awaitable[None]]
"""What a provider awaits right before the irreversible instant. It raises LostClaim when the act must not be done."""

log = structlog.get_logger(__name__)


class Verdict(StrEnum):
    """What a provider can say about an earlier attempt that was cut short."""

    DONE = "done"
    NOT_DONE = "not done"
    MAY_REPEAT = "may repeat"
    NOBODY_KNOWS = "nobody knows"


@dataclass(frozen=True)
class Trace:
    """What an earlier attempt left behind. MAY_REPEAT: nobody can tell, and doing it again is harmless."""

    verdict: Verdict
    reference: str = ""


@dataclass(frozen=True)
class Done:
    """The act was done: the provider's reference for it, and what is worth saying besides."""

    reference: str
    why: str = ""


class Provider(Protocol):
    """Whoever does the act: a mail server, somebody's HTTP endpoint, the outbox."""

    async def trace(self, touch: Touch) -> Trace:
        """What became of an earlier attempt at this touch that was cut short after its mark."""

    async def act(self, touch: Touch, mark: Mark) -> Done:
        """Do it, awaiting `mark` right before the instant that cannot be taken back.

        Raises Refused if it never will be done and NotNow if it certainly was not done now. Any other exception
        means: not done, if it comes before the mark; perhaps done, if it comes after.
        """


async def perform_once(ledger: Ledger, touch: Touch, provider: Provider) -> Receipt:
    """Do the touch unless it was done, and say what became of it. Raises NotNow or UnderWay to be asked again."""
    claim = await asyncio.to_thread(ledger.reserve, touch)
    if isinstance(claim, Receipt):
        return claim
    if not claim.interrupted:
        return await _attempt(ledger, touch, provider, claim, may_have_acted=False)
    trace = await provider.trace(touch)
    log.warning("an attempt was cut short", key=touch.key, found=trace.verdict.value)
    receipt = await _settle_trace(ledger, claim, trace)
    return receipt or await _attempt(ledger, touch, provider, claim, may_have_acted=trace.verdict is Verdict.MAY_REPEAT)


async def withdraw_once(ledger: Ledger, touch: Touch, provider: Provider) -> Receipt:
    """Call the touch off, or say what became of it. Raises UnderWay while an attempt is acting."""
    claim = await asyncio.to_thread(ledger.withdraw, touch)
    if isinstance(claim, Receipt):
        return claim
    trace = await provider.trace(touch)
    log.warning("an attempt was cut short", key=touch.key, found=trace.verdict.value)
    if trace.verdict is Verdict.NOT_DONE:
        return await asyncio.to_thread(ledger.settle, claim, withdrawn(touch.key))
    # To do it again may be harmless, but it was called off: where nobody can tell, a person must look.
    return await _settle_trace(ledger, claim, trace) or await _park(ledger, claim)


async def _attempt(ledger: Ledger, touch: Touch, provider: Provider, claim: Claim, may_have_acted: bool) -> Receipt:
    marked = False

    async def mark() -> None:
        nonlocal marked
        await asyncio.to_thread(ledger.mark_acting, claim)
        marked = True

    async def give_back(why: str) -> None:
        # Shielded: a worker that shuts down cancels its attempts, and each must still say how far it came.
        await asyncio.shield(asyncio.to_thread(ledger.lapse if may_have_acted else ledger.release, claim, why))

    try:
        # Half a lease, so that an attempt that hangs is over before another one may take it for a crashed one.
        async with asyncio.timeout(ledger.lease / 2):
            done = await provider.act(touch, mark)
    except LostClaim:
        return await asyncio.to_thread(ledger.receipt, touch.key)
    except Refused as refusal:
        return await asyncio.to_thread(ledger.settle, claim, Receipt(key=touch.key, answer=Answer.REFUSED, why=refusal.why))
    except NotNow as failure:
        await give_back(failure.message)
        raise
    except asyncio.CancelledError:
        may_have_acted = may_have_acted or marked
        await give_back("the worker stopped in the middle of it")
        raise
    except Exception as failure:  # noqa: BLE001  whatever it is, what it leaves behind must be settled
        if not marked:
            await give_back(_what(failure))
            raise _again(failure) from None
        return await _perhaps_acted(ledger, touch, provider, claim, failure)
    receipt = Receipt(key=touch.key, answer=Answer.DONE, reference=done.reference, why=done.why)
    return await asyncio.to_thread(ledger.settle, claim, receipt, True)


async def _perhaps_acted(ledger: Ledger, touch: Touch, provider: Provider, claim: Claim, failure: Exception) -> Receipt:
    trace = await provider.trace(touch)
    log.warning("an act failed after its mark", key=touch.key, found=trace.verdict.value, failure=_what(failure))
    receipt = await _settle_trace(ledger, claim, trace)
    if receipt is not None:
        return receipt
    let_go = ledger.release if trace.verdict is Verdict.NOT_DONE else ledger.lapse
    await asyncio.to_thread(let_go, claim, _what(failure))
    raise _again(failure) from None


async def _settle_trace(ledger: Ledger, claim: Claim, trace: Trace) -> Receipt | None:
    match trace.verdict:
        case Verdict.DONE:
            receipt = Receipt(key=claim.key, answer=Answer.DONE, reference=trace.reference)
            return await asyncio.to_thread(ledger.settle, claim, receipt, True)
        case Verdict.NOBODY_KNOWS:
            return await _park(ledger, claim)
        case Verdict.NOT_DONE | Verdict.MAY_REPEAT:
            return None


async def _park(ledger: Ledger, claim: Claim) -> Receipt:
    why = "an attempt was cut short in the act, and nobody can tell whether it happened: read the provider's log, or ask the recipient"
    return await asyncio.to_thread(ledger.settle, claim, Receipt(key=claim.key, answer=Answer.UNKNOWN, why=why))


def _again(failure: Exception) -> NotNow:
    # Not chained: what a library says may hold an address. The traceback is kept, for it holds none.
    return NotNow(_what(failure)).with_traceback(failure.__traceback__)


def _what(failure: Exception) -> str:
    return scrub(f"{type(failure).__name__}: {failure}" if str(failure) else type(failure).__name__)
