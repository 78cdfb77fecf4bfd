"""Runs the measurements and shows them; status 1 where one does not keep its target."""

import asyncio
import sys

from bench import engine, gateway, shell
from bench.figures import Figure, show
from runtime.process.exit import run_and_exit

BENCHES = ("engine", "shell", "gateway")


def main() -> int:
    """Every bench, or those that are named."""
    chosen = [name for name in sys.argv[1:] if name in BENCHES] or list(BENCHES)
    unknown = [name for name in sys.argv[1:] if name not in BENCHES]
    if unknown:
        sys.stderr.write(f"there is no bench '{unknown[0]}', only {', '.join(BENCHES)}\n")
        return 2
    shown: list[Figure] = []
    if "engine" in chosen:
        shown += engine.figures()
        show("The engine, in CPU time of this process", shown)
    if "shell" in chosen:
        figures = asyncio.run(shell.figures())
        show("The shell, on the embedded server", figures)
        shown += figures
    if "gateway" in chosen:
        figures = asyncio.run(gateway.figures())
        show("The door, on the embedded server", figures)
        shown += figures
    return 0 if all(figure.good for figure in shown) else 1


if __name__ == "__main__":
    run_and_exit(main)
