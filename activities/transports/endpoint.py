"""Tasks, escalations, offers and webhooks: one JSON document, to a URL under an idempotency key or into the outbox."""

import hashlib
import json
from typing import Annotated
from urllib.parse import quote

import httpx
from pydantic import Field
from pydantic_core import PydanticSerializationError

from activities.ledger.failures import KeyTaken, NotNow, PerhapsDone, Refused
from activities.ledger.published.assigning import ASSIGNEE, AssignedPerson, assignee_of, reached
from activities.ledger.transport import Delivery, EarlierAttempt, MarkActing, Request, Verdict, addresses_of
from activities.transports.outbox import OutboxFile, slug
from activities.transports.signing import Signer
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.model import Frozen, Instant, Scalar
from lifecycle.domain.texts.text import escape_unprintable
from lifecycle.domain.touch import Recipient, Touch

_CERTAINLY_NOT_DONE = (425, 429, 503)
_PERHAPS_DONE = (303, 408)
"""303 sends whoever asked to see what came of it."""
_KEY_TAKEN = 409
_NOTHING_WENT_OUT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
"""Nobody listens, the name is not found, TLS does not come about, the proxy lets nobody through, or the request never was one."""
_KEY = "Idempotency-Key"
_IN_A_HEADER = "".join(chr(code) for code in range(0x21, 0x7F))


def _is_nobody(person: AssignedPerson | None) -> bool:
    return person is None


class RequestBody(Frozen):
    """What the other side is told. `key` names the touch for good: the same key is the same request, however often it comes.

    `owner` is the role that is to act on it, `assignee` the person, `level` 1 the gravest, `deadline` when it must be done. `about` is
    what is known of the customer, with the people's names. Nobody is assigned while no people of ours are published.
    """

    key: str
    kind: TouchKind
    name: str
    customer: str
    play: str
    at: Instant
    owner: str
    assignee: Annotated[AssignedPerson | None, Field(exclude_if=_is_nobody)] = None
    text: str
    level: int
    deadline: Instant | None
    to: list[Recipient]
    about: dict[str, dict[str, Scalar]]


def build_request_body(touch: Touch) -> RequestBody:
    """The touch as the other side is told of it."""
    return RequestBody(
        key=touch.key,
        kind=touch.kind,
        name=touch.name,
        customer=touch.customer,
        play=touch.play,
        at=touch.at,
        owner=touch.owner,
        assignee=assignee_of(touch),
        text=touch.text,
        level=touch.level,
        deadline=touch.deadline,
        to=touch.to,
        about={group: values for group, values in touch.values.items() if group != ASSIGNEE},
    )


def request_json(touch: Touch, indent: int | None = None) -> str:
    """The touch as JSON. Raises Refused for a text that JSON cannot hold."""
    try:
        written = build_request_body(touch).model_dump_json(indent=indent)
        written.encode()
    except (PydanticSerializationError, UnicodeEncodeError):
        raise Refused("the request cannot be written: it has a text that JSON cannot hold") from None
    return written


def build_outbox_file(touch: Touch) -> OutboxFile:
    """The touch as a file of the outbox."""
    # Escaped, for an outbox is read at a terminal.
    content = escape_unprintable(request_json(touch, indent=2))
    return OutboxFile(f"{content}\n".encode(), f"{slug(touch.key)}.json", why=reached(touch))


class Endpoint:
    """A URL that takes requests under an `Idempotency-Key`. `what` names it in sentences, for the URL may hold a secret.

    A `signer` signs each asking anew; body, key and all other headers stay as they were at the first.

    | it answers | that is |
    |---|---|
    | 2xx | done |
    | nothing, for it cannot be reached; 425, 429, 503 | certainly not done, and may be later |
    | 303, 408, 409, any other 5xx; nothing, though it was reached | perhaps done: asked again under the key |
    | 409, any other 3xx or 4xx, after an attempt that was perhaps done | unknown |
    | any other 3xx or 4xx, before one | refused |
    """

    def __init__(self, client: httpx.AsyncClient, url: str, what: str, signer: Signer | None = None) -> None:
        self.client = client
        self.url = url
        self.what = what
        self.signer = signer

    def destination(self, touch: Touch) -> str:
        """The URL's digest: at another one the key would be new."""
        return f"{type(self).__name__} {hashlib.blake2b(self.url.encode(), digest_size=16).hexdigest()}"

    async def prepare(self, touch: Touch) -> Request:
        """The body and the headers that tell the other side which request it is."""
        headers = {_KEY: quote(touch.key, safe=_IN_A_HEADER), "Content-Type": "application/json"}
        return Request(
            destination=self.destination(touch), content=self.content(touch), headers=headers, to=addresses_of(touch), why=reached(touch)
        )

    async def find_earlier_attempt(self, touch: Touch) -> EarlierAttempt:
        """Nobody can be asked, and the key makes it harmless to send the request again."""
        return EarlierAttempt(Verdict.MAY_REPEAT)

    def content(self, touch: Touch) -> bytes:
        """What is posted, as JSON."""
        return request_json(touch).encode()

    async def act(self, touch: Touch, request: Request, mark: MarkActing) -> Delivery:
        """Post the request; a redirect is not followed."""
        # Not a part of the request: it says when this asking was made, and keeps no secret's work in the ledger.
        signature = self.signer.headers(request.headers[_KEY], request.content) if self.signer is not None else {}
        await mark()
        try:
            answer = await self.client.post(self.url, content=request.content, headers=request.headers | signature)
        except _NOTHING_WENT_OUT as fault:
            raise NotNow(f"{self.what} cannot be reached: {type(fault).__name__}") from None
        status = answer.status_code
        if answer.is_success:
            return Delivery(_reference_of(answer), request.why)
        if status in _CERTAINLY_NOT_DONE:
            raise NotNow(f"{self.what} answers {status}: not now")
        if status == _KEY_TAKEN:
            raise KeyTaken(f"{self.what} answers {status}")
        if status >= 500 or status in _PERHAPS_DONE:
            raise PerhapsDone(f"{self.what} answers {status}")
        # From here on it is certain of this asking. Of an earlier one it says nothing: the ledger knows whether there was one.
        if answer.is_redirect:
            raise Refused(f"{self.what} answers {status}: give its URL as it is after the redirect")
        raise Refused(f"{self.what} answers {status}: it refuses the request for good")


def _reference_of(answer: httpx.Response) -> str:
    """What the other side calls it, whatever it answers besides: it is done, and no answer is too odd for that."""
    try:
        document = json.loads(answer.content)
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, dict) and isinstance(document.get("id"), str | int):
        return str(document["id"])[:200]
    return str(answer.headers.get("Location", f"HTTP {answer.status_code}"))[:200]
