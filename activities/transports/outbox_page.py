"""The outbox's own page, `index.html`: all that lies in it by day and person, with each mail as a file that opens by a double click.

It is made from the files, beside the sending and never in it: no message waits for it, and whatever is gone from the outbox goes from it.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.policy import default
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from uuid import uuid4

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from activities.private_files import make_folder, open_private
from activities.transports.outbox import MAIL
from lifecycle.domain.texts.text import one_line

PAGE, COPIES = "index.html", "eml"
MOST_SHOWN = 5000
"""Items on the page, the newest: its size is bounded, whatever lies in the outbox."""
NOBODY, NO_SUBJECT = "nobody in particular", "(without a subject)"


@dataclass(frozen=True)
class Item:
    """One file of the outbox: when (UTC) it went, to whom, what it is, where it lies, below the outbox; and whom a request is about."""

    at: datetime
    people: tuple[str, ...]
    kind: str
    subject: str
    link: str
    customer: str = ""


class OutboxPage:
    """Makes the page of an outbox, and keeps it up to date: a file is read once, and only if it is among the newest."""

    def __init__(self, outbox: Path) -> None:
        self.outbox = outbox
        self.page = outbox / PAGE
        self._times: dict[str, datetime] = {}
        self._items: dict[str, Item | None] = {}

    def refresh(self) -> int:
        """Write the page anew if anything has come or gone, and say how many files lie in the outbox. Blocks. Raises OSError."""
        mails, documents = self._mails(), self._documents()
        paths = mails | documents
        gone, come = self._times.keys() - paths.keys(), paths.keys() - self._times.keys()
        for link in gone:
            del self._times[link]
        for link in come:
            with suppress(FileNotFoundError):  # moved or taken away meanwhile: it is looked for again the next time
                if link in mails:
                    _copy(mails[link], self.outbox / link)
                self._times[link] = datetime.fromtimestamp(paths[link].stat().st_mtime, UTC)
        for copy in _files(self.outbox / COPIES):
            if f"{COPIES}/{copy.name}" not in mails:
                copy.unlink(missing_ok=True)
        if gone or come or not self.page.exists():
            newest = sorted(self._times, key=lambda link: (self._times[link], link), reverse=True)[:MOST_SHOWN]
            self._items = {link: self._items[link] if link in self._items else self._read(link) for link in newest}
            self._write([item for item in self._items.values() if item is not None])
        return len(self._times)

    def second_name(self, mail: Path) -> Path:
        """Where a mail of the Maildir lies once more, to be opened by a double click."""
        return self.outbox / COPIES / f"{mail.name.partition(':')[0]}.eml"

    def _mails(self) -> dict[str, Path]:
        found = [path for part in ("new", "cur") for path in _files(self.outbox / MAIL / part)]
        return {str(self.second_name(path).relative_to(self.outbox)): path for path in found}

    def _documents(self) -> dict[str, Path]:
        folders = [folder for folder in _folders(self.outbox) if folder.name not in (MAIL, COPIES)]
        return {f"{folder.name}/{path.name}": path for folder in folders for path in _files(folder) if path.suffix == ".json"}

    def _read(self, link: str) -> Item | None:
        """The file's item; None for one that is none of ours, or is gone."""
        path, at = self.outbox / link, self._times[link]
        try:
            return _mail(path, link, at) if path.parent.name == COPIES else _document(path, link, at)
        except FileNotFoundError:
            return None

    def _write(self, items: list[Item]) -> None:
        html = _template().render(days=list(_by_day(items)), total=len(self._times), shown=len(self._items))
        make_folder(self.outbox)
        aside = self.outbox / f".{uuid4().hex}"
        try:
            with open_private(aside, "w", encoding="utf-8", errors="replace") as file:
                file.write(html)
            aside.replace(self.page)
        finally:
            aside.unlink(missing_ok=True)


def _files(folder: Path) -> list[Path]:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        return [Path(entry.path) for entry in entries if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False)]
    return []


def _folders(folder: Path) -> list[Path]:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        return [Path(entry.path) for entry in entries if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)]
    return []


def _copy(path: Path, copy: Path) -> None:
    """The same file under a second name, which costs nothing; a copy of it where the file system knows no such names."""
    make_folder(copy.parent)
    try:
        copy.hardlink_to(path)
    except FileExistsError:
        return
    except FileNotFoundError:
        raise
    except OSError:
        with path.open("rb") as source, open_private(copy, "wb") as target:
            shutil.copyfileobj(source, target)
        shutil.copystat(path, copy)


def _mail(path: Path, link: str, at: datetime) -> Item:
    with path.open("rb") as file:
        headers = BytesHeaderParser(policy=default).parse(file)
    to = headers["To"]
    people = tuple(one_line(str(address)) for address in to.addresses) if to is not None else ()
    return Item(at, people, MAIL, one_line(str(headers["Subject"] or "")) or NO_SUBJECT, link)


def _document(path: Path, link: str, at: datetime) -> Item | None:
    """A task, an escalation, an offer or a webhook; None for a file that is none of ours."""
    try:
        told = json.loads(path.read_bytes())
        person = (told.get("assignee") or {}).get("name") or told["owner"]
        people = (one_line(person),) if one_line(person) else tuple(one_line(f"{to['name']} <{to['email']}>") for to in told["to"])
        subject = one_line(told["text"]) or one_line(told["name"]) or NO_SUBJECT
        return Item(at, people, path.parent.name, subject, link, one_line(told["customer"]))
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _by_day(items: list[Item]) -> Iterator[tuple[str, list[tuple[str, list[Item]]]]]:
    """The newest day first; within it the people by name, and what each got in its order."""
    for day, of_day in groupby(items, lambda item: f"{item.at:%Y-%m-%d}"):
        people: dict[str, list[Item]] = {}
        for item in of_day:
            for person in dict.fromkeys(item.people) or (NOBODY,):
                people.setdefault(person, []).insert(0, item)
        yield day, sorted(people.items(), key=lambda each: each[0].casefold())


@lru_cache(maxsize=1)
def _template() -> Template:
    here = FileSystemLoader(Path(__file__).parent)
    made = Environment(loader=here, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return made.get_template("outbox_page.html")
