"""The lean playbook of a base: a survey, a meeting for half of the customers, and tasks of two teams. A life of two years takes some milliseconds."""

from functools import cache
from typing import Any

from bench.portfolio.truths import LATE_TEAM, OTHER_TEAM, PLAY
from lifecycle.playbook.playbook import Playbook

CHOSEN = "guided"
"""The segment of the customers who get the play that may work."""

SURVEY, SURVEY_DAY = "nps", 150

_TICKET = {
    "on": "ticket.opened",
    "key": "event.ticket",
    "steps": [{"task": {"title": "Answer the ticket", "owner": LATE_TEAM, "due": "1bd"}}],
}


@cache
def lean() -> Playbook:
    """The playbook, the same object each time, so that its programs are compiled once."""
    return Playbook.model_validate(
        {
            "playbook": "base",
            "version": "v1",
            "company": {"name": "Us", "email": "success@us.example"},
            "contact_policy": {
                "cap": {"emails": 50, "per": "1d"},
                "hours": {"opens": "09:00", "closes": "18:00", "business_days": True},
                "jitter": "0s",
            },
            "contract": {"win_back": "30d"},
            "stages": {
                "growth": _stage(
                    {"nps": {"at": {"day": SURVEY_DAY}, "steps": [{"survey": {"template": SURVEY, "survey": SURVEY}}]}, "ticket": _TICKET}
                ),
                "renewal": _stage(
                    {
                        "renewal-call": {"at": {"day": 5}, "steps": [_task("Ask whether they go on")]},
                        PLAY: {
                            "at": {"before_end": "60d"},
                            "if": f'segment == "{CHOSEN}"',
                            "within": "10d",
                            "steps": [{"meeting": {"template": PLAY, "with": "champion", "within": "5bd", "length": "45m"}}],
                        },
                        "ticket": _TICKET,
                    }
                ),
                "lapsed": _stage({}),
                "win_back": _stage({"loss-review": {"at": {"day": 1}, "steps": [_task("Ask why they left")]}}),
            },
        }
    )


def _stage(plays: dict[str, Any]) -> dict[str, Any]:
    return {"goal": "stay", "owner": OTHER_TEAM, "exit": "true", "plays": plays}


def _task(title: str) -> dict[str, Any]:
    return {"task": {"title": title, "owner": OTHER_TEAM, "due": "5bd"}}
