"""Why usage or health fell or rose, as a person found it out: told as an event, kept by timeline and record (R34)."""

import pytest

from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event, read_fields
from tests.lifecycle.building import a_play, a_playbook, escalate, living, moment, task, touched, wait_for

PLAY = a_play(
    task("Find the cause", due="2d"),
    wait_for("intervention.explained", "3d", **{"if": 'event.direction == "fall"', "otherwise": [escalate()]}),
    at={"day": 1},
)


def explained(life: Simulation, **data: str) -> None:
    [result] = life.tell(Event(id="explained", type="intervention.explained", at=life.now, data={**data}))
    assert (result.taken, result.why) == (True, "")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"direction": "fall"}, "intervention.explained needs 'cause'"),
        ({"cause": "season"}, "intervention.explained needs 'direction'"),
        ({"cause": "the weather", "direction": "fall"}, "'cause'"),
        ({"cause": "season", "direction": "down"}, "'direction'"),
    ],
)
def test_a_cause_is_one_of_a_closed_list_and_has_a_direction(data: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_fields("intervention.explained", data)


def test_the_record_has_one_line_of_it_at_once_with_its_cause() -> None:
    life = living(a_playbook(onboarding={}))
    explained(life, cause="staff left", direction="fall", note="two analysts went", by="Kim Lee")
    life.advance(moment("2026-03-10"))
    [line] = [fact for fact in life.facts + life.life.record.waiting if fact.kind.startswith("intervention")]
    assert (line.kind, line.what, line.by, line.urgent) == ("intervention", "staff left", "Kim Lee", True)
    assert line.data == {"direction": "fall", "note": "two analysts went"}


@pytest.mark.parametrize(("direction", "escalated"), [("fall", False), ("rise", True), (None, True)])
def test_a_play_that_waits_for_the_cause_escalates_unless_that_direction_is_explained(direction: str | None, escalated: bool) -> None:
    life = living(a_playbook(onboarding={"cause": PLAY}))
    life.advance(moment("2026-03-04"))
    if direction is not None:
        explained(life, cause="season", direction=direction)
    life.advance(moment("2026-03-20"))
    assert [step.rsplit("/", 1)[1] for step in touched(life)] == (["task", "escalate-cs-manager"] if escalated else ["task"])
