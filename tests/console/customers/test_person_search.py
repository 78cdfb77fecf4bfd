"""Who is asked whether it knows a person."""

from datetime import UTC, datetime, timedelta

from temporalio.client import WorkflowExecutionStatus as Status

from console.customers.person_search import Run, to_be_asked

BEGINS = datetime(2026, 3, 2, tzinfo=UTC)


def run(customer: str, id: str, status: Status, day: int) -> Run:
    return Run(customer, id, status, BEGINS + timedelta(days=day))


def test_lives_that_go_on_or_are_over_are_asked_and_of_those_ended_by_force_the_newest() -> None:
    listed = [
        run("healed", "now", Status.RUNNING, 3),
        run("healed", "moved", Status.CONTINUED_AS_NEW, 2),
        run("healed", "terminated", Status.TERMINATED, 1),
        run("back", "now", Status.RUNNING, 3),
        run("back", "its first life", Status.COMPLETED, 1),
        run("to be healed", "terminated", Status.TERMINATED, 3),
        run("to be healed", "before", Status.FAILED, 2),
    ]
    assert [(one.customer, one.id) for one in to_be_asked(listed)] == [
        ("healed", "now"),
        ("back", "now"),
        ("back", "its first life"),
        ("to be healed", "terminated"),
    ]
