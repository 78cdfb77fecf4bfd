"""What of a customer's row speaks against its going on."""

from collections.abc import Mapping
from typing import Any

from lifecycle.domain.enums import Band

FALLEN = -15
"""Points by which health has fallen in a month, or more, to be a risk."""


def risks_of(row: Mapping[str, Any]) -> list[str]:
    """What speaks against a customer's going on, the gravest first."""
    change = row["health_change"]
    found = [
        (row["cancelled_to"] is not None, f"cancelled to {row['cancelled_to']}"),
        (row["intent"] == "low", "intent low"),
        (row["health_band"] == Band.RED, f"health {row['health']}"),
        (change is not None and change <= FALLEN, f"health fell by {-(change or 0)}"),
        (bool(row["stopped"]), str(row["stopped"])),
    ]
    return [words for so, words in found if so]
