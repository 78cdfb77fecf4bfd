"""The adapter file: a YAML document that says how a sender's deliveries become events."""

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from gateway.adapters.expressions import NATIVE, faults_of
from gateway.adapters.functions import FUNCTIONS
from gateway.http.documents import UnreadableFile, read
from gateway.http.sentences import with_full_stop
from gateway.intake.customer_fields import CustomerFields
from gateway.senders.signatures import Signature
from lifecycle.domain.model import Frozen
from lifecycle.domain.people.customer import Slug
from lifecycle.facts.events import CATALOGUE, check_type
from lifecycle.playbook.yaml_document import Path as Place
from lifecycle.playbook.yaml_document import read_document

SHIPPED = files("gateway") / "adapters"
SUFFIX = ".yaml"


class Body(StrEnum):
    """What a delivery is: JSON, a form whose field `payload` holds JSON, or a mail."""

    JSON = "json"
    FORM = "form"
    MAIL = "mail"


class UnknownCustomers(StrEnum):
    """What a sender is answered for an event of an unknown customer: 200 or 404."""

    ACCEPT = "accept"
    REFUSE = "refuse"


def _as_source(value: Any) -> Any:
    # YAML reads `score: 5` and `first_contact: true` as a number and a truth; as CEL they mean the same.
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,)


Expression = Annotated[str, BeforeValidator(_as_source)]
Expressions = Annotated[tuple[Expression, ...], BeforeValidator(_as_tuple), Field(min_length=1)]
"""One expression, or a list of which the first that has a value is used."""


class Entry(Frozen):
    """One kind of event that a delivery may hold. `name` is its type unless given; with the sender's `id` it makes the event's
    identity, so that a delivery that comes again makes the same event.
    """

    name: Slug = ""
    about: str = ""
    when: Expression = "true"
    type: Annotated[str, AfterValidator(check_type)]
    id: Expressions
    customer: Expressions
    time: Expressions | None = None
    data: dict[str, Expressions] = {}

    @property
    def label(self) -> str:
        """The entry's name within its adapter."""
        return self.name or self.type


class EnrolEntry(Frozen):
    """One kind of delivery by which a source that `enrols` enrols a customer. `fields` are those of PUT /customers by their paths,
    such as `owner.email`; one whose expression has no value is left out.
    """

    name: Slug = "enrol"
    about: str = ""
    when: Expression
    customer: Expressions
    fields: Annotated[dict[str, Expressions], Field(min_length=1)]

    @property
    def label(self) -> str:
        """The entry's name within its adapter."""
        return self.name


class Adapter(Frozen):
    """How one sender's deliveries become events.

    `tables` are the tables that a source may fill, each with a word on what it holds. `each` is an expression whose list gives
    several `item`s of one delivery. `values` are expressions that the entries use by name. In the file, `unknown_customers` is written `strangers`.
    """

    adapter: Slug
    about: str
    body: Body = Body.JSON
    signature: Signature | None = None
    unknown_customers: UnknownCustomers = Field(UnknownCustomers.ACCEPT, alias="strangers")
    tables: dict[Slug, str] = {}
    values: dict[Slug, Expression] = {}
    each: Expression | None = None
    enrol: list[EnrolEntry] = []
    events: Annotated[list[Entry], Field(min_length=1)]

    @property
    def roots(self) -> list[str]:
        """The variables that an entry's expressions may use."""
        return [*self.value_roots, *self.values]

    @property
    def value_roots(self) -> list[str]:
        """The variables that `values` may use."""
        return [*self.delivery_roots, "item"] if self.each is not None else self.delivery_roots

    @property
    def delivery_roots(self) -> list[str]:
        """The variables that `each` may use."""
        return ["reply"] if self.body is Body.MAIL else ["body", "nulls", "headers"]


_LONGEST_SHOWN = 100


def read_adapter(text: str, file: str) -> Adapter:
    """The adapter in that text, with all its expressions checked; `file` is its name in messages. Raises UnreadableFile."""
    adapter = read(text, Adapter, file)
    faults = list(_faults(adapter))
    if not faults:
        return adapter
    document = read_document(text)
    lines = sorted({(document.line(place), f"{'.'.join(str(part) for part in place)}: {what}") for place, what in faults})
    raise UnreadableFile([with_full_stop(f"{file}, line {line}: {what}") for line, what in lines])


