"""An adapter's file: every fault with its line, and what an expression may say."""

from pathlib import Path
from typing import Any

import pytest

from gateway.adapters.adapter_file import load_adapter, read_adapter, shipped
from gateway.adapters.adapting import EntryFailure, EventDraft, TooManyItems, adapt, event_of
from gateway.adapters.expressions import EvaluationFailed, Evaluator
from gateway.http.documents import UnreadableFile
from gateway.intake.results import Result, Status
from gateway.sources_file import load_sources
from tests.gateway.adapters.deliveries import NOW, SECRETS

SMALL = """adapter: small
about: One event of one field.
tables: {customers: theirs and ours}
events:
  - when: body.kind == "paid"
    type: payment.recovered
    id: body.id
    customer: [body.customer, customers(body.account)]
    time: at_seconds(body.at)
    data:
      invoice: string(body.invoice)
      amount: money(body.cents, "EUR")
"""

OPEN = "signature: {header: X-Sig, signs: hello}"


def of(body: Any, text: str = SMALL, tables: dict[str, dict[str, Any]] | None = None) -> list[EventDraft | EntryFailure]:
    return adapt(read_adapter(text, "small.yaml"), {"body": body, "headers": {}}, tables or {})


@pytest.mark.parametrize(
    ("old", "new", "line", "fault"),
    [
        ("body.kind ==", "bdy.kind ==", 5, "events.0.when: `bdy.kind == \"paid\"` knows no 'bdy'; did you mean body?"),
        ('"paid"', '"paid', 5, "events.0.when: `body.kind == \"paid` is no CEL: at character 14, token recognition error at: '\"paid'"),
        ("customers(b", "customer(b", 8, "events.0.customer.1: `customer(body.account)` knows no function 'customer'; did you mean customers?"),
        ("body.at)", "item.at)", 9, "events.0.time: `at_seconds(item.at)` knows no 'item'; there is body, headers, nulls"),
        ("recovered", "recoverd", 6, "events.0.type: 'payment.recoverd' is no event type; did you mean payment.recovered?"),
        (" amount:", " amuont:", 12, "events.0.data.amuont: payment.recovered has no field 'amuont', only invoice, amount"),
        ("      invoice: string(body.invoice)\n", "", 10, "events.0.data: payment.recovered needs 'invoice'"),
        ("    id: body.id\n", "", 5, "events.0.id: field required"),
        ("{customers:", "{size:", 3, "tables.size: a table is called as a function, and 'size' is the name of one or no name; call it otherwise"),
        (": small\n", f": small\n{OPEN}\n", 2, "signature.signs: a signature covers the {body}, else anybody may put another one under it"),
        ("about: One", "abuot: One", 1, "about: field required"),
    ],
    ids=[
        *("a name", "a text without end", "a function", "no item without each", "a type", "a field", "a field left out", "no id"),
        *("a table's name", "a scheme", "a key"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(old: str, new: str, line: int, fault: str) -> None:
    assert old in SMALL
    with pytest.raises(UnreadableFile) as unreadable:
        read_adapter(SMALL.replace(old, new), "small.yaml")
    assert f"small.yaml, line {line}: {fault}{'' if fault.endswith('?') else '.'}" in unreadable.value.faults


ENROLS = SMALL.replace(
    "events:",
    """enrol:
  - when: body.kind == "new"
    customer: body.customer
    fields:
      name: body.name
      timezone: body.zone
      country: body.country
      owner.name: body.owner
      owner.email: body.mail
      contract.start: body.start
      contract.days: "365"
      attributes.shop: body.shop
events:""",
)


@pytest.mark.parametrize(
    ("old", "new", "line", "fault"),
    [
        ("body.zone", "bdy.zone", 9, "enrol.0.fields.timezone: `bdy.zone` knows no 'bdy'; did you mean body?"),
        ("      owner.email: body.mail\n", "", 7, "enrol.0.fields: a customer needs 'owner.email'."),
        ('      contract.days: "365"\n', "", 7, "enrol.0.fields: a customer needs 'contract.end' or 'contract.days', and not both."),
        ('  - when: body.kind == "new"\n', "  - name: small\n", 5, "enrol.0.when: field required."),
        (
            '  - when: body.kind == "new"',
            "  - when: 'true'\n    name: payment.recovered",
            5,
            "enrol.0: 2 entries are called 'payment.recovered'; ",
        ),
        ("owner.name:", "owner.nam:", 11, "enrol.0.fields.owner.nam: a customer has no field 'owner.nam', only name, timezone, country, "),
    ],
    ids=["a name", "a field left out", "no end", "no when", "another of its name", "a field that is none"],
)
def test_a_fault_of_an_entry_that_enrols_is_told_with_its_line(old: str, new: str, line: int, fault: str) -> None:
    assert old in ENROLS
    assert read_adapter(ENROLS, "small.yaml").enrol[0].label == "enrol"
    with pytest.raises(UnreadableFile) as unreadable:
        read_adapter(ENROLS.replace(old, new), "small.yaml")
    assert any(each.startswith(f"small.yaml, line {line}: {fault}") for each in unreadable.value.faults), unreadable.value.faults


BOMBS = {
    "brackets": ("(" * 3000 + "body.a" + ")" * 3000, "is nested more than 16 deep"),
    "signs": ("!" * 990 + "true", "has 990 signs in a row"),
    "lists in lists": ("body.a.all(a, body.a.all(b, body.a.all(c, a == b)))", "goes through one list inside another"),
    "lists of lists": ("body.a" + ".map(a, a + a)" * 5 + " == []", "makes lists of lists, 'map' 5 times; 4 times is the most"),
    "a pattern": ("body.a.matches('(a{50}){50}')", "looks for a pattern that repeats 2500 times"),
    "a path of its own length": ("body" + ".a" * 20_000, "has 40,004 characters, and 5,000 are the most"),
    "a long sum": ("1" + "+1" * 1000 + " > 2", "has 2,003 names, signs and texts, and 1,000 are the most"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_an_expression_that_would_take_too_long_is_a_fault_with_its_line(name: str) -> None:
    expression, fault = BOMBS[name]
    with pytest.raises(UnreadableFile) as refused:
        read_adapter(SMALL.replace('body.kind == "paid"', f'"{expression}"'), "small.yaml")
    [said] = refused.value.faults
    assert said.startswith("small.yaml, line 5: events.0.when: `")
    assert fault in said and len(said) < 300


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        (f"replace(replace(replace('aaaaaaaaaa', 'a', '{'b' * 300}'), 'b', '{'c' * 300}'), 'c', '{'d' * 300}')", "replace"),
        (f"'aaaaaaaaaa'.replace('a', '{'b' * 300}').replace('b', '{'c' * 300}').replace('c', '{'d' * 300}')", "replace"),
        ("join(body.b, body.a + body.a)", "join"),
        ("body.a.split('x').join(body.a)", "split"),
        ("split(body.a, '')", "split"),
    ],
)
def test_a_text_that_bursts_is_not_made(expression: str, name: str) -> None:
    with pytest.raises(EvaluationFailed, match=f"^{name}.. is given what it cannot work with$"):
        Evaluator({"body": {"a": "x" * 1001, "b": ["x"] * 1000}}, {}).value(expression)


@pytest.mark.parametrize("expression", ["body.a.map(one, one.b)", "body.c.filter(one, one > 0)", "sum(body.c.map(one, one))"])
def test_no_list_is_made_from_a_delivery_that_has_a_longer_one_than_there_is_time_for(expression: str) -> None:
    for name, deep in (("a", 1000), ("z", 1001)):
        body = {"a": [{"b": 1}], "c": [1, 2], name: [{"b": [0]}] * (deep - 1) + [{"b": {"deep": [1] * deep}}]}
        evaluator = Evaluator({"body": body}, {})
        if deep > 1000:
            with pytest.raises(EvaluationFailed, match="a list of over 1,000 elements"):
                evaluator.value(expression)
            assert evaluator.value("body.z.exists(one, one.b == [0])") is True
        else:
            assert evaluator.value(expression)


def test_two_entries_of_one_name_are_a_fault_and_every_fault_is_told() -> None:
    entry = SMALL.partition("events:\n")[2]
    with pytest.raises(UnreadableFile) as unreadable:
        read_adapter(SMALL + entry.replace("body.at", "bod.at"), "small.yaml")
    assert [fault.partition(": ")[0] for fault in unreadable.value.faults] == [f"small.yaml, line {line}" for line in (5, 13, 17)]
    assert "2 entries are called 'payment.recovered'; give each a 'name' of its own" in unreadable.value.faults[0]


def test_a_path_names_a_file_of_one_s_own_and_another_name_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL)
    assert load_adapter(str(tmp_path / "small.yaml")).adapter == "small"
    assert [load_adapter(name).adapter for name in shipped()] == list(shipped())
    for name, sentence in (
        ("strip", "There is no adapter 'strip', only hubspot, "),
        (str(tmp_path / "no.yaml"), "no.yaml cannot be read: No such"),
    ):
        with pytest.raises(UnreadableFile) as unreadable:
            load_adapter(name)
        assert sentence in str(unreadable.value)


def test_the_first_expression_that_finds_something_counts() -> None:
    delivery = {"kind": "paid", "id": 7, "account": "a-1", "invoice": 12}
    [found] = of(delivery | {"customer": "nordwind"})
    assert isinstance(found, EventDraft)
    assert (found.customer, found.id, found.happened, found.data) == ("nordwind", "7/payment.recovered", None, {"invoice": "12"})
    [looked_up] = of(delivery | {"customer": ""}, tables={"customers": {"a-1": "acme"}})
    assert isinstance(looked_up, EventDraft)
    assert looked_up.customer == "acme"


@pytest.mark.parametrize(
    ("tables", "customer"), [({"customers": {"a-1": "acme"}}, "acme"), ({}, "Acme, Inc.")], ids=["in a table", "nowhere"]
)
def test_a_name_where_an_id_belongs_hides_no_table(tables: dict[str, dict[str, Any]], customer: str) -> None:
    [draft] = of({"kind": "paid", "id": 7, "account": "a-1", "invoice": 12, "customer": "Acme, Inc."}, tables=tables)
    assert isinstance(draft, EventDraft)
    assert draft.customer == customer


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"kind": "paid", "id": "1", "account": "a-2", "invoice": 12}, Status.UNKNOWN, "customer"),
        ({"kind": "paid", "customer": "acme", "invoice": 12}, Status.INVALID, "id"),
        ({"kind": "paid", "id": True, "customer": "acme", "invoice": 12}, Status.INVALID, "id"),
        ({"kind": "paid", "id": "1", "customer": "acme", "at": "noon", "invoice": 12}, Status.INVALID, "time"),
        ({"kind": "paid", "id": "1", "customer": "acme", "at": 1e18, "invoice": 12}, Status.INVALID, "time"),
        ({"kind": "paid", "id": "1", "customer": "acme", "invoice": [1]}, Status.INVALID, "invoice"),
        ({"kind": "paid", "id": "1\n2", "customer": "acme", "invoice": 12}, Status.INVALID, "id"),
        ([1], Status.INVALID, "when"),
    ],
    ids=["nobody's account", "no id", "an id that is none", "a time that is none", "a time beyond all", "a list", "an id of two lines", "a list for a body"],
)  # fmt: skip
def test_what_an_entry_cannot_make_names_adapter_entry_and_expression(body: Any, status: Status, field: str) -> None:
    [undone] = of(body)
    assert isinstance(undone, EntryFailure)
    assert (undone.result.status, undone.result.field) == (status, field)
    assert undone.result.detail.startswith("Adapter small, entry payment.recovered: ")
    assert "`body." in undone.result.detail or "`string(body." in undone.result.detail or "`at_seconds(body." in undone.result.detail


