"""What the engine costs: one decision on the standard playbook, and a customer's year in the simulator."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from bench.figures import Figure
from console.playbook_files import load
from lifecycle import engine
from lifecycle.enrolment import read_customers, read_events
from lifecycle.program import Program
from lifecycle.simulator import simulate
from lifecycle.state import Lifecycle
from lifecycle.zones import midnight

ROOT = Path(__file__).parent.parent
LIFE = timedelta(days=485)
ROUNDS = 5
MOST_FOR_A_DECISION_US, MOST_FOR_A_YEAR_MS = 200, 20


@dataclass
class Costs:
    """CPU seconds of each decision, and of each whole life."""

    decisions: list[float] = field(default_factory=list)
    lives: list[float] = field(default_factory=list)


def figures() -> list[Figure]:
    """The twelve example customers live sixteen months, five times over, in this process's own CPU time."""
    playbook, _ = load(ROOT / "playbooks" / "standard.yaml")
    rows, _ = read_customers((ROOT / "examples" / "customers.csv").read_text(), playbook)
    zones = {row.customer.id: row.customer.timezone for row in rows}
    told, _ = read_events((ROOT / "examples" / "events.csv").read_text(), zones)
    costs = Costs()
    decide: Decide = engine.decide
    for round_number in range(ROUNDS + 1):
        for row in rows:
            began = midnight(row.enrolled_on or row.customer.contract.start, row.customer.timezone)
            events = [one.event for one in told if one.customer == row.customer.id]
            counted = costs if round_number else Costs()
            setattr(engine, "decide", _timed(decide, counted.decisions))  # noqa: B010  mypy knows functions as constants
            before = time.process_time()
            simulate(row.customer, playbook, events, began, began + LIFE)
            counted.lives.append(time.process_time() - before)
    setattr(engine, "decide", decide)  # noqa: B010
    year = median(costs.lives) / (LIFE / timedelta(days=365))
    return [
        Figure("one decision, median", median(costs.decisions) * 1e6, "µs", MOST_FOR_A_DECISION_US),
        Figure("one customer's year, median", year * 1e3, "ms", MOST_FOR_A_YEAR_MS),
        Figure("decisions in a customer's year", len(costs.decisions) / len(costs.lives) / (LIFE / timedelta(days=365)), ""),
    ]


Decide = Callable[[Lifecycle, Program, datetime], engine.Decision]


def _timed(decide: Decide, costs: list[float]) -> Decide:
    def timed(life: Lifecycle, program: Program, now: datetime) -> engine.Decision:
        before = time.process_time()
        decision = decide(life, program, now)
        costs.append(time.process_time() - before)
        return decision

    return timed
