"""The cases from the world that are told to a life (`tests/cases/*.yaml`), as they stand there: each on the playbook that it names.

Cases of other forms (files, mails, deliveries, requests) are read by the tests of what reads them.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from console.files.customers.customers_file import read_customers
from gateway.adapters.adapter_file import load_adapter
from gateway.adapters.adapting import EventDraft, adapt
from gateway.adapters.payloads import read_delivery
from lifecycle.domain.enums import Tier
from lifecycle.domain.people.customer import Contact, Customer
from lifecycle.domain.time.business_days import add_business_days, is_business_day
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event, read_fields
from lifecycle.playbook.yaml_document import read_document
from runtime.playbook_files import load
from tests.lifecycle.building import (
    STRICT_POLICY,
    a_customer,
    a_play,
    a_playbook,
    email,
    live,
    living,
    moment,
    survey,
    touched,
)

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
STANDARD, _TEXTS = load(ROOT / "playbooks" / "standard.yaml")


def case(name: str) -> Any:
    return yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))


def told(name: str) -> list[Event]:
    """What the case tells, by the clock of Berlin."""
    return [_event(number, line) for number, line in enumerate(case(name)["tell"])]


def _event(number: int, line: dict[str, Any]) -> Event:
    data = {field: value.isoformat() if isinstance(value, date) else value for field, value in line["data"].items()}
    happened = moment(*line["happened"].split()) if "happened" in line else None
    id = line.get("id", f"event-{number}")
    return Event(id=id, type=line["type"], at=moment(*line["at"].split()), happened=happened, data=data)


def lived(events: list[Event], until: str, customer: Customer | None = None) -> Simulation:
    """A life on the standard playbook."""
    return live(living(STANDARD, customer), moment(until), *events)


def of(life: Simulation, *plays: str) -> list[str]:
    """The touches of those plays, as `2026-03-02 09:00 play/occurrence/step`."""
    return [line for line in touched(life) if line.split()[2].split("/")[0] in plays]


def test_01_a_ticket_that_was_resolved_before_it_is_told_as_opened_starts_no_play() -> None:
    life = lived(told("01-resolved-before-opened"), "2026-03-20")

    assert of(life, "onboarding-ticket") == []
    assert life.life.facts.tickets.open == {}


def test_03_a_paid_invoice_is_not_chased_and_the_other_one_is() -> None:
    life = lived(told("03-paid-invoice-still-chased"), "2026-03-30")

    calls = [line for line in of(life, "onboarding-payment-failed") if line.endswith("/task")]
    assert [line[:10] for line in calls] == ["2026-03-16"]
    assert "/in_2." in calls[0]
    assert life.life.facts.payments.failed


@pytest.mark.parametrize("kind", ["invoice.voided", "invoice.marked_uncollectible", "invoice.deleted"])
def test_04_an_invoice_that_is_owed_no_more_is_not_chased(kind: str) -> None:
    delivery = json.loads((CASES / "04-stripe-invoice-voided.json").read_text(encoding="utf-8")) | {"type": kind}
    [draft] = adapt(load_adapter("stripe"), read_delivery(json.dumps(delivery)) | {"headers": {}}, {})
    assert isinstance(draft, EventDraft)
    failed = Event(id="failed", type="payment.failed", at=moment("2026-03-03", "09:00"), data={"invoice": "in_1"})
    over = Event(id="over", type=draft.entry.type, at=moment("2026-03-03", "10:00"), data=draft.data)
    life = lived([failed, over], "2026-03-30")

    assert not life.life.facts.payments.failed
    assert [line for line in of(life, "onboarding-payment-failed") if line.endswith("/task")] == []


@pytest.mark.parametrize(
    ("contract", "ends"),
    [
        (case("06-yearly-renewal-over-leap-day")["contract"], ["2029-01-12", "2030-01-12", "2031-01-12"]),
        ({"start": date(2026, 1, 1), "end": date(2027, 1, 1)}, ["2028-01-01", "2029-01-01", "2030-01-01"]),
    ],
)
def test_06_a_contract_of_whole_years_ends_on_its_anniversary(contract: dict[str, Any], ends: list[str]) -> None:
    life = living(STANDARD, a_customer(**contract))
    found = []
    for kind in case("06-yearly-renewal-over-leap-day")["tell"]:
        day = date.fromordinal(life.life.contract.end.toordinal() - 2)
        live(life, moment(day, "10:00"), Event(id=f"{day}", type=kind, at=moment(day), data={"reason": "value"}))
        life.advance(moment(date.fromordinal(day.toordinal() + 3)))
        found.append(life.life.contract.end.isoformat())

    assert found == ends


def test_08_a_renewal_that_two_systems_tell_is_one_term() -> None:
    name = "08-renewed-by-two-systems"
    life = lived(told(name), "2028-12-01", a_customer(**case(name)["contract"]))

    contract = life.life.contract
    assert (contract.term, contract.start, contract.end) == (2, date(2028, 1, 12), date(2029, 1, 12))
    assert {line[:4] for line in of(life, "quarterly-review")} == {"2027", "2028"}, "no year is silent"


def test_09_what_is_due_on_good_friday_goes_on_the_tuesday_after_easter() -> None:
    customer = case("09-due-on-good-friday")["customer"]
    where = {field: customer[field] for field in ("timezone", "country")}
    life = living(STANDARD, a_customer(**where, **customer["contract"], tier=Tier.C))
    life.advance(moment("2026-04-20"))

    assert of(life, "checkin-14") == ["2026-04-07 09:19 checkin-14/1/email-checkin-14"]


def test_11_a_task_asked_for_on_saturday_night_is_due_when_mondays_hours_end() -> None:
    _, saturday = case("11-business-day-from-saturday-night")["cases"]
    assert saturday["from"] == "Sat 2026-03-07 00:30"
    ticket = Event(id="t", type="ticket.opened", at=moment("2026-03-07", "00:30"), data={"ticket": "T", "level": 3})
    life = live(living(STANDARD, a_customer(tier=Tier.B)), moment("2026-03-20"), ticket)

    [answer] = [touch for touch in life.touches if touch.key.endswith("/answer")]
    assert answer.deadline == moment("2026-03-09", "18:00")
    [escalation] = [line for line in of(life, "onboarding-ticket") if "product-support" in line]
    assert "2026-03-11 09:00" <= escalation[:16] < "2026-03-12 18:00"
    assert "09:00" <= escalation[11:16] < "18:00"


def test_12_an_escalation_reaches_a_person_at_work() -> None:
    name = "12-escalation-at-night"
    document = read_document((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    playbook = a_playbook(onboarding={"p": document.at(("play",))}, rest={"contact_policy": STRICT_POLICY})
    life = live(living(playbook), moment("2026-03-20"), *told(name))

    [escalation] = [line for line in touched(life) if "escalate" in line]
    assert "09:00" <= escalation[11:16] < "18:00"


def test_15_an_address_that_no_message_can_carry_is_refused_at_the_door_and_its_row_is_named() -> None:
    named = case("15-one-unsendable-guest")
    [sendable, *others] = [guest["email"] for guest in named["guests"]] + named["also"]
    header = "id,name,timezone,country,owner_name,owner_email,contract_start,term_days,annual_value,champion_name,champion_email"
    rest = "Acme,Europe/Berlin,DE,Kim Lee,kim@us.example,2026-03-02,365,12000,Ana Silva"
    rows = [f"c{number},{rest},{address}" for number, address in enumerate([sendable, *others])]
    taken, faults = read_customers("\n".join([header, *rows]) + "\n", STANDARD)

    assert [row.customer.id for row in taken] == ["c0"]
    assert [fault.line for fault in faults] == [3 + number for number in range(len(others))]
    for address in others:
        with pytest.raises(ValueError, match="is no email address that a message can be sent to"):
            read_fields("contact.added", {"name": "Ana Silva", "role": "champion", "email": address})


def test_23_an_opt_out_told_in_punycode_is_that_of_the_contact() -> None:
    name = "23-opt-out-in-punycode"
    contacts = [Contact.model_validate(one) for one in case(name)["contacts"]]
    plays = {
        "mail": a_play(email(), at={"day": 5}),
        "ask": a_play(survey(), at={"day": 6}),
        "bill": a_play(email(category="operational"), at={"day": 7}),
    }
    life = live(living(a_playbook(onboarding=plays), a_customer(contacts=contacts)), moment("2026-03-20"), *told(name))

    assert [line.split()[2].split("/")[0] for line in touched(life)] == ["bill"]


def test_24_a_ticket_that_is_raised_to_level_1_is_told_at_once() -> None:
    life = lived(told("24-priority-raised"), "2026-03-11")

    raised = [touch for touch in life.touches if touch.play == "onboarding-ticket" and touch.at == moment("2026-03-09", "12:00")]
    assert [touch.key.rsplit("/", 1)[1] for touch in raised] == ["escalate-support-lead", "answer-now"]
    assert raised[1].deadline == moment("2026-03-09", "13:00")


def test_25_an_extended_trial_is_told_of_its_new_end() -> None:
    life = lived(told("25-trial-extended"), "2026-04-20", a_customer(term=0, end=date(2026, 3, 16)))

    assert [line[:10] for line in of(life, "trial-ending") if "email" in line] == ["2026-03-11", "2026-03-25"]
    assert len(of(life, "trial-ending")) == 4


def test_26_two_invitations_to_one_person_never_overlap() -> None:
    life = living(a_playbook(onboarding=case("26-two-meetings-one-slot")["plays"]))
    life.advance(moment("2026-03-20"))

    first, second = sorted((touch.starts, touch.ends) for touch in life.touches if touch.starts is not None and touch.ends is not None)
    assert first[1] <= second[0]


def test_27_days_that_make_up_for_a_holiday_are_business_days() -> None:
    first, second = case("27-make-up-working-day")["cases"]

    assert is_business_day(first["day"], "CN") is first["business_day"]
    assert is_business_day(date(2026, 9, 20), "CN")
    assert add_business_days(second["from"], 1, "CN") == second["is"]


def test_32_an_older_renewal_does_not_overwrite_a_newer_value() -> None:
    life = lived(told("32-older-renewal-overwrites-newer-value"), "2027-03-05")

    contract = life.life.contract
    assert (contract.term, contract.annual_value) == (2, 30000.0)


def test_every_case_is_read_by_a_test() -> None:
    tests = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    assert [file.name for file in sorted(CASES.iterdir()) if file.stem not in tests] == []
