"""What Stripe says of money: an amount is told when it is sure, and left out when it is not."""

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.adapters.adapter_file import load_adapter
from gateway.adapters.adapting import EventDraft, adapt
from gateway.adapters.payloads import read_delivery
from tests.gateway.adapters.deliveries import sample

CASES = Path(__file__).parents[2] / "cases"
STRIPE = load_adapter("stripe")


def told(delivery: Any) -> list[tuple[str, dict[str, Any]]]:
    drafts = adapt(STRIPE, read_delivery(json.dumps(delivery)) | {"headers": {}}, {})
    assert all(isinstance(draft, EventDraft) for draft in drafts), drafts
    return [(draft.entry.label, draft.data) for draft in drafts if isinstance(draft, EventDraft)]


def of_case(name: str) -> Any:
    return json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("currency", "amount"),
    [
        *[(currency, 5000.0) for currency in ("ugx", "UGX", "isk", "huf", "twd", "usd", "idr", "cop")],
        *[(currency, 500000.0) for currency in ("jpy", "krw", "clp", "vnd", "xaf", "rwf", "mga", "pyg", "bif", "djf", "gnf", "kmf", "vuv", "xof", "xpf")],
        *[(currency, 500.0) for currency in ("kwd", "bhd", "jod", "omr", "tnd")],
    ],
)  # fmt: skip
def test_an_amount_is_read_as_stripe_writes_its_currency(currency: str, amount: float) -> None:
    delivery = of_case("19-stripe-ugx")
    delivery["data"]["object"]["currency"] = currency
    assert told(delivery) == [("payment.failed", {"invoice": "in_ugx", "amount": amount})]
    delivery["type"] = "invoice.paid"
    delivery["data"]["object"] |= {"amount_paid": 500000, "attempt_count": 2}
    assert told(delivery) == [("payment.recovered", {"invoice": "in_ugx", "amount": amount})]


def test_the_value_of_a_subscription_in_ugx_is_read_so_too() -> None:
    delivery = of_case("20-stripe-coupon")
    del delivery["data"]["object"]["discount"]
    delivery["data"]["object"]["currency"] = "ugx"
    assert told(delivery)[0][1]["annual_value"] == 60000.0


def test_a_coupon_leaves_the_value_out() -> None:
    assert told(of_case("20-stripe-coupon")) == [("contract.renewed", {"reason": "renewed by itself in Stripe", "end": "2027-03-01"})]


COUPON = {"percent_off": 50, "duration": "forever"}
PRICE = {
    "billing_scheme": "per_unit",
    "recurring": {"interval": "year", "interval_count": 1, "usage_type": "licensed"},
    "unit_amount": 6000000,
}
UNSURE: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "a discount of the first kind": ({"discount": {"coupon": COUPON}}, {}, {}),
    "a discount that lasts a while": ({"discount": {"coupon": {"amount_off": 500, "duration": "repeating"}}}, {}, {}),
    "discounts by their ids": ({"discounts": ["di_1"]}, {}, {}),
    "discounts in full": ({"discounts": [{"id": "di_1", "source": {"coupon": COUPON}}]}, {}, {}),
    "a discount of an item": ({}, {"discounts": ["di_1"]}, {}),
    "tiers": ({}, {}, {"billing_scheme": "tiered", "unit_amount": None, "unit_amount_decimal": None}),
    "tiers with an amount": ({}, {}, {"billing_scheme": "tiered"}),
    "packages": ({}, {}, {"transform_quantity": {"divide_by": 10, "round": "up"}}),
    "metered": ({}, {"quantity": None}, {"recurring": {"interval": "year", "interval_count": 1, "usage_type": "metered"}}),
    "metered, with a quantity": ({}, {}, {"recurring": {"interval": "year", "interval_count": 1, "usage_type": "metered"}}),
    "no quantity": ({}, {"quantity": None}, {}),
    "no amount": ({}, {}, {"unit_amount": None}),
    "more items than are sent": ({"items": {"has_more": True}}, {}, {}),
}
SURE: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], float]] = {
    "no discount": ({"discount": None}, {}, {}, 60000.0),
    "no discounts": ({"discounts": []}, {"discounts": []}, {}, 60000.0),
    "a part of a cent": ({}, {"quantity": 1000}, {"unit_amount": None, "unit_amount_decimal": "0.5"}, 5.0),
    "by the month": ({}, {"quantity": 2}, {"recurring": {"interval": "month", "interval_count": 3}}, 480000.0),
    "all items": ({"items": {"has_more": False}}, {}, {}, 60000.0),
}


def subscription(about: dict[str, Any], item: dict[str, Any], price: dict[str, Any], *, renewed: bool) -> Any:
    delivery = of_case("20-stripe-coupon")
    body, before = delivery["data"]["object"], delivery["data"]["previous_attributes"]["items"]["data"][0]
    del body["discount"]
    items = body["items"] | about.get("items", {})
    items["data"][0] |= {"price": items["data"][0]["price"] | PRICE | price} | item
    body |= about | {"items": items}
    if not renewed:
        before |= {"current_period_start": 1772323200, "current_period_end": 1803859200, "price": before["price"] | {"id": "price_1"}}
    return delivery


@pytest.mark.parametrize(("about", "item", "price"), UNSURE.values(), ids=UNSURE)
def test_a_value_that_is_not_sure_is_left_out(about: dict[str, Any], item: dict[str, Any], price: dict[str, Any]) -> None:
    [(label, data)] = told(subscription(about, item, price, renewed=True))
    assert (label, "annual_value" in data) == ("contract.renewed", False)
    assert told(subscription(about, item, price, renewed=False)) == []


@pytest.mark.parametrize(("about", "item", "price", "value"), SURE.values(), ids=SURE)
def test_a_value_that_is_sure_is_told(about: dict[str, Any], item: dict[str, Any], price: dict[str, Any], value: float) -> None:
    [(label, data)] = told(subscription(about, item, price, renewed=True))
    assert (label, data["annual_value"]) == ("contract.renewed", value)
    [(label, data)] = told(subscription(about, item, price, renewed=False))
    assert (label, data["annual_value"]) == ("price-changed", value)


def test_what_is_told_of_other_deliveries_is_as_it_was() -> None:
    assert told(json.loads(sample("stripe-subscription-renewed.json")))[0][1]["annual_value"] == 12 * 12 * 99.0 + 5000.5
