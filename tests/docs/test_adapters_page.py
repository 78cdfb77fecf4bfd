"""docs/adapters.md has a row for each shipped adapter, and an adapter's `about` names what its sender has to send."""

import re

import pytest

from gateway.adapters.adapter_file import Adapter, load_adapter, shipped
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "adapters.md").read_text(encoding="utf-8")
OF_THE_SENDER = re.compile(r'\b(?:body\.type|body\.topic|item\.subscriptionType) == "(?:zen:event-type:)?([^"]+)"')


def listed(names: list[str]) -> str:
    return " ".join(f"`{name}`" for name in dict.fromkeys(names))


def row_of(adapter: Adapter) -> list[str]:
    [row] = [
        line for line in PAGE.splitlines() if line.startswith(f"| [`{adapter.adapter}`](../gateway/adapters/{adapter.adapter}.yaml) |")
    ]
    return [cell.strip() for cell in row.strip("|").split("|")]


@pytest.mark.parametrize("name", shipped())
def test_an_adapters_row_says_which_events_it_tells_and_which_tables_it_reads(name: str) -> None:
    adapter = load_adapter(name)
    _, takes, events, tables = row_of(adapter)
    assert takes
    assert events == listed([entry.type for entry in adapter.events])
    assert tables == listed(list(adapter.tables))


@pytest.mark.parametrize("name", ["hubspot", "intercom", "segment", "stripe", "zendesk"])
def test_what_an_adapter_waits_for_stands_in_what_to_set_up_at_the_sender(name: str) -> None:
    adapter = load_adapter(name)
    awaited = sorted({kind for entry in adapter.events for kind in OF_THE_SENDER.findall(entry.when)})
    assert awaited
    about = re.sub(r"[._]", " ", adapter.about.lower())
    assert [kind for kind in awaited if re.sub(r"[._]", " ", kind.lower()) not in about] == []
