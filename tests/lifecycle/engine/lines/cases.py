"""Lives that meet a cause, each with the line that its timeline is to have; the files beside this one enter them."""

from collections.abc import Callable
from datetime import datetime

from lifecycle.domain.why import Cause
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event
from lifecycle.playbook.playbook import Playbook
from tests.lifecycle.building import (
    STRICT_POLICY,
    Raw,
    live,
    living,
    moment,
)
from tests.lifecycle.calls import Life

HOURS: Raw = {"contact_policy": STRICT_POLICY | {"jitter": "0s"}}
ANA = "champion Ana Silva <ana@acme.example>"

Case = Callable[[], tuple[Life, str]]
CASES: dict[Cause, list[Case]] = {}


def meets(*causes: Cause) -> Callable[[Case], Case]:
    """The case is met in a life for each of these causes."""

    def enter(case: Case) -> Case:
        for cause in causes:
            CASES.setdefault(cause, []).append(case)
        return case

    return enter


def until(day: str, playbook: Playbook, *events: Event, at: datetime | None = None) -> Simulation:
    return live(living(playbook, at=at), moment(day), *events)
