"""What an escalation and a webhook ask of the world."""

from lifecycle.domain.enums import TouchKind
from tests.lifecycle.building import webhook
from tests.lifecycle.steps.asking import the_touch


def test_an_escalation_tells_a_role_of_ours_why_and_how_grave_it_is() -> None:
    touch = the_touch({"escalate": {"to": "cs-manager", "reason": "no kickoff", "level": 1}})

    assert (touch.kind, touch.owner, touch.text, touch.level, touch.to) == (TouchKind.ESCALATE, "cs-manager", "no kickoff", 1, [])


def test_a_webhook_is_called_by_its_name() -> None:
    touch = the_touch(webhook("crm"))

    assert (touch.kind, touch.name, touch.to) == (TouchKind.WEBHOOK, "crm", [])
