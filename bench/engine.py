"""What the engine costs: one decision on the standard playbook, and a customer's year in the simulator."""

import gc
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from bench.figures import Figure
from console.files.customers_file import read_customers
from console.files.events_file import read_events
from lifecycle.domain.customer import Customer
from lifecycle.domain.zones import midnight
from lifecycle.engine import engine
from lifecycle.engine.session import Session
from lifecycle.explain.simulator import simulate
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook
from runtime.playbook_files import load

ROOT = Path(__file__).parent.parent
LIFE = timedelta(days=485)
ROUNDS = 7
MOST_FOR_A_DECISION_US, MOST_FOR_A_YEAR_MS = 200, 20


def figures() -> list[Figure]:
    """The twelve example customers live sixteen months, seven times over, in this process's own CPU time.

    Of each decision and each life the best time counts, with the garbage collector off, as `timeit` advises: what is
    slower than that was the machine doing something else. The medians are over customers and over their decisions.
    """
    playbook, _ = load(ROOT / "playbooks" / "standard.yaml")
    rows, _ = read_customers((ROOT / "examples" / "customers.csv").read_text(), playbook)
    zones = {row.customer.id: row.customer.timezone for row in rows}
    told, _ = read_events((ROOT / "examples" / "events.csv").read_text(), zones)
    decisions: list[float] = []
    lives: list[float] = []
    gc.disable()
    for row in rows:
        began = midnight(row.enrolled_on or row.customer.contract.start, row.customer.timezone)
        events = [one.event for one in told if one.customer == row.customer.id]
        rounds = [_live(row.customer, playbook, events, began) for _ in range(ROUNDS)]
        lives.append(min(life for life, _ in rounds))
        decisions += [min(times) for times in zip(*(costs for _, costs in rounds), strict=True)]
    gc.enable()
    years = LIFE / timedelta(days=365)
    return [
        Figure("one decision, median", median(decisions) * 1e6, "µs", MOST_FOR_A_DECISION_US),
        Figure("one customer's year, median", median(lives) / years * 1e3, "ms", MOST_FOR_A_YEAR_MS),
        Figure("decisions in a customer's year", len(decisions) / len(lives) / years, ""),
    ]


def _live(customer: Customer, playbook: Playbook, events: list[Event], began: datetime) -> tuple[float, list[float]]:
    """CPU seconds of one whole life, and, in a second one, of each of its decisions."""
    before = time.process_time()
    simulate(customer, playbook, events, began, began + LIFE)
    whole = time.process_time() - before
    costs: list[float] = []
    decide: Decide = engine.decide
    setattr(engine, "decide", _timed(decide, costs))  # noqa: B010  mypy knows functions as constants
    simulate(customer, playbook, events, began, began + LIFE)
    setattr(engine, "decide", decide)  # noqa: B010
    gc.collect()
    return whole, costs


Decide = Callable[[Session, datetime, int | None], engine.Decision]


def _timed(decide: Decide, costs: list[float]) -> Decide:
    def timed(session: Session, now: datetime, most: int | None = None) -> engine.Decision:
        before = time.process_time()
        decision = decide(session, now, most)
        costs.append(time.process_time() - before)
        return decision

    return timed
