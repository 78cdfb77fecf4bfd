"""The copies that lie in the outbox of what was sent: whose they are, to be shown and to be deleted."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from activities.transports.outbox import MAIL, slug
from activities.transports.outbox_page import OutboxPage
from lifecycle.domain.texts.addresses import address_key
from lifecycle.domain.texts.redaction import Redaction


@dataclass(frozen=True)
class Copy:
    """One file: its subject, empty where it is no message, and all that can be read in it."""

    path: Path
    subject: str
    text: str


def copies_of(outbox: Path, keys: Iterable[str]) -> list[Copy]:
    """The copies of the touches of these keys."""
    names = {slug(key) for key in keys}
    return [_read(path) for path in _files(outbox) if path.name.partition(":")[0].removesuffix(".json") in names]


def slugs_sent_to(outbox: Path, address: str) -> dict[str, str]:
    """Of the messages and requests in the outbox that go to that address: the subject of each, by its touch key's slug."""
    key = address_key(address)
    found = [(path, _read(path)) for path in _files(outbox)]
    return {path.name.partition(":")[0].removesuffix(".json"): copy.subject for path, copy in found if key in _goes_to(path)}


def _goes_to(path: Path) -> set[str]:
    if path.suffix == ".json":
        told = json.loads(path.read_bytes())
        people = [*(told.get("to") or []), *([told["assignee"]] if told.get("assignee") else [])]
        return {address_key(str(person["email"])) for person in people if person.get("email")}
    head = message_from_bytes(path.read_bytes(), policy=default)["To"]
    return {address_key(address.addr_spec) for address in head.addresses} if head is not None else set()


def copies_naming(outbox: Path, redaction: Redaction) -> list[Copy]:
    """The copies in which an address of these people stands, in a message's head or text."""
    return [copy for path in _files(outbox) if redaction.finds_address((copy := _read(path)).text)]


def delete(outbox: Path, copies: Iterable[Copy]) -> int:
    """Delete the files, each under its second name too, and make the outbox's page anew without them, if it has one; how many were there."""
    paths = {copy.path for copy in copies if copy.path.exists()}
    page = OutboxPage(outbox)
    had_page = page.page.exists()
    if paths:
        # First of all: cut short here, no page is left that shows what is to be gone.
        page.page.unlink(missing_ok=True)
    for path in paths:
        page.second_name(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    if paths and had_page:
        page.refresh()
    return len(paths)


def _files(outbox: Path) -> Iterator[Path]:
    mails = [path for part in ("new", "cur", "tmp") for path in (outbox / MAIL / part).glob("*")]
    yield from sorted(path for path in [*mails, *outbox.glob("*/*.json")] if path.is_file())


def _read(path: Path) -> Copy:
    content = path.read_bytes()
    if path.suffix == ".json":
        text = json.dumps(json.loads(content), ensure_ascii=False)
        return Copy(path, "", text)
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    heads = [f"{name}: {value}" for name, value in message.items()]
    parts = [str(part.get_content()) for part in message.walk() if part.get_content_maintype() == "text"]
    return Copy(path, str(message["Subject"] or ""), "\n".join([*heads, *parts]))