def test_a_field_that_the_event_refuses_names_the_expression_it_came_of() -> None:
    [draft] = of({"kind": "paid", "id": "1", "customer": "acme", "invoice": "no slug!"})
    assert isinstance(draft, EventDraft)
    result = event_of(read_adapter(SMALL, "small.yaml"), draft, "small", NOW)
    assert isinstance(result, Result)
    assert result.field == "invoice"
    assert result.detail.startswith("Adapter small, entry payment.recovered: payment.recovered: 'invoice' is at most 64 letters, digits, ")
    assert result.detail.endswith("(`string(body.invoice)`).")


def test_a_when_that_meets_a_gap_is_false_and_one_that_mixes_kinds_is_told() -> None:
    assert of({}) == []
    assert of({"kind": None}) == []
    [undone] = of({"n": "x"}, SMALL.replace('body.kind == "paid"', "body.n > 3"))
    assert isinstance(undone, EntryFailure)
    assert "'when' (`body.n > 3`) cannot be worked out: it mixes kinds of value" in undone.result.detail


def test_several_entries_may_match_and_items_go_one_by_one() -> None:
    several = SMALL.replace("events:", "each: body.rows\nevents:").replace("body.", "item.").replace("item.rows", "body.rows")
    rows = [{"kind": "paid", "id": str(number), "customer": "acme", "invoice": number} for number in (1, 2)]
    drafts = of({"rows": [rows[0], {"kind": "other"}, rows[1]]}, several)
    assert [draft.id for draft in drafts if isinstance(draft, EventDraft)] == ["1/payment.recovered", "2/payment.recovered"]
    [_, failing] = of({"rows": [rows[0], rows[1] | {"at": "noon"}]}, several)
    assert isinstance(failing, EntryFailure)
    assert (failing.item, failing.own_id) == (2, "2")
    assert failing.result.detail.startswith("Adapter small, entry payment.recovered, item 2: 'time' (`at_seconds(item.at)`)")
    assert of({}, several) == []
    [undone] = of({"rows": "x"}, several)
    assert isinstance(undone, EntryFailure)
    assert (undone.item, undone.own_id) == (None, "")
    assert undone.result.detail == "Adapter small: 'each' (`body.rows`) cannot be worked out: it is no list."
    with pytest.raises(TooManyItems):
        adapt(read_adapter(several, "small.yaml"), {"body": {"rows": [{}] * 4}, "headers": {}}, {}, max_items=3)


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("  stripe: {adapter: strip, secrets: ['env:S']}", "source 'stripe': There is no adapter 'strip', only "),
        (
            "  stripe: {adapter: stripe, secrets: ['env:S'], tables: {customer: {a: b}}}",
            "adapter 'stripe' has no table 'customer', only customers, asides.",
        ),
        (
            "  zendesk: {adapter: zendesk, secrets: ['env:S'], enrols: standard}",
            "adapter 'zendesk' enrols nobody: leave 'enrols' out, or give the adapter an entry under 'enrol'.",
        ),
        (
            "  posthog: {adapter: posthog, secrets: ['env:S']}",
            "adapter 'posthog' knows no signature: give the source 'tokens' in place of 'secrets'.",
        ),
        (
            "  stripe: {adapter: stripe, secrets: ['env:S'], types: [login]}",
            "adapter 'stripe' tells no login; leave 'types' out for all that it tells.",
        ),
        ("  stripe: {adapter: stripe, secrets: ['env:SHORT']}", "a secret that signs has at least 16 characters"),
        ("  mine: {adapter: mine.yaml, secrets: ['env:S']}", "mine.yaml, line 5: events.0.when: "),
    ],
    ids=["no such adapter", "no such table", "nobody to enrol", "no signature", "no such type", "a short secret", "a file with a fault"],
)
def test_a_source_that_does_not_fit_its_adapter_is_a_fault(tmp_path: Path, source: str, fault: str) -> None:
    (tmp_path / "mine.yaml").write_text(SMALL.replace("body.kind", "bdy.kind").replace("adapter: small", "adapter: mine"))
    (tmp_path / "sources.yaml").write_text(f"sources:\n{source}\n")
    with pytest.raises(UnreadableFile) as unreadable:
        load_sources(tmp_path / "sources.yaml", {"S": SECRETS["stripe"], "SHORT": "short"})
    assert fault in str(unreadable.value)


