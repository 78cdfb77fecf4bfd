"""Playbooks that were published before durations had bounds are lived by: what lies beyond the calendar never comes."""

from datetime import datetime

import pytest

from lifecycle.domain.enums import Tier
from lifecycle.domain.touch import Answer, Receipt, Touch
from lifecycle.explain.status import in_markdown, next_touch_at, status_of
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.life import Lifecycle
from tests.lifecycle import building as b

UNITS = ["s", "m", "h", "d", "bd", "w", "mo"]
ANCHORS = ["stage_start", "stage_end", "contract_start", "contract_end", "enrolment"]


def everywhere(span: str) -> Playbook:
    """A playbook in which every duration is that one."""
    ladder = {"id": "call", **b.task(due=span, ladder=[{"after": span, "to": "boss"}])}
    anchored = {f"{side}-{of}": b.a_play(b.email(), at={side: span, "of": of}) for side in ("after", "before") for of in ANCHORS}
    plays = anchored | {
        "waits": b.a_play(b.wait(span), b.email(), at={"day": 0}, within=span),
        "hears": b.a_play(b.wait_for("login", span, otherwise=[b.email()]), ladder, on="login", cooldown=span),
        "meets": b.a_play(b.meeting(within=span, length=span), at={"day": 1}),
        "holds": b.a_play(b.email(), when="true", for_=span),
        "silent": b.a_play(b.email(), silent_for=span),
        "end": b.a_play(b.email(), at={"before_end": span}),
    }
    if not span.endswith(("s", "m")):
        plays["beat"] = b.a_play(b.email(), every=span)
        plays["beat-of-the-contract"] = b.a_play(b.email(), every={"each": span, "of": "contract_start"})
    policy = {"cap": {"emails": 1, "per": span}} | ({"jitter": span} if span.endswith(("s", "m", "h")) else {})
    rest = {"within": span, "contact_policy": policy, "contract": {"grace": span, "win_back": span, "away_long": span}}
    last = {"last": b.a_play(b.email(), at={"after": span, "of": "stage_end"})}
    return b.a_playbook(milestones={"far": {"kind": "customer", "due": span}}, rest=rest, onboarding=plays, win_back=last)


def later(touch: Touch, at: datetime) -> Receipt:
    """A world in which nothing works before April."""
    return Receipt(key=touch.key, answer=Answer.RETRY if at < b.utc("2026-04-01") else Answer.DONE)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("tier", [Tier.A, Tier.C])
def test_a_life_goes_on_whatever_its_durations(unit: str, tier: Tier) -> None:
    life = b.living(everywhere(f"99999{unit}"), b.a_customer(tier=tier), perform=later)
    for told in (
        b.login("2026-03-05"),
        b.changed(b.moment("2026-04-01"), tier="B"),
        b.changed(b.moment("2026-05-01"), timezone="Pacific/Apia"),
        b.churned(b.moment("2027-01-10")),
    ):
        life.advance(told.at)
        assert all(answer.taken for answer in life.tell(told))
        in_markdown(status_of(life.session, life.now))
        next_touch_at(life.session)
        assert Lifecycle.model_validate_json(life.life.model_dump_json()) == life.life
    life.advance(b.utc("2030-01-01"))
    assert Lifecycle.model_validate_json(life.life.model_dump_json()) == life.life
