"""What each shipped adapter makes of its sender's real deliveries, event by event."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.adapters.adapter_file import load_adapter, shipped
from gateway.adapters.adapting import EntryFailure, EventDraft, event_of
from gateway.adapters.calendar_replies import IrrelevantMail
from gateway.adapters.enrolments import CustomerDraft
from gateway.intake.customer_fields import CustomerFields
from gateway.intake.results import Status
from lifecycle.facts.events import Event
from tests.gateway.adapters.deliveries import NOW, SAMPLES, adapted, enrolled, invited
from tests.lifecycle.building import a_playbook

AT_NINE = "2026-03-02T09:00:00+00:00"
CHANGED = {"reason": "changed in Stripe"}
FIRST = "2026-03-01T00:01:00+00:00"
BACK = "cancellation taken back in Stripe"
SIGNED = {"start": "2026-03-01", "end": "2027-03-01"}
VALUE = 12 * 12 * 99.0 + 5000.5
RENEWED = {"end": "2027-03-01", "reason": "renewed by itself in Stripe"}
LATER = "2026-03-02T09:01:00.004000+00:00"
OWNER = {"owner_name": "Kim Lee", "owner_email": "kim@us.example", "cause": "owner changed in HubSpot"}
DEAL_WON = {"reason": "renewal deal won in HubSpot", "annual_value": 24000.5}
SAVED, SAVED_AGAIN = "2026-03-02T10:15:30+00:00", "2026-03-04T08:30:00+00:00"
WON = {"reason": "renewal opportunity won in Salesforce", "annual_value": 24000.5}
CASE = {"ticket": "500Hs00001xYzAbIAK"}
TASK = {"task": "agree-plan", "play": "plan", "run": "1/plan/1", "by": "kim.lee"}

EXPECTED: dict[str, list[tuple[object, ...]]] = {
    "stripe-payment-failed.json": [
        ("payment.failed", "nordwind", AT_NINE, {"invoice": "in_1SVkQyLkdIwHu7ixbN5Jt0Vd", "amount": 1200.0}),
    ],
    "stripe-payment-recovered.json": [
        ("payment.recovered", "nordwind", "2026-03-05T09:02:01+00:00", {"invoice": "in_1SVkQyLkdIwHu7ixbN5Jt0Vd", "amount": 50000.0}),
    ],
    "stripe-paid-at-once.json": [],
    "stripe-invoice-voided.json": [("payment.cancelled", "nordwind", "2026-03-03T09:00:00+00:00", {"invoice": "in_1"})],
    "stripe-invoice-marked-uncollectible.json": [("payment.cancelled", "nordwind", "2026-03-03T09:00:00+00:00", {"invoice": "in_1"})],
    "stripe-invoice-deleted.json": [("payment.cancelled", "nordwind", "2026-03-03T09:00:00+00:00", {"invoice": "in_1"})],
    "stripe-invoice-credited.json": [("payment.cancelled", "nordwind", "2026-03-03T09:00:00+00:00", {"invoice": "in_1"})],
    "stripe-paid-by-hand.json": [
        ("payment.recovered", "nordwind", "2026-03-05T09:02:01+00:00", {"invoice": "in_1SVkQyLkdIwHu7ixbN5Jt0Vd", "amount": 500.0}),
    ],
    "stripe-trial-paid.json": [("contract.signed", "nordwind", FIRST, SIGNED | {"annual_value": VALUE})],
    "stripe-trial-paid-2023.json": [("contract.signed", "nordwind", FIRST, SIGNED)],
    "stripe-trial-paid-late.json": [("contract.signed", "nordwind", "2026-03-04T00:00:00+00:00", SIGNED | {"annual_value": VALUE})],
    "stripe-trial-unpaid.json": [],
    "stripe-plan-changed.json": [
        ("contract.amended", "nordwind", FIRST, CHANGED | {"annual_value": 9900.0}),
        ("contract.amended", "nordwind", FIRST, CHANGED | {"end": "2027-03-01"}),
    ],
    "stripe-cancel-at-period-end.json": [
        ("contract.cancelled", "nordwind", FIRST, {"reason": "to be cancelled in Stripe", "end": "2027-03-01"}),
    ],
    "stripe-cancel-early.json": [("contract.cancelled", "nordwind", FIRST, {"reason": "too expensive", "end": "2026-09-01"})],
    "stripe-cancel-taken-back.json": [("contract.cancellation_withdrawn", "nordwind", FIRST, {"reason": BACK})],
    "stripe-cancel-early-taken-back.json": [("contract.cancellation_withdrawn", "nordwind", FIRST, {"reason": BACK})],
    "stripe-aside-deleted.json": [],
    "stripe-subscription-updated.json": [
        ("contract.amended", "nordwind", "2026-03-08T08:53:20+00:00", CHANGED | {"annual_value": VALUE}),
    ],
    "stripe-subscription-updated-2023.json": [
        ("contract.amended", "nordwind", "2026-03-08T08:53:20+00:00", CHANGED | {"end": "2027-03-01"})
    ],
    "stripe-subscription-renewed.json": [("contract.renewed", "nordwind", FIRST, RENEWED | {"annual_value": VALUE})],
    "stripe-subscription-renewed-dearer.json": [("contract.renewed", "nordwind", FIRST, RENEWED | {"annual_value": VALUE})],
    "stripe-subscription-renewed-2023.json": [("contract.renewed", "nordwind", FIRST, RENEWED)],
    "stripe-subscription-deleted.json": [
        ("payment.cancelled", "nordwind", "2026-03-09T09:53:20+00:00", {}),
        (
            "customer.churned",
            "nordwind",
            "2026-03-09T09:53:20+00:00",
            {"kind": "choice", "reason": "too expensive", "detail": "We cannot justify it for two users."},
        ),
    ],
    "stripe-unknown-customer.json": [("payment.failed", Status.UNKNOWN)],
    "segment-track-milestone.json": [
        ("milestone.reached", "nordwind", "2026-03-02T09:00:00.623000+00:00", {"milestone": "launched"}),
        ("feature.used", "nordwind", "2026-03-02T09:00:00.623000+00:00", {"feature": "publish-dashboard"}),
    ],
    "segment-track-usage.json": [("usage.reported", "nordwind", "2026-03-02T09:00:00.456000+00:00", {"count": 1250.0, "days": 1})],
    "segment-other-properties.json": [],
    "segment-identify.json": [("login", "nordwind", "2026-03-02T09:00:00.789000+00:00", {"email": "ana@nordwind.example"})],
    "posthog-milestone.json": [
        ("milestone.reached", "nordwind", "2026-03-02T09:00:00.123000+00:00", {"milestone": "data-connected"}),
        ("feature.used", "nordwind", "2026-03-02T09:00:00.123000+00:00", {"feature": "import", "count": 3}),
    ],
    "posthog-other-properties.json": [],
    "posthog-usage.json": [("usage.reported", "nordwind", "2026-03-02T09:00:00.123000+00:00", {"count": 12.5})],
    "posthog-login.json": [("login", "nordwind", "2026-03-02T09:00:00.123000+00:00", {})],
    "zendesk-ticket-created.json": [
        ("ticket.opened", "nordwind", "2026-03-02T09:15:30.717787+00:00", {"ticket": "5158", "level": 1, "subject": "Import stops"}),
    ],
    "zendesk-ticket-answered.json": [("ticket.answered", "nordwind", "2026-03-02T11:00:00+00:00", {"ticket": "5158"})],
    "zendesk-ticket-noted.json": [],
    "zendesk-ticket-commented-by-customer.json": [],
    "zendesk-ticket-solved.json": [("ticket.resolved", "nordwind", "2026-03-03T10:00:00+00:00", {"ticket": "5158"})],
    "zendesk-ticket-without-priority.json": [
        ("ticket.opened", "nordwind", "2026-03-02T09:15:30.717787+00:00", {"ticket": "5158", "subject": "Import stops"}),
    ],
    "zendesk-ticket-reopened.json": [
        ("ticket.opened", "nordwind", "2026-03-04T08:30:00+00:00", {"ticket": "5158", "level": 2, "subject": "Import stops"}),
    ],
    "zendesk-ticket-closed.json": [("ticket.resolved", "nordwind", "2026-03-04T08:30:00+00:00", {"ticket": "5158"})],
    "zendesk-ticket-closed-after-solved.json": [],
    "zendesk-ticket-merged.json": [("ticket.resolved", "nordwind", "2026-03-04T08:30:00+00:00", {"ticket": "5158"})],
    "zendesk-ticket-marked-as-spam.json": [("ticket.resolved", "nordwind", "2026-03-04T08:30:00+00:00", {"ticket": "5158"})],
    "zendesk-ticket-soft-deleted.json": [("ticket.resolved", "nordwind", "2026-03-04T08:30:00+00:00", {"ticket": "5158"})],
    "zendesk-ticket-permanently-deleted.json": [("ticket.resolved", "nordwind", "2026-03-04T08:30:00+00:00", {"ticket": "5158"})],
    "zendesk-ticket-undeleted.json": [
        ("ticket.opened", "nordwind", "2026-03-04T08:30:00+00:00", {"ticket": "5158", "level": 2, "subject": "Import stops"}),
    ],
    "zendesk-ticket-priority-changed.json": [
        ("ticket.changed", "nordwind", "2026-03-04T08:30:00+00:00", {"ticket": "5158", "level": 1}),
    ],
    "zendesk-ticket-priority-cleared.json": [],
    "intercom-conversation-created.json": [
        ("ticket.opened", "nordwind", AT_NINE, {"ticket": "215468", "level": 2, "subject": "Can't invite Tom & Eva"}),
    ],
    "intercom-conversation-closed.json": [
        ("ticket.resolved", "nordwind", "2026-03-02T10:00:00+00:00", {"ticket": "215468", "first_contact": True}),
    ],
    "intercom-conversation-reopened.json": [("ticket.opened", "nordwind", None, {"ticket": "215468", "level": 2})],
    "intercom-conversation-replied-after-closing.json": [("ticket.opened", "nordwind", None, {"ticket": "215468", "level": 2})],
    "intercom-conversation-replied.json": [],
    "intercom-conversation-answered.json": [("ticket.answered", "nordwind", "2026-03-02T09:16:40+00:00", {"ticket": "215468"})],
    "intercom-conversation-priority.json": [("ticket.changed", "nordwind", AT_NINE, {"ticket": "215468", "level": 2})],
    "intercom-ticket-resolved.json": [("ticket.resolved", "nordwind", "2026-03-02T09:15:00+00:00", {"ticket": "494"})],
    "intercom-ticket-resolved-category.json": [("ticket.resolved", "nordwind", "2026-03-02T09:15:00+00:00", {"ticket": "494"})],
    "intercom-ticket-in-progress.json": [],
    "intercom-conversation-rated.json": [
        ("survey.answered", "nordwind", "2026-03-02T11:00:00+00:00", {"survey": "csat", "score": 4, "comment": "Quick and kind."}),
    ],
    "intercom-ticket-created.json": [("ticket.opened", "nordwind", AT_NINE, {"ticket": "494", "subject": "Export is empty"})],
    "intercom-ticket-closed.json": [("ticket.resolved", "nordwind", "2026-03-02T09:15:00+00:00", {"ticket": "494"})],
    "hubspot-deals.json": [
        ("contract.renewed", "nordwind", None, {"reason": "renewal deal won in HubSpot"}),
        ("renewal.intent", "acme", "2026-03-02T09:00:00.124000+00:00", {"intent": "low", "reason": "renewal deal lost in HubSpot"}),
        (
            "contract.amended",
            "nordwind",
            "2026-03-02T09:00:00.125000+00:00",
            {"annual_value": 24000.5, "reason": "deal amount changed in HubSpot"},
        ),
        (
            "customer.changed",
            "nordwind",
            "2026-03-02T09:00:00.127000+00:00",
            OWNER,
        ),
        ("contract.renewed", Status.UNKNOWN),
    ],
    "hubspot-cleared.json": [],
    "hubspot-objects.json": [
        ("contract.renewed", "nordwind", None, {"reason": "renewal deal won in HubSpot"}),
        ("renewal.intent", "acme", LATER, {"intent": "low", "reason": "renewal deal lost in HubSpot"}),
        ("contract.amended", "nordwind", LATER, {"annual_value": 24000.5, "reason": "deal amount changed in HubSpot"}),
        ("customer.changed", "nordwind", LATER, OWNER),
    ],
    "hubspot-deals-of-a-pipeline.json": [
        ("contract.renewed", "nordwind", None, DEAL_WON),
        ("contract.renewed", "9002", None, {"reason": "renewal deal won in HubSpot"}),
        ("renewal.intent", "acme", "2026-03-02T09:00:00.125000+00:00", {"intent": "low", "reason": "renewal deal lost in HubSpot"}),
    ],
    "hubspot-deal-that-says-too-little.json": [],
    "hubspot-workflow-deal-won.json": [("contract.renewed", "nordwind", None, DEAL_WON)],
    "hubspot-workflow-deal-won-of-a-company-without-a-row.json": [("contract.renewed", "9002", None, DEAL_WON)],
    "hubspot-workflow-deal-lost.json": [("renewal.intent", "acme", None, {"intent": "low", "reason": "Went with another vendor"})],
    "hubspot-workflow-deal-of-another-pipeline.json": [],
    "hubspot-workflow-deal-open.json": [],
    "hubspot-workflow-deal-without-a-company.json": [("contract.renewed", Status.UNKNOWN)],
    "hubspot-workflow-company-became-customer.json": [],
    "hubspot-workflow-company-with-an-end.json": [],
    "hubspot-workflow-company-is-a-lead.json": [],
    "stripe-subscription-created.json": [],
    "stripe-trial-created.json": [],
    "stripe-subscription-created-of-nobody.json": [],
    "salesforce-opportunity-won.json": [("contract.renewed", "nordwind", None, WON)],
    "salesforce-opportunity-won-by-flow.json": [("contract.renewed", "nordwind", None, WON)],
    "salesforce-opportunity-lost.json": [("renewal.intent", "nordwind", SAVED, {"intent": "low", "reason": "Budget cut"})],
    "salesforce-opportunity-reopened.json": [
        ("renewal.intent", "nordwind", SAVED_AGAIN, {"intent": "medium", "reason": "renewal opportunity opened again in Salesforce"}),
    ],
    "salesforce-opportunity-of-new-business.json": [],
    "salesforce-opportunity-open.json": [],
    "salesforce-contract-end-changed.json": [
        ("contract.amended", "nordwind", SAVED, {"end": "2027-09-01", "reason": "contract changed in Salesforce"}),
    ],
    "salesforce-contract-cancelled.json": [("contract.cancelled", "nordwind", SAVED, {"reason": "too expensive", "end": "2027-03-01"})],
    "salesforce-contract-cancellation-taken-back.json": [
        ("contract.cancellation_withdrawn", "nordwind", SAVED_AGAIN, {"reason": "cancellation taken back in Salesforce"}),
    ],
    "salesforce-case-opened.json": [("ticket.opened", "nordwind", SAVED, CASE | {"level": 2, "subject": "Import stops"})],
    "salesforce-case-opened-relayed.json": [("ticket.opened", "nordwind", SAVED, CASE | {"level": 2, "subject": "Import stops"})],
    "salesforce-case-priority-changed.json": [("ticket.changed", "nordwind", SAVED_AGAIN, CASE | {"level": 1})],
    "salesforce-case-closed.json": [("ticket.resolved", "nordwind", SAVED_AGAIN, CASE)],
    "salesforce-case-closed-saved-again.json": [],
    "salesforce-case-reopened.json": [("ticket.opened", "nordwind", SAVED_AGAIN, CASE | {"level": 2, "subject": "Import stops"})],
    "salesforce-account-changed.json": [
        ("customer.changed", "nordwind", SAVED, OWNER | {"cause": "owner changed in Salesforce"}),
        ("customer.changed", "nordwind", SAVED, {"name": "Nordwind Energie AG", "reason": "renamed in Salesforce"}),
    ],
    "salesforce-accounts-in-bulk.json": [("customer.changed", "nordwind", SAVED, OWNER | {"cause": "owner changed in Salesforce"})],
    "salesforce-case-of-an-account-without-a-row.json": [
        ("ticket.opened", "001Hs00002kQpZXIA0", SAVED, CASE | {"level": 4, "subject": "Hello"}),
    ],
    "slack-done.json": [("task.done", "nordwind", "2026-03-02T10:00:00.123456+00:00", TASK)],
    "slack-snooze.json": [("task.snoozed", "nordwind", "2026-03-02T10:00:01.500000+00:00", TASK | {"hours": 24})],
    "mail-accepted.eml": [("meeting.accepted", "nordwind", AT_NINE, {"meeting": "kickoff"})],
    "mail-declined.json": [("meeting.declined", "nordwind", "2026-03-02T09:30:00+00:00", {"meeting": "kickoff"})],
    "mail-countered.json": [
        ("meeting.countered", "nordwind", "2026-03-02T10:00:00+00:00", {"meeting": "kickoff", "starts": "2026-03-05T14:00:00+01:00"}),
    ],
}


ANA = {"name": "Ana Silva", "email": "ana@nordwind.example", "role": "champion"}
KIM = {"name": "Kim Lee", "email": "kim@us.example"}
OF_STRIPE: dict[str, object] = {
    "name": "Nordwind",
    "country": "DE",
    "timezone": "Europe/Berlin",
    "owner": KIM,
    "contract": SIGNED | {"term": 1, "annual_value": VALUE, "currency": "USD"},
    "attributes": {"stripe_customer": "cus_TSg1l6tnbJ0Q2c"},
    "contacts": [ANA],
}

ENROLLED: dict[str, list[tuple[str, str, dict[str, object]]]] = {
    "hubspot-workflow-company-became-customer.json": [
        (
            "company-became-customer",
            "nordwind",
            {
                "name": "Nordwind",
                "country": "DE",
                "timezone": "Europe/Berlin",
                "industry": "RENEWABLES_ENVIRONMENT",
                "company_size": 240,
                "owner": KIM,
                "contract": SIGNED | {"annual_value": 24000.5, "currency": "EUR"},
                "attributes": {"hubspot_company": "9001"},
                "contacts": [ANA],
            },
        )
    ],
    "hubspot-workflow-company-with-an-end.json": [
        (
            "company-became-customer",
            "9002",
            {
                "name": "Acme",
                "country": "DE",
                "timezone": "Europe/Vienna",
                "owner": KIM,
                "contract": {"start": "2026-03-01", "end": "2027-09-01", "annual_value": 9000.0, "currency": "EUR"},
                "attributes": {"hubspot_company": "9002"},
            },
        )
    ],
    "stripe-subscription-created.json": [("subscription-created", "nordwind", OF_STRIPE)],
    "stripe-trial-created.json": [
        ("subscription-created", "nordwind", OF_STRIPE | {"contract": SIGNED | {"term": 0, "annual_value": VALUE, "currency": "USD"}}),
    ],
}


@pytest.mark.parametrize("file", EXPECTED)
def test_a_sample_has_exactly_these_customers_enrolled(file: str) -> None:
    found = [each for each in enrolled(file, file.partition("-")[0]) if isinstance(each, CustomerDraft)]
    assert [(each.entry.label, each.customer, each.fields) for each in found] == ENROLLED.get(file, [])
    for each in found:
        customer = CustomerFields.model_validate(each.fields).customer(each.customer, a_playbook())
        assert (customer.id, customer.owner.email) == (each.customer, "kim@us.example")


def test_every_entry_that_enrols_is_shown() -> None:
    shown = {(file.partition("-")[0], label) for file, rows in ENROLLED.items() for label, _, _ in rows}
    assert shown == {(name, entry.label) for name in shipped() for entry in load_adapter(name).enrol}


def outcome(name: str, each: EventDraft | EntryFailure) -> tuple[object, ...]:
    if isinstance(each, EntryFailure):
        return (each.entry.type if each.entry else "", each.result.status)
    event = event_of(load_adapter(name), each, name, NOW)
    assert isinstance(event, Event), event
    return (event.type, each.customer, event.happened.isoformat() if event.happened else None, event.data)


@pytest.mark.parametrize("file", EXPECTED)
def test_a_sample_becomes_exactly_these_events(file: str) -> None:
    name = file.partition("-")[0]
    assert [outcome(name, each) for each in adapted(file, name)] == EXPECTED[file]


def test_every_sample_and_every_entry_of_every_adapter_is_shown() -> None:
    assert {each.name for each in SAMPLES.iterdir()} == set(EXPECTED)
    shown = {
        (file.partition("-")[0], each.entry.label) for file in EXPECTED for each in adapted(file, file.partition("-")[0]) if each.entry
    }
    assert shown == {(name, entry.label) for name in shipped() for entry in load_adapter(name).events}


@pytest.mark.parametrize("file", EXPECTED)
def test_a_delivery_that_comes_again_is_the_same_events_and_those_of_one_delivery_differ(file: str) -> None:
    name = file.partition("-")[0]
    events = [
        [event_of(load_adapter(name), each, name, at) for each in adapted(file, name) if isinstance(each, EventDraft)]
        for at in (NOW, NOW + timedelta(days=2))
    ]
    first, second = [[(each.id, each.digest()) for each in several if isinstance(each, Event)] for several in events]
    assert first == second
    assert len({id for id, _ in first}) == len(first)


def test_a_deal_that_is_won_again_and_a_word_more_after_one_closing_are_the_event_they_were() -> None:
    # The sample of generic subscriptions tells the same winning a minute later.
    for name, files in (
        ("hubspot", ("hubspot-deals.json", "hubspot-objects.json")),
        ("intercom", ("intercom-conversation-reopened.json", "intercom-conversation-replied-after-closing.json")),
    ):
        first, again = (adapted(file, name)[0] for file in files)
        assert isinstance(first, EventDraft)
        assert isinstance(again, EventDraft)
        events = [event_of(load_adapter(name), each, name, NOW) for each in (first, again)]
        assert all(isinstance(event, Event) for event in events)
        assert events[0] == events[1]


@pytest.mark.parametrize(
    "files",
    [
        ("salesforce-opportunity-won.json", "salesforce-opportunity-won-by-flow.json"),
        ("salesforce-case-opened.json", "salesforce-case-opened-relayed.json"),
    ],
    ids=["won", "relayed"],
)
def test_what_a_flow_apex_and_a_relay_tell_of_one_record_is_one_event(files: tuple[str, str]) -> None:
    first, again = ([each for each in adapted(file, "salesforce") if isinstance(each, EventDraft)] for file in files)
    events = [event_of(load_adapter("salesforce"), each, "salesforce", NOW) for each in (*first, *again)]
    assert len(events) == 2
    assert events[0] == events[1]


def test_a_changed_mind_is_another_event_and_the_same_mind_is_not() -> None:
    accepted, declined = (adapted(file, "mail")[0] for file in ("mail-accepted.eml", "mail-declined.json"))
    assert isinstance(accepted, EventDraft)
    assert isinstance(declined, EventDraft)
    assert accepted.own_id != declined.own_id
    assert accepted.own_id == adapted("mail-accepted.eml", "mail")[0].own_id


@pytest.mark.parametrize(
    ("invitation", "why"),
    [
        (invited("another@us.example", "ana@acme.example"), "No invitation of ours has this UID."),
        (invited("meeting-1@us.example", "ben@acme.example"), "Whoever answers was not invited to this meeting."),
        (invited("meeting-1@us.example", "ana@acme.example", sequence=1), "This answers the meeting as it stood before it was moved."),
    ],
    ids=["an unknown meeting", "an uninvited guest", "a meeting that was moved since"],
)
def test_a_reply_to_no_invitation_of_ours_tells_nothing(invitation: object, why: str) -> None:
    with pytest.raises(IrrelevantMail) as none:
        adapted("mail-accepted.eml", "mail", invitation)  # type: ignore[arg-type]
    assert str(none.value) == why


def test_a_stamp_ahead_of_our_clock_is_left_out() -> None:
    from gateway.adapters.calendar_replies import RAW, read_reply, reply_fields
    from tests.gateway.adapters.deliveries import sample

    reply = read_reply(RAW, sample("mail-accepted.eml"))
    known = invited("meeting-1@us.example", "ana@acme.example")
    assert "stamp" in reply_fields(reply, lambda _: known, datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    assert "stamp" not in reply_fields(reply, lambda _: known, datetime(2026, 3, 2, 8, 59, tzinfo=UTC))
