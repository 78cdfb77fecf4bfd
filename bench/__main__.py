"""Runs the measurements and shows them; status 1 where one does not keep its target, 2 where it was asked for what there is not."""

import argparse
import asyncio
import sys

from bench import engine, gateway, record, report, shell, upgrade
from bench.comparison import CannotCompare, compare
from bench.figures import Figure, show
from runtime.process.command import run_command
from runtime.process.exit import run_and_exit

BENCHES = ("engine", "shell", "gateway")
ASKED_FOR = ("record", "report", "upgrade")
"""What takes minutes, and is measured only when it is named."""
COMPARED = {"engine": engine.COMPARED, "shell": shell.COMPARED}


def main() -> int:
    """Every bench, or those that are named."""
    parser = argparse.ArgumentParser(prog='make bench ARGS="..."', description="Measures, and compares with targets.")
    parser.add_argument(
        "benches", nargs="*", metavar="bench", help=f"{', '.join(BENCHES)}, all of them if none is named; {', '.join(ASKED_FOR)}"
    )
    parser.add_argument("--against", metavar="REV", help="compare engine and shell with that commit, in turn, in processes of their own")
    parser.add_argument("--profile", action="store_true", help="show where the time of one life goes in the engine")
    asked = parser.parse_args()
    unknown = [name for name in asked.benches if name not in (*BENCHES, *ASKED_FOR)]
    if unknown:
        return _refused(f"there is no bench '{unknown[0]}', only {', '.join((*BENCHES, *ASKED_FOR))}")
    if asked.profile:
        if asked.benches not in ([], ["engine"]) or asked.against:
            return _refused("--profile is for the engine alone, and compares nothing")
        engine.profile()
        return 0
    if asked.against:
        return _compared(asked.benches or list(COMPARED), asked.against)
    return run_command(lambda: _measured(asked.benches or list(BENCHES)))


def _measured(benches: list[str]) -> int:
    shown: list[Figure] = []
    if "engine" in benches:
        shown += engine.figures()
        show("The engine, in CPU time of this process", shown)
    if "shell" in benches:
        figures = asyncio.run(shell.figures())
        show("The shell, on the embedded server", figures)
        shown += figures
    if "gateway" in benches:
        figures = asyncio.run(gateway.figures())
        show("The gateway, on the embedded server", figures)
        shown += figures
    if "record" in benches:
        figures = asyncio.run(record.figures())
        show("The record, over a customer-year on the embedded server", figures)
        shown += figures
    if "report" in benches:
        figures = report.figures()
        show(f"A report of {report.CUSTOMERS:,} customers", figures)
        shown += figures
    if "upgrade" in benches:
        for killed in (False, True):
            figures = asyncio.run(upgrade.figures(killed=killed))
            how = ", killed in the middle" if killed else ""
            show(f"An upgrade of {upgrade.LIVES} lives to a copy with other health weights{how}", figures)
            shown += figures
    return 0 if all(figure.good for figure in shown) else 1


def _compared(benches: list[str], revision: str) -> int:
    shown: list[Figure] = []
    for name in benches:
        if name not in COMPARED:
            return _refused(f"--against compares {' and '.join(COMPARED)}, not {name}")
        try:
            figures = compare(name, COMPARED[name], revision)
        except CannotCompare as why:
            return _refused(str(why))
        show(f"The {name}, here against {revision}", figures)
        shown += figures
    return 0 if all(figure.good for figure in shown) else 1


def _refused(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2


if __name__ == "__main__":
    run_and_exit(main)
