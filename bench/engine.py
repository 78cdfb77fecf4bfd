"""What the engine costs: one decision on the standard playbook, and a customer's year in the simulator."""

import cProfile
import gc
import pstats
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from bench.comparison import Compared
from bench.figures import Figure
from bench.material import SHIPPED, YARDSTICK, Material, Story
from lifecycle.engine import engine
from lifecycle.explain.simulator import simulate
from lifecycle.playbook.playbook import Playbook

LIFE = timedelta(days=485)
YEARS = LIFE / timedelta(days=365)
ROUNDS = 7
MOST_FOR_A_DECISION_US, MOST_FOR_A_YEAR_MS = 200, 20
PROFILED = 30
"""Lines of a profile."""

DECISION, YEAR = "one decision, median", "one customer's year, median"

COMPARED = [Compared(DECISION, "µs", 0.57), Compared(YEAR, "ms", 0.53)]
"""What is compared with another commit, and the ratio that is still good against commit 23c6bb9."""


@dataclass(frozen=True)
class Cost:
    """CPU seconds of each decision, and of each customer's life."""

    decisions: list[float]
    lives: list[float]


def figures() -> list[Figure]:
    """The figures of the yardstick, on which the targets are, and beside them those of the playbook and the examples that we ship."""
    shipped = _measure(SHIPPED)
    return [
        *yardstick(),
        Figure("one decision, playbook as shipped", median(shipped.decisions) * 1e6, "µs"),
        Figure("one customer's year, playbook as shipped", median(shipped.lives) / YEARS * 1e3, "ms"),
    ]


def yardstick() -> list[Figure]:
    """The figures of the yardstick alone."""
    cost = _measure(YARDSTICK)
    return [
        Figure(DECISION, median(cost.decisions) * 1e6, "µs", MOST_FOR_A_DECISION_US),
        Figure(YEAR, median(cost.lives) / YEARS * 1e3, "ms", MOST_FOR_A_YEAR_MS),
        Figure("decisions in a customer's year", len(cost.decisions) / len(cost.lives) / YEARS, ""),
    ]


def profile() -> None:
    """Print where the CPU time of one life goes: the first customer of the yardstick, the costliest functions first."""
    playbook, stories = YARDSTICK.read()
    _live(playbook, stories[0])  # what is made once a process is not of this life
    profiler = cProfile.Profile()
    profiler.runcall(_live, playbook, stories[0])
    pstats.Stats(profiler).sort_stats("tottime").print_stats(PROFILED)


def _measure(material: Material) -> Cost:
    """The customers live sixteen months, seven times over, in this process's own CPU time.

    Of each decision and each life the best time counts, with the garbage collector off, as `timeit` advises: what is
    slower than that was the machine doing something else.
    """
    playbook, stories = material.read()
    cost = Cost([], [])
    gc.disable()
    for story in stories:
        rounds = [(_timed_life(playbook, story), _timed_decisions(playbook, story)) for _ in range(ROUNDS)]
        cost.lives.append(min(life for life, _ in rounds))
        cost.decisions.extend(min(times) for times in zip(*(decisions for _, decisions in rounds), strict=True))
    gc.enable()
    return cost


def _live(playbook: Playbook, story: Story) -> None:
    simulate(story.customer, playbook, story.events, story.enrolled, story.enrolled + LIFE)


def _timed_life(playbook: Playbook, story: Story) -> float:
    before = time.process_time()
    _live(playbook, story)
    return time.process_time() - before


def _timed_decisions(playbook: Playbook, story: Story) -> list[float]:
    costs: list[float] = []
    decide: Decide = engine.decide
    setattr(engine, "decide", _timed(decide, costs))  # noqa: B010  mypy knows functions as constants
    _live(playbook, story)
    setattr(engine, "decide", decide)  # noqa: B010
    gc.collect()
    return costs


Decide = Callable[..., engine.Decision]


def _timed(decide: Decide, costs: list[float]) -> Decide:
    def timed(*args: object) -> engine.Decision:
        before = time.process_time()
        decision = decide(*args)
        costs.append(time.process_time() - before)
        return decision

    return timed
