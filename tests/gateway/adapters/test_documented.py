"""The page about adapters says what there is, and its examples read."""

import json
import re
from pathlib import Path

from gateway.adapters.adapter_file import load_adapter, read_adapter, shipped
from gateway.adapters.adapting import EventDraft, adapt
from gateway.adapters.functions import FUNCTIONS
from gateway.sources_file import load_sources
from tests.gateway.adapters.deliveries import SECRETS, TOKEN

PAGE = (Path(__file__).parents[3] / "docs" / "adapters.md").read_text(encoding="utf-8")


def test_the_examples_in_the_documentation_read(tmp_path: Path) -> None:
    sources, deals, shop = (part.partition("```")[0] for part in PAGE.split("```yaml\n")[1:])
    (tmp_path / "sources.yaml").write_text(sources)
    [stripe] = load_sources(tmp_path / "sources.yaml", dict.fromkeys(("STRIPE_SECRET", "STRIPE_SECRET_OLD"), SECRETS["stripe"]))
    assert stripe.adapter == "stripe"
    (tmp_path / "deals.yaml").write_text(deals)
    [hubspot] = load_sources(tmp_path / "deals.yaml", {"HUBSPOT_SECRET": SECRETS["hubspot"], "HUBSPOT_TOKEN": TOKEN})
    posted = json.loads(PAGE.split("## HubSpot")[1].split("```json\n")[1].partition("```")[0])
    [won] = adapt(load_adapter("hubspot"), {"body": posted, "nulls": {}, "headers": {}}, hubspot.tables)
    assert isinstance(won, EventDraft)
    assert (won.entry.type, won.customer, won.data["annual_value"]) == ("contract.renewed", "9001", 24000.5)
    saved = json.loads(PAGE.split("## Salesforce")[1].split("```json\n")[1].partition("```")[0])
    [won] = adapt(load_adapter("salesforce"), {"body": saved, "nulls": {}, "headers": {}}, {})
    assert isinstance(won, EventDraft)
    assert (won.entry.type, won.customer, won.data["annual_value"]) == ("contract.renewed", "001Hs00002kQpZVIA0", 24000.5)
    order = {"state": "paid", "number": 7, "account": "a-1", "cents": 1250, "currency": "EUR", "paid_at": "2026-03-02T09:00:00Z"}
    [draft] = adapt(read_adapter(shop, "shop.yaml"), {"body": {"orders": [order]}, "headers": {}}, {"customers": {"a-1": "acme"}})
    assert isinstance(draft, EventDraft)
    assert (draft.id, draft.customer, draft.data) == ("7/order.placed", "acme", {"order": "7", "amount": 12.5})


def test_the_documentation_lists_every_adapter_with_its_tables_and_every_function() -> None:
    rows = dict(re.findall(r"^\| \[`(\w+)`\].*\|([^|]*)\|$", PAGE, re.MULTILINE))
    assert {name: re.findall(r"`(\w+)`", tables) for name, tables in rows.items()} == {
        name: list(load_adapter(name).tables) for name in shipped()
    }
    assert [name for name in FUNCTIONS if f"`{name}(" not in PAGE and f"`{name}`" not in PAGE] == []