def test_a_source_finds_an_adapter_of_its_own_beside_its_file(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(SMALL)
    (tmp_path / "sources.yaml").write_text("sources:\n  mine: {adapter: mine.yaml, tokens: ['env:S'], tables: {customers: {a-1: acme}}}\n")
    [source] = load_sources(tmp_path / "sources.yaml", {"S": "a-token-of-the-sender-that-nobody-guesses"})
    assert source.adapter == str(tmp_path / "mine.yaml")


# ---- values that entries share

SHARED = SMALL.replace("events:", 'values: {worth: body.cents / 100.0, sure: "!has(body.discount)"}\nevents:').replace(
    'money(body.cents, "EUR")', "'sure ? worth : {}'"
)


def test_a_value_is_what_its_expression_gives_wherever_an_entry_names_it() -> None:
    body = {"kind": "paid", "id": "1", "customer": "acme", "at": 0, "invoice": "R-1", "cents": 1250.0}
    [plain, discounted, unknown] = [of(each, SHARED)[0] for each in (body, body | {"discount": 1}, {**body, "cents": {}})]
    assert [draft.data for draft in (plain, discounted) if isinstance(draft, EventDraft)] == [
        {"invoice": "R-1", "amount": 12.5},
        {"invoice": "R-1"},
    ]
    assert isinstance(unknown, EntryFailure)
    assert "'amount' (`sure ? worth : {}`) cannot be worked out" in unknown.result.detail


def test_each_item_has_its_own_value() -> None:
    text = (
        SHARED.replace("events:", "each: body.all\nevents:").replace("body.cents", "item.cents").replace("body.discount", "item.discount")
    )
    body = {"kind": "paid", "id": "1", "customer": "acme", "at": 0, "invoice": "R-1", "all": [{"cents": 100.0}, {"cents": 200.0}]}
    assert [draft.data["amount"] for draft in of(body, text) if isinstance(draft, EventDraft)] == [1.0, 2.0]


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("worth: bdy.cents", "values.worth: `bdy.cents` knows no 'bdy'; did you mean body?"),
        ("body: body.cents", "values.body: 'body' is the name of something else or no name; call the value otherwise"),
        ("worth: body.cents, sure: worth", "values.sure: `worth` knows no 'worth'; there is body, headers, nulls"),
    ],
    ids=["a name", "its name", "another value"],
)
def test_a_fault_of_a_value_is_told_with_its_line(value: str, fault: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_adapter(SMALL.replace("events:", f"values: {{{value}}}\nevents:"), "small.yaml")
    assert str(refused.value).rstrip(".") == f"small.yaml, line 4: {fault}"
