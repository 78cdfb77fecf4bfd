"""The outbox: files for whatever has no server or URL to go to. A file's name comes from the touch key, so it can be there once only."""

import asyncio
import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path
from uuid import uuid4

from activities.ledger.transport import Delivery, EarlierAttempt, MarkActing, Request, Verdict, addresses_of
from activities.private_files import make_folder, open_private
from lifecycle.domain.touch import Touch

MAIL = "mail"


@dataclass(frozen=True)
class OutboxFile:
    """What goes into a file: its bytes, the reference that its receipt gives, the subject of a message, and what is worth saying besides."""

    content: bytes
    reference: str
    subject: str = ""
    why: str = ""


MakeFile = Callable[[Touch], OutboxFile]
"""Makes a touch's file. Raises Refused if the touch is faulty."""


def slug(key: str) -> str:
    """A file name for a touch key: readable, safe on every file system, and no other key's."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", key).strip("-.")[:100]
    return f"{plain}-{hashlib.blake2b(key.encode(), digest_size=6).hexdigest()}"


class Maildir:
    """Emails as a Maildir, which any mail reader opens; reading one moves it from `new` to `cur`."""

    def __init__(self, folder: Path, make_file: MakeFile) -> None:
        self.folder = folder
        self.make_file = make_file
        for part in ("tmp", "new", "cur"):
            make_folder(folder / part)

    def destination(self, touch: Touch) -> str:
        """The folder: in another one nothing is found of what went into this."""
        return str(self.folder.absolute())

    async def prepare(self, touch: Touch) -> Request:
        """The file's bytes."""
        return await asyncio.to_thread(_prepare, self.destination(touch), self.make_file, touch)

    async def find_earlier_attempt(self, touch: Touch) -> EarlierAttempt:
        """Whether the message's file is there."""
        return await asyncio.to_thread(self._find, touch)

    async def act(self, touch: Touch, request: Request, mark: MarkActing) -> Delivery:
        """Write the message aside, then link it into `new`."""
        temporary = self.folder / "tmp" / uuid4().hex
        try:
            await asyncio.to_thread(_write, temporary, request.content, touch)
            await mark()
            await asyncio.to_thread(_link, temporary, self.folder / "new" / slug(touch.key))
        finally:
            temporary.unlink(missing_ok=True)
        return Delivery(request.reference, request.why)

    def _find(self, touch: Touch) -> EarlierAttempt:
        name = slug(touch.key)
        fresh = self.folder / "new" / name
        found = [fresh] if fresh.exists() else list((self.folder / "cur").glob(f"{name}*"))
        if not found:
            return EarlierAttempt(Verdict.NOT_DONE)
        return EarlierAttempt(Verdict.DONE, _message_id(found[0]), _subject(found[0]))


class OutboxFolder:
    """Tasks, escalations, offers and webhooks as JSON files, a folder a kind."""

    def __init__(self, folder: Path, make_file: MakeFile) -> None:
        self.folder = folder
        self.make_file = make_file
        make_folder(folder)

    def destination(self, touch: Touch) -> str:
        """The folder: in another one nothing is found of what went into this."""
        return str(self.folder.absolute())

    async def prepare(self, touch: Touch) -> Request:
        """The file's bytes."""
        return await asyncio.to_thread(_prepare, self.destination(touch), self.make_file, touch)

    async def find_earlier_attempt(self, touch: Touch) -> EarlierAttempt:
        """Whether the file is there."""
        exists = await asyncio.to_thread(self._path(touch).exists)
        return EarlierAttempt(Verdict.DONE, self._path(touch).name) if exists else EarlierAttempt(Verdict.NOT_DONE)

    async def act(self, touch: Touch, request: Request, mark: MarkActing) -> Delivery:
        """Write the file aside, then link it to its name."""
        temporary = self.folder / f".{uuid4().hex}"
        try:
            await asyncio.to_thread(_write, temporary, request.content, touch)
            await mark()
            await asyncio.to_thread(_link, temporary, self._path(touch))
        finally:
            temporary.unlink(missing_ok=True)
        return Delivery(request.reference, request.why)

    def _path(self, touch: Touch) -> Path:
        return self.folder / f"{slug(touch.key)}.json"


def sent_twice(outbox: Path) -> int:
    """How many messages or requests lie in the outbox more than once, counted from what the files themselves say."""
    mails = [_message_id(path) for part in ("new", "cur") for path in sorted((outbox / MAIL / part).glob("*"))]
    requests = [str(json.loads(path.read_bytes())["key"]) for path in sorted(outbox.glob("*/[!.]*.json"))]
    return sum(number > 1 for number in Counter(mails + requests).values())


def _prepare(destination: str, make_file: MakeFile, touch: Touch) -> Request:
    file = make_file(touch)
    return Request(
        destination=destination,
        content=file.content,
        to=addresses_of(touch),
        subject=file.subject,
        reference=file.reference,
        why=file.why,
    )


def _write(path: Path, content: bytes, touch: Touch) -> None:
    with open_private(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    # The file's time is the touch's, which may be on a virtual clock.
    os.utime(path, (touch.at.timestamp(), touch.at.timestamp()))


def _link(temporary: Path, place: Path) -> None:
    # A link, not a rename: it fails where a rename would silently put a second message over the first.
    try:
        place.hardlink_to(temporary)
    except FileExistsError:
        return


def _message_id(path: Path) -> str:
    with path.open("rb") as file:
        return str(BytesHeaderParser().parse(file)["Message-ID"])


def _subject(path: Path) -> str:
    with path.open("rb") as file:
        return str(BytesHeaderParser(policy=default).parse(file)["Subject"] or "")
