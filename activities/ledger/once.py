"""One touch, once: reserve - act - confirm, and what follows when any of the three is cut short."""

import asyncio

import structlog

from activities.ledger.failures import LostClaim, NotNow, Refused, scrub
from activities.ledger.ledger import Claim, Ledger, withdrawal_receipt
from activities.ledger.transport import EarlierAttempt, Transport, Verdict
from lifecycle.domain.touch import Answer, Receipt, Touch

log = structlog.get_logger(__name__)


async def perform_once(ledger: Ledger, touch: Touch, transport: Transport) -> Receipt:
    """Do the touch by that transport unless it was done; returns the receipt of what became of it.

    An attempt that takes longer than half the ledger's lease is ended. Raises NotNow or UnderWay to be asked again.
    """
    claim = await asyncio.to_thread(ledger.reserve, touch)
    if isinstance(claim, Receipt):
        return claim
    if not claim.interrupted:
        return await _attempt(ledger, touch, transport, claim, may_have_acted=False)
    earlier = await transport.find_earlier_attempt(touch)
    log.warning("an attempt was cut short", key=touch.key, found=earlier.verdict.value)
    receipt = await _settle_earlier(ledger, claim, earlier)
    return receipt or await _attempt(ledger, touch, transport, claim, may_have_acted=earlier.verdict is Verdict.MAY_REPEAT)


async def withdraw_once(ledger: Ledger, touch: Touch, transport: Transport) -> Receipt:
    """Call the touch off, or say what became of it. Raises UnderWay while an attempt is acting."""
    claim = await asyncio.to_thread(ledger.withdraw, touch)
    if isinstance(claim, Receipt):
        return claim
    earlier = await transport.find_earlier_attempt(touch)
    log.warning("an attempt was cut short", key=touch.key, found=earlier.verdict.value)
    if earlier.verdict is Verdict.NOT_DONE:
        return await asyncio.to_thread(ledger.settle, claim, withdrawal_receipt(touch.key))
    # To do it again may be harmless, but it was called off: where nobody can tell, a person must look.
    return await _settle_earlier(ledger, claim, earlier) or await _park(ledger, claim)


async def _attempt(ledger: Ledger, touch: Touch, transport: Transport, claim: Claim, may_have_acted: bool) -> Receipt:
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
            delivery = await transport.act(touch, mark)
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
            await give_back(_describe(failure))
            raise _as_not_now(failure) from None
        return await _perhaps_acted(ledger, touch, transport, claim, failure)
    receipt = Receipt(key=touch.key, answer=Answer.DONE, reference=delivery.reference, why=delivery.why, subject=delivery.subject)
    return await asyncio.to_thread(ledger.settle, claim, receipt, True)


async def _perhaps_acted(ledger: Ledger, touch: Touch, transport: Transport, claim: Claim, failure: Exception) -> Receipt:
    earlier = await transport.find_earlier_attempt(touch)
    log.warning("an act failed after its mark", key=touch.key, found=earlier.verdict.value, failure=_describe(failure))
    receipt = await _settle_earlier(ledger, claim, earlier)
    if receipt is not None:
        return receipt
    let_go = ledger.release if earlier.verdict is Verdict.NOT_DONE else ledger.lapse
    await asyncio.to_thread(let_go, claim, _describe(failure))
    raise _as_not_now(failure) from None


async def _settle_earlier(ledger: Ledger, claim: Claim, earlier: EarlierAttempt) -> Receipt | None:
    match earlier.verdict:
        case Verdict.DONE:
            receipt = Receipt(key=claim.key, answer=Answer.DONE, reference=earlier.reference, subject=earlier.subject)
            return await asyncio.to_thread(ledger.settle, claim, receipt, True)
        case Verdict.NOBODY_KNOWS:
            return await _park(ledger, claim)
        case Verdict.NOT_DONE | Verdict.MAY_REPEAT:
            return None


async def _park(ledger: Ledger, claim: Claim) -> Receipt:
    why = "an attempt was cut short in the act, and nobody can tell whether it happened: read the provider's log, or ask the recipient"
    return await asyncio.to_thread(ledger.settle, claim, Receipt(key=claim.key, answer=Answer.UNKNOWN, why=why))


def _as_not_now(failure: Exception) -> NotNow:
    # Not chained: what a library says may hold an address. The traceback is kept, for it holds none.
    return NotNow(_describe(failure)).with_traceback(failure.__traceback__)


def _describe(failure: Exception) -> str:
    return scrub(f"{type(failure).__name__}: {failure}" if str(failure) else type(failure).__name__)
