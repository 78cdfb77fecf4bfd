"""Writes a base into a new SQLite file, to look at: `python -m bench.portfolio base.sqlite`."""

import argparse
import sys
from pathlib import Path

from activities.ledger.database.database import open_database
from bench.portfolio.truths import NOTHING, PLANTED
from bench.portfolio.writing import LIVES, make_base


def main() -> int:
    """Write it; status 2 where the file is there already or the number does not fit."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.portfolio", description="Writes a simulated base of 2025 and 2026 into an SQLite file."
    )
    parser.add_argument("file", type=Path, help="the file to write; it must not be there yet")
    parser.add_argument("--customers", type=int, default=2000, help=f"how many, a multiple of {LIVES} (2000)")
    parser.add_argument("--nothing", action="store_true", help="plant no truth in it")
    asked = parser.parse_args()
    if asked.file.exists():
        return _refused(f"{asked.file} is there already: name a new file")
    if asked.customers < LIVES or asked.customers % LIVES:
        return _refused(f"--customers {asked.customers} is no multiple of {LIVES}: write 2000, for example")
    engine = open_database(f"sqlite:///{asked.file}")
    make_base(engine, NOTHING if asked.nothing else PLANTED, customers=asked.customers)
    engine.dispose()
    sys.stdout.write(f"{asked.file} has {asked.customers:,} customers of 2025 and 2026.\n")
    return 0


def _refused(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
