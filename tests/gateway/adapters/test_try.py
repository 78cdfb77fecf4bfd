"""`starter.py adapter try`: what an adapter would send, with no server."""

import json
from pathlib import Path

import pytest

from tests.console.command_line import run
from tests.gateway.adapters.deliveries import SAMPLES


def test_it_shows_what_would_be_sent() -> None:
    ran = run("adapter", "try", "stripe", SAMPLES / "stripe-payment-failed.json")
    assert (ran.status, ran.err) == (0, "")
    assert all(word in ran.out for word in ("payment.failed", "nordwind", "2026-03-02T09:00:00+00:00", "amount: 1200.0"))


def test_in_json_it_shows_the_same(tmp_path: Path) -> None:
    (tmp_path / "tables.yaml").write_text("tables:\n  deals: {'701': nordwind}\n")
    ran = run("adapter", "try", "hubspot", SAMPLES / "hubspot-deals.json", "--tables", tmp_path / "tables.yaml", "--json")
    assert (ran.status, ran.err) == (0, "")
    assert ran.json["adapter"] == "hubspot"
    first, *others = ran.json["events"]
    assert first == {
        "item": 1,
        "entry": "contract.renewed",
        "type": "contract.renewed",
        "customer": "nordwind",
        "id": "33.701.won",
        "happened": None,
        "data": {"reason": "renewal deal won in HubSpot"},
    }
    assert [(each["item"], each["type"], each["id"]) for each in others if "stranger" in each] == [(6, "contract.renewed", "33.799.won")]


def test_of_several_items_the_one_that_fails_is_named(tmp_path: Path) -> None:
    deal = {
        "portalId": 33,
        "objectId": 701,
        "occurredAt": 1772442000123,
        "subscriptionType": "deal.propertyChange",
        "propertyName": "amount",
    }
    (tmp_path / "deals.json").write_text(json.dumps([deal | {"propertyValue": "1200"}, deal | {"propertyValue": "a lot", "occurredAt": 5}]))
    (tmp_path / "tables.yaml").write_text("tables:\n  deals: {'701': nordwind}\n")
    ran = run("adapter", "try", "hubspot", tmp_path / "deals.json", "--tables", tmp_path / "tables.yaml")
    assert ran.status == 2
    assert ran.err.startswith("Adapter hubspot, entry contract.amended, item 2: 'annual_value' (`double(item.propertyValue)`) cannot be")
    [failing] = [line for line in ran.out.splitlines() if line.startswith("2 ")]
    assert failing.split() == ["2", "contract.amended", "contract.amended", "33.701.amount.5"]


BARE = {
    "as a source has it": "tables:\n  organizations: {'8447346622462': by-table}\n",
    "by its name": "organizations:\n  '8447346622462': by-table\n",
    "the rows of the only one": "'8447346622462': by-table\n'702': acme\n",
}


@pytest.mark.parametrize("text", BARE.values(), ids=BARE.keys())
def test_a_table_may_be_given_bare(text: str, tmp_path: Path) -> None:
    (tmp_path / "tables.yaml").write_text(text)
    ran = run("adapter", "try", "zendesk", SAMPLES / "zendesk-ticket-created.json", "--tables", tmp_path / "tables.yaml", "--json")
    assert (ran.status, [each.get("customer") for each in ran.json["events"]]) == (0, ["by-table"])


def test_a_sample_of_which_nobody_would_be_told_ends_with_status_1(tmp_path: Path) -> None:
    ran = run("adapter", "try", "stripe", SAMPLES / "stripe-unknown-customer.json")
    assert ran.status == 1
    assert ran.err.startswith("Adapter stripe, entry payment.failed: it names no customer of ours by `body.data.object.metadata.")
    (tmp_path / "other.json").write_text('{"type": "nothing.of.ours"}')
    ran = run("adapter", "try", "stripe", tmp_path / "other.json")
    assert (ran.status, ran.out) == (1, "Adapter stripe sends nothing of this: no entry's 'when' holds.\n")