def load_adapter(name: str) -> Adapter:
    """The shipped adapter of that name, or the one in the file that a path ending in .yaml names. Raises UnreadableFile."""
    if name.endswith(SUFFIX):
        try:
            text = Path(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UnreadableFile([f"{name} cannot be read: {getattr(error, 'strerror', None) or 'it is no UTF-8 text'}."]) from None
        return read_adapter(text, name)
    if name not in shipped():
        raise UnreadableFile(
            [f"There is no adapter '{name}', only {', '.join(shipped())}; one of your own is named by its file, NAME.yaml."]
        )
    return _shipped(name)


@lru_cache
def _shipped(name: str) -> Adapter:
    return read_adapter((SHIPPED / f"{name}{SUFFIX}").read_text(encoding="utf-8"), f"gateway/adapters/{name}{SUFFIX}")


@lru_cache(maxsize=1)
def shipped() -> tuple[str, ...]:
    """The names of the adapters that Evergreen ships."""
    return tuple(sorted(file.name.removesuffix(SUFFIX) for file in SHIPPED.iterdir() if file.name.endswith(SUFFIX)))


def _faults(adapter: Adapter) -> Iterator[tuple[Place, str]]:
    for table in adapter.tables:
        if table in FUNCTIONS or table in NATIVE or not table.isidentifier():
            yield ("tables", table), f"a table is called as a function, and '{table}' is the name of one or no name; call it otherwise"
    if adapter.each is not None:
        yield from _expression_faults(("each",), (adapter.each,), adapter, adapter.delivery_roots)
    for name, source in adapter.values.items():
        if name in adapter.value_roots or not name.isidentifier():
            yield ("values", name), f"'{name}' is the name of something else or no name; call the value otherwise"
        yield from _expression_faults(("values", name), (source,), adapter, adapter.value_roots)
    names = Counter([*(entry.label for entry in adapter.events), *(entry.label for entry in adapter.enrol)])
    for number, enrols in enumerate(adapter.enrol):
        place = ("enrol", number)
        if names[enrols.label] > 1:
            yield place, f"{names[enrols.label]} entries are called '{enrols.label}'; give each a 'name' of its own"
        yield from _expression_faults((*place, "when"), (enrols.when,), adapter, adapter.roots)
        yield from _expression_faults((*place, "customer"), enrols.customer, adapter, adapter.roots)
        for path, expressions in enrols.fields.items():
            yield from _expression_faults((*place, "fields", path), expressions, adapter, adapter.roots)
        yield from _customer_faults((*place, "fields"), enrols.fields)
    for number, entry in enumerate(adapter.events):
        place = ("events", number)
        if names[entry.label] > 1:
            yield place, f"{names[entry.label]} entries are called '{entry.label}'; give each a 'name' of its own"
        yield from _expression_faults((*place, "when"), (entry.when,), adapter, adapter.roots)
        for field in ("id", "customer", "time"):
            yield from _expression_faults((*place, field), getattr(entry, field) or (), adapter, adapter.roots)
        for field, expressions in entry.data.items():
            yield from _expression_faults((*place, "data", field), expressions, adapter, adapter.roots)
        yield from _field_faults(place, entry)


def _expression_faults(place: Place, sources: tuple[str, ...], adapter: Adapter, roots: list[str]) -> Iterator[tuple[Place, str]]:
    for number, source in enumerate(sources):
        for fault in faults_of(source, roots, adapter.tables):
            yield (*place, number) if len(sources) > 1 else place, f"`{shortened(source)}` {fault}"


def shortened(source: str) -> str:
    """An expression as a sentence shows it."""
    return source if len(source) <= _LONGEST_SHOWN else f"{source[: _LONGEST_SHOWN - 1]}…"


def _customer_faults(place: Place, fields: Iterable[str]) -> Iterator[tuple[Place, str]]:
    told = list(fields)
    for path in told:
        if path not in _CUSTOMER_PATHS and not path.startswith("attributes."):
            yield (*place, path), f"a customer has no field '{path}', only {', '.join(_CUSTOMER_PATHS)}, attributes.NAME"
    for path in ("name", "timezone", "country", "owner.name", "owner.email", "contract.start"):
        if path not in told:
            yield place, f"a customer needs '{path}'"
    if ("contract.end" in told) == ("contract.days" in told):
        yield place, "a customer needs 'contract.end' or 'contract.days', and not both"


def _paths(model: type[BaseModel]) -> Iterator[str]:
    for name, info in model.model_fields.items():
        inner = info.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from (f"{name}.{path}" for path in _paths(inner))
        elif name != "attributes":
            yield name


_CUSTOMER_PATHS = tuple(_paths(CustomerFields))


def _field_faults(place: Place, entry: Entry) -> Iterator[tuple[Place, str]]:
    model = CATALOGUE[entry.type]
    for field in entry.data:
        if not model.has_field(field):
            yield (*place, "data", field), f"{entry.type} has no field '{field}', only {', '.join(model.model_fields)}"
    for field, info in model.model_fields.items():
        if info.is_required() and field not in entry.data:
            yield (*place, "data"), f"{entry.type} needs '{field}'"
