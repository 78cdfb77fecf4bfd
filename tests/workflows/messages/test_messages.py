"""What the workflow answers is whole: a message that is forgotten somewhere is named."""

import inspect

from temporalio import workflow

from workflows.customer_lifecycle import CustomerLifecycle

DEFINITION = workflow._Definition.must_from_class(CustomerLifecycle)


def test_every_update_is_judged_before_it_stands_in_the_history() -> None:
    assert [name for name, update in DEFINITION.updates.items() if update.validator is None] == []


def test_every_message_says_what_it_does() -> None:
    handlers = [
        *(update.fn for update in DEFINITION.updates.values()),
        *(signal.fn for signal in DEFINITION.signals.values()),
        *(query.fn for query in DEFINITION.queries.values()),
    ]
    assert [handler.__name__ for handler in handlers if not inspect.getdoc(handler)] == []
