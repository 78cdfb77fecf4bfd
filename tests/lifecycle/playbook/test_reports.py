"""Who gets the portfolio's report: a playbook names roles, how often, and where that is; each fault with its line."""

import pytest

from lifecycle.domain.enums import Stage, Tier
from lifecycle.playbook.policy import Every
from lifecycle.playbook.reading import read_playbook
from tests.lifecycle.playbook.documents import GROWTH, HEAD, faults


def with_reports(reports: str) -> str:
    return f"{HEAD}{GROWTH}reports: {reports}\n"


def test_it_reads_a_role_without_a_list_and_a_month_where_nothing_is_said_and_no_run_carries_it() -> None:
    playbook = read_playbook(with_reports("{to: cs-manager, timezone: Europe/London, country: GB}"), {})
    assert playbook.reports is not None
    assert (playbook.reports.to, playbook.reports.every) == (["cs-manager"], Every.MONTH)
    assert playbook.trimmed(Stage.GROWTH, Tier.A, []).reports is None


@pytest.mark.parametrize(
    ("reports", "told"),
    [
        ("{to: [], timezone: Europe/London, country: GB}", "reports, to: "),
        ("{to: cs-manager, every: week, timezone: Europe/London, country: GB}", "reports, every: "),
        ("{to: cs-manager, timezone: London, country: GB}", "reports, timezone: "),
        ("{to: cs-manager, timezone: Europe/London, country: UK}", "reports, country: 'UK' is no country whose holidays are known"),
        ("{to: cs-manager, country: GB}", "'timezone' is missing"),
        ("{to: cs-manager, timezone: Europe/London}", "'country' is missing"),
        ("{to: cs-manager, timezone: Europe/London, country: GB, at: 07:00}", "'at'"),
    ],
)
def test_what_it_may_not_say_is_a_fault_with_its_line(reports: str, told: str) -> None:
    [fault] = faults(with_reports(reports))
    assert fault.startswith("small.yaml:8: ")
    assert told in fault


def test_a_role_that_nobody_holds_is_a_fault_where_people_are_known() -> None:
    text = with_reports("{to: [cs-manager, ceoo], timezone: Europe/London, country: GB}")
    with pytest.raises(ValueError, match=r"small.yaml:8: reports, to.*nobody in people.yaml has the role 'ceoo'; did you mean ceo\?"):
        read_playbook(text, {}, "small.yaml", frozenset({"csm", "cs-manager", "ceo"}))
    assert read_playbook(text, {}).reports is not None
