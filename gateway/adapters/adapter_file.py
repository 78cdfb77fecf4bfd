"""An adapter: a YAML document that says how a sender's deliveries become events of ours."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from gateway.adapters.expressions import NATIVE, faults_of
from gateway.adapters.functions import FUNCTIONS
from gateway.http.documents import Unreadable, read
from gateway.intake.incoming_event import with_stop
from gateway.senders.signatures import Signature
from lifecycle.domain.customer import Slug
from lifecycle.domain.model import Frozen
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


class Strangers(StrEnum):
    """What a sender is answered that tells of a customer we do not have: that all is well, or 404."""

    ACCEPT = "accept"
    REFUSE = "refuse"


def _written(value: Any) -> Any:
    # In YAML `score: 5` and `first_contact: true` are no texts, and in CEL they are what they seem.
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _several(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else (value,)


Expression = Annotated[str, BeforeValidator(_written)]
Expressions = Annotated[tuple[Expression, ...], BeforeValidator(_several), Field(min_length=1)]
"""One expression, or a list of which the first counts that finds something."""


class Entry(Frozen):
    """One kind of event that a delivery may be. `name` is its type unless it says otherwise; with the sender's `id` it makes
    the event's identity, so that a delivery that comes again tells the same event.
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
    def called(self) -> str:
        """What names the entry in its adapter."""
        return self.name or self.type


class Adapter(Frozen):
    """How one sender's deliveries become events. `tables` names the tables that a source may bring along, each with a word on
    what it holds; `each` makes several `item`s of one delivery.
    """

    adapter: Slug
    about: str
    body: Body = Body.JSON
    signature: Signature | None = None
    strangers: Strangers = Strangers.ACCEPT
    tables: dict[Slug, str] = {}
    each: Expression | None = None
    events: Annotated[list[Entry], Field(min_length=1)]

    @property
    def roots(self) -> list[str]:
        """What an entry's expressions may name."""
        return [*self.roots_of_all, "item"] if self.each is not None else self.roots_of_all

    @property
    def roots_of_all(self) -> list[str]:
        """What `each` may name."""
        return ["reply"] if self.body is Body.MAIL else ["body", "nulls", "headers"]


def read_adapter(text: str, file: str) -> Adapter:
    """The adapter in that text, every expression of it checked. Raises Unreadable."""
    adapter = read(text, Adapter, file)
    faults = list(_faults(adapter))
    if not faults:
        return adapter
    document = read_document(text)
    lines = sorted({(document.line(place), f"{'.'.join(str(part) for part in place)}: {what}") for place, what in faults})
    raise Unreadable([with_stop(f"{file}, line {line}: {what}") for line, what in lines])


def load_adapter(name: str) -> Adapter:
    """The shipped adapter of that name, or the one in the file that a path ending in .yaml names. Raises Unreadable."""
    if name.endswith(SUFFIX):
        try:
            text = Path(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Unreadable([f"{name} cannot be read: {getattr(error, 'strerror', None) or 'it is no UTF-8 text'}."]) from None
        return read_adapter(text, name)
    if name not in shipped():
        raise Unreadable([f"There is no adapter '{name}', only {', '.join(shipped())}; one of your own is named by its file, NAME.yaml."])
    return _shipped(name)


@lru_cache
def _shipped(name: str) -> Adapter:
    return read_adapter((SHIPPED / f"{name}{SUFFIX}").read_text(encoding="utf-8"), f"gateway/adapters/{name}{SUFFIX}")


@lru_cache(maxsize=1)
def shipped() -> tuple[str, ...]:
    """The adapters that come along."""
    return tuple(sorted(each.name.removesuffix(SUFFIX) for each in SHIPPED.iterdir() if each.name.endswith(SUFFIX)))


def _faults(adapter: Adapter) -> Iterator[tuple[Place, str]]:
    for table in adapter.tables:
        if table in FUNCTIONS or table in NATIVE or not table.isidentifier():
            yield ("tables", table), f"a table is called as a function, and '{table}' is the name of one or no name; call it otherwise"
    if adapter.each is not None:
        yield from _of_expressions(("each",), (adapter.each,), adapter, adapter.roots_of_all)
    names = Counter(entry.called for entry in adapter.events)
    for number, entry in enumerate(adapter.events):
        place = ("events", number)
        if names[entry.called] > 1:
            yield place, f"{names[entry.called]} entries are called '{entry.called}'; give each a 'name' of its own"
        yield from _of_expressions((*place, "when"), (entry.when,), adapter, adapter.roots)
        for field in ("id", "customer", "time"):
            yield from _of_expressions((*place, field), getattr(entry, field) or (), adapter, adapter.roots)
        for field, expressions in entry.data.items():
            yield from _of_expressions((*place, "data", field), expressions, adapter, adapter.roots)
        yield from _of_fields(place, entry)


def _of_expressions(place: Place, sources: tuple[str, ...], adapter: Adapter, roots: list[str]) -> Iterator[tuple[Place, str]]:
    for number, source in enumerate(sources):
        for fault in faults_of(source, roots, adapter.tables):
            yield (*place, number) if len(sources) > 1 else place, f"`{source}` {fault}"


def _of_fields(place: Place, entry: Entry) -> Iterator[tuple[Place, str]]:
    model = CATALOGUE[entry.type]
    for field in entry.data:
        if field not in model.model_fields:
            yield (*place, "data", field), f"{entry.type} has no field '{field}', only {', '.join(model.model_fields)}"
    for field, told in model.model_fields.items():
        if told.is_required() and field not in entry.data:
            yield (*place, "data"), f"{entry.type} needs '{field}'"
