"""A database that release 0.1.0 made goes on working: what its table lacks is added, and its rows are read."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from activities.ledger.database.database import connect, open_database
from activities.ledger.database.schema import migrate
from activities.ledger.database.touch_table import TouchState
from activities.ledger.ledger import Claim, Ledger
from activities.ledger.once import perform_once
from activities.ledger.resolutions import Resolutions, ResolveTouch, Standing
from activities.ledger.transport import Request, Verdict
from lifecycle.domain.enums import Outcome, Resolution
from lifecycle.domain.touch import Answer, Receipt
from tests.activities.building import AT, a_touch
from tests.activities.ledger.scripted import Scripted, refusing, well

MADE_BY_0_1_0 = """
CREATE TABLE touches (
    "key" TEXT NOT NULL, customer TEXT NOT NULL, play TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
    outcome TEXT, reason TEXT NOT NULL, reference TEXT NOT NULL, at {moment} NOT NULL, token TEXT NOT NULL, lease_until {double} NOT NULL,
    attempts INTEGER NOT NULL, acted INTEGER NOT NULL, receipt TEXT, PRIMARY KEY ("key")
)
"""
KINDS = {
    "sqlite": {"moment": "DATETIME", "double": "DOUBLE"},
    "postgresql": {"moment": "TIMESTAMP WITH TIME ZONE", "double": "DOUBLE PRECISION"},
}
ROW = (
    "INSERT INTO touches VALUES (:key, 'acme', 'welcome', 'email', 'welcome', :state, :outcome, '', '', :at, 't', 0.0, 1, :acted, :receipt)"
)
SENT, UNKNOWN, CUT_SHORT = (f"acme/1/welcome/{number}/email" for number in range(1, 4))


def receipt(key: str, answer: str) -> str:
    return f'{{"key":"{key}","answer":"{answer}","reference":"","why":""}}'


@pytest.fixture
def older(database: str) -> str:
    """The URL of a database that 0.1.0 made: a touch that was sent, one that is unknown, one that was cut short."""
    engine = sa.create_engine(database)
    at = AT.replace(tzinfo=None) if engine.dialect.name == "sqlite" else AT
    with engine.begin() as connection:
        connection.execute(sa.text(MADE_BY_0_1_0.format(**KINDS[engine.dialect.name])))
        row = sa.text(ROW).bindparams(sa.bindparam("at", type_=sa.DateTime(timezone=True)))
        for key, state, outcome, acted, answer in (
            (SENT, "confirmed", "sent", 1, receipt(SENT, "done")),
            (UNKNOWN, "unknown", "unknown", 0, receipt(UNKNOWN, "unknown")),
            (CUT_SHORT, "acting", None, 0, None),
        ):
            connection.execute(row, {"key": key, "state": state, "outcome": outcome, "at": at, "acted": acted, "receipt": answer})
    engine.dispose()
    return database


def migrated(url: str) -> sa.Engine:
    engine = connect(url)
    migrate(engine)
    engine.dispose()
    return open_database(url)


def test_its_touches_are_read_and_new_ones_are_kept_whole(older: str) -> None:
    ledger = Ledger(migrated(older))
    assert ledger.reserve(a_touch(SENT)) == Receipt(key=SENT, answer=Answer.DONE)
    assert [row.key for row in ledger.with_outcome(Outcome.UNKNOWN)] == [UNKNOWN]
    said = ResolveTouch(key=UNKNOWN, resolution=Resolution.SENT, by="Kim Lee")
    assert Resolutions(ledger.engine).resolve(said).standing is Standing.RESOLVED
    claim = ledger.reserve(a_touch("acme/1/welcome/4/email"))
    assert isinstance(claim, Claim)
    request = Request(destination="smtp", content=b"\x00 what was asked")
    ledger.mark_acting(claim, request)
    ledger.lapse(claim, "the line broke")
    again = ledger.reserve(a_touch("acme/1/welcome/4/email"))
    assert isinstance(again, Claim)
    assert (again.interrupted, again.request, again.reason) == (True, request, "the line broke")
    ledger.engine.dispose()


async def test_an_attempt_of_it_that_was_cut_short_is_asked_again_where_that_is_harmless_and_a_refusal_leaves_it_unknown(
    older: str,
) -> None:
    ledger = Ledger(migrated(older))
    assert (await perform_once(ledger, a_touch(CUT_SHORT), Scripted(Verdict.MAY_REPEAT, refusing("422")))).answer is Answer.UNKNOWN
    ledger.engine.dispose()


async def test_an_attempt_of_it_that_was_cut_short_is_done_under_its_key(older: str) -> None:
    ledger = Ledger(migrated(older))
    assert (await perform_once(ledger, a_touch(CUT_SHORT), Scripted(Verdict.MAY_REPEAT, well))).answer is Answer.DONE
    row = ledger.row(CUT_SHORT)
    assert row is not None
    assert row.state is TouchState.CONFIRMED
    ledger.engine.dispose()


def test_many_processes_may_open_it_at_once(older: str) -> None:
    start = Barrier(8)

    def rush() -> None:
        start.wait()
        migrated(older).dispose()

    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(rush) for _ in range(8)]:
            future.result()