def test_a_form_a_mail_and_a_header_can_be_tried(tmp_path: Path) -> None:
    assert "task: agree-plan" in run("adapter", "try", "slack", SAMPLES / "slack-done.json").out
    assert "starts: 2026-03-05T14:00:00+01:00" in run("adapter", "try", "mail", SAMPLES / "mail-countered.json").out
    assert "meeting.accepted" in run("adapter", "try", "mail", SAMPLES / "mail-accepted.eml").out
    (tmp_path / "own.yaml").write_text(
        'adapter: own\nabout: x\nevents:\n- when: headers["x-topic"] == "in"\n  type: login\n  id: headers["x-id"]\n  customer: body.who\n'
    )
    (tmp_path / "one.json").write_text('{"who": "acme"}')
    ran = run("adapter", "try", tmp_path / "own.yaml", tmp_path / "one.json", "--header", "X-Topic: in", "--header", "X-Id:7", "--json")
    assert [(each["customer"], each["id"]) for each in ran.json["events"]] == [("acme", "7")]


def test_what_is_wrong_is_said_in_a_sentence_with_status_2(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("adapter: bad\nabout: x\nevents: [{type: login, id: bdy.id, customer: body.who}]\n")
    (tmp_path / "sample.json").write_text("{")
    (tmp_path / "tables.yaml").write_text("tables: {custmers: {}}\n")
    (tmp_path / "rows.yaml").write_text("cus_1: acme\n")
    payment = SAMPLES / "stripe-payment-failed.json"
    broken = json.loads(payment.read_bytes())
    del broken["data"]["object"]["id"]
    (tmp_path / "broken.json").write_text(json.dumps(broken))
    for words, sentence in (
        (("stripe", tmp_path / "no.json"), f"There is no file {tmp_path / 'no.json'}: name one that is there."),
        (("strip", payment), "There is no adapter 'strip', only hubspot, "),
        ((tmp_path / "bad.yaml", payment), "bad.yaml, line 3: events.0.id: `bdy.id` knows no 'bdy'; did you mean body?"),
        (("stripe", tmp_path / "sample.json"), "sample.json: The body is no JSON: "),
        (("stripe", payment, "--tables", tmp_path / "tables.yaml"), "adapter stripe has no table 'custmers', only customers, asides."),
        (("stripe", payment, "--tables", tmp_path / "rows.yaml"), "rows.yaml: write 'customers:' or 'asides:' above the rows, "),
        (("stripe", payment, "--header", "X"), "--header 'X' is no NAME:VALUE: "),
        (("mail", payment), "There is no calendar reply in this mail."),
        (
            ("stripe", tmp_path / "broken.json"),
            "Adapter stripe, entry payment.failed: payment.failed needs 'invoice' (`body.data.object.id`).",
        ),
    ):
        ran = run("adapter", "try", *words)
        assert (ran.status, sentence in ran.err) == (2, True), (words, ran)
        assert len(ran.err.splitlines()) == 1


def test_whom_a_delivery_enrols_is_shown_with_its_fields_and_one_that_does_not_fit_with_why(tmp_path: Path) -> None:
    ran = run("adapter", "try", "stripe", SAMPLES / "stripe-subscription-created.json", "--json")
    assert ran.status == 0
    [row] = ran.json["events"]
    assert (row["entry"], row["type"], row["customer"]) == ("subscription-created", "enrol", "nordwind")
    assert row["data"]["owner"] == {"name": "Kim Lee", "email": "kim@us.example"}
    (tmp_path / "nobody.json").write_bytes(
        (SAMPLES / "stripe-subscription-created.json").read_bytes().replace(b"evergreen_owner_", b"owner_")
    )
    refused = run("adapter", "try", "stripe", tmp_path / "nobody.json")
    assert (refused.status, refused.err) == (2, "Adapter stripe, entry subscription-created: 'owner' Field required.\n")
