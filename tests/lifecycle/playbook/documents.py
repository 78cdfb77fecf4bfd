"""Small playbooks as texts, and what is wrong with them."""

import pytest

from lifecycle.playbook.faults import PlaybookFaults
from lifecycle.playbook.reading import read_playbook

HELLO = "Subject: Hello\n\nHello {{ contact.first_name }}, from {{ owner.name }}\n"
HEAD = "playbook: small\ncompany: {name: Us, email: us@example.com}\nstages:\n"
GROWTH = "  growth:\n    goal: More\n    owner: csm\n    exit: first_value\n"


def small(plays: str, milestones: str = "") -> str:
    """A playbook with a growth stage; its `plays:` stand on line 8 and on, or two lines below its milestones."""
    return HEAD + GROWTH + (f"    milestones:\n{milestones}" if milestones else "") + f"    plays:\n{plays}"


def faults(text: str, templates: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(PlaybookFaults) as caught:
        read_playbook(text, {"hello": HELLO} if templates is None else templates, "small.yaml")
    return str(caught.value).splitlines()
