"""What tests of steps share: what one step asks for, and a moment as a clock in Berlin shows it."""

from datetime import datetime

from lifecycle.domain.time.zones import local
from lifecycle.domain.touch import Touch
from tests.lifecycle.building import Raw, a_customer, a_play, a_playbook, living, moment


def the_touch(step: Raw, **customer: object) -> Touch:
    """What that step asks for on day 1 at 09:00."""
    life = living(a_playbook(onboarding={"p": a_play(step, at={"day": 1})}), a_customer(**customer))  # type: ignore[arg-type]
    life.advance(moment("2026-03-03", "12:00"))
    return life.touches[0]


def there(at: datetime | None) -> str:
    assert at is not None
    return f"{local(at, 'Europe/Berlin'):%a %Y-%m-%d %H:%M}"
