"""Every cause for which something is late, otherwise or not done has a life here that meets it, and the line that says so."""

import pytest

from lifecycle.domain.enums import Role
from lifecycle.domain.people.customer import Contact
from lifecycle.domain.why import Cause
from tests.lifecycle.building import (
    a_customer,
    a_play,
    a_playbook,
    email,
    living,
    moment,
)
from tests.lifecycle.engine.lines import cases_of_events, cases_of_runs, cases_of_starts, cases_of_touches
from tests.lifecycle.engine.lines.cases import CASES
from tests.lifecycle.engine.lines.reading import line_of

ENTERED = (cases_of_starts, cases_of_touches, cases_of_runs, cases_of_events)
"""Each enters its cases when it is imported."""


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_is_met_in_a_life_and_has_its_line(cause: Cause) -> None:
    assert cause in CASES, f"no life here meets {cause}: write one, with the line that its timeline is to have"
    met: set[Cause | None] = set()
    for case in CASES[cause]:
        life, line = case()
        timeline = life.session.life.log.timeline
        lines = [line_of(entry, life.session.life.zone) for entry in timeline]
        assert line in lines, case.__name__
        assert lines.count(line) == 1, case.__name__
        met.add(timeline[lines.index(line)].cause)
    assert cause in met


def test_a_contact_s_role_stands_before_its_name_and_address() -> None:
    billing = Contact(name="Cy Cole", email="cy@acme.example", role=Role.BILLING)
    life = living(a_playbook(onboarding={"p": a_play(email(to=["billing"]), at={"day": 1})}), a_customer(contacts=[billing]))
    life.advance(moment("2026-03-04"))

    assert line_of(life.life.log.timeline[-1], life.life.zone) == (
        "2026-03-03 09:00 touch email note to billing Cy Cole <cy@acme.example> sent"
    )
