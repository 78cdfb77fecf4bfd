"""Deliveries as the senders make them: samples from files, signed by words of their own.

The signing here is written out sender by sender, after each one's own description, and shares nothing with what is tested.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from pydantic import SecretStr

from activities.ledger.invitations import Invitation, make_invitation
from gateway.adapters.adapter_file import Body, load_adapter
from gateway.adapters.adapting import EntryFailure, EventDraft, adapt
from gateway.adapters.calendar_replies import RAW, read_reply, reply_fields
from gateway.adapters.enrolments import CustomerDraft, enrolments
from gateway.adapters.payloads import read_delivery, read_form
from gateway.senders.sources import Source

SAMPLES = Path(__file__).parent / "samples"
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
TOKEN = "a-token-of-the-sender-that-nobody-guesses"
SECRETS = {name: f"whsec_of-{name}-that-nobody-guesses" for name in ("stripe", "segment", "zendesk", "intercom", "hubspot", "slack")}

TABLES: dict[str, dict[str, dict[str, Any]]] = {
    "stripe": {"customers": {"cus_TSg1l6tnbJ0Q2c": "nordwind"}, "asides": {"sub_1SNgHsLkdIwHu7ixSupport1": "support plan"}},
    "segment": {
        "groups": {"grp-41": "nordwind"},
        "milestones": {"Dashboard Published": "launched"},
        "usage": {"Rows Processed": "rows"},
    },
    "posthog": {
        "groups": {"0:41": "nordwind"},
        "milestones": {"import finished": "data-connected"},
        "usage": {"rows processed": "rows"},
    },
    "zendesk": {"organizations": {"8447346622462": "nordwind"}},
    "intercom": {"companies": {"6762f09a1bb69f9f2193bb34": "nordwind"}, "contacts": {"user-9": "nordwind"}},
    "hubspot": {
        "deals": {"701": "nordwind", "702": "acme"},
        "companies": {"9001": "nordwind"},
        "owners": {"77": {"name": "Kim Lee", "email": "kim@us.example"}},
        "stages": {"98113": "won", "98114": "lost"},
        "pipelines": {"98100": "renewals"},
        "countries": {"Germany": "DE"},
        "zones": {"Germany": "Europe/Berlin"},
    },
    "salesforce": {
        "accounts": {"001Hs00002kQpZVIA0": "nordwind"},
        "types": {"Existing Customer - Replacement": "renewal"},
        "priorities": {"P1": 1},
        "owners": {"005Hs00000FgHiJIAV": {"name": "Kim Lee", "email": "kim@us.example"}},
    },
}


def a_source(name: str, /, **changes: Any) -> Source:
    """The source of that adapter: with its secret if the adapter knows a signature, else with a token."""
    secrets, tokens = ((SecretStr(SECRETS[name]),), ()) if name in SECRETS else ((), (SecretStr(TOKEN),))
    fields = {"name": name, "adapter": name, "secrets": secrets, "tokens": tokens, "tables": TABLES.get(name, {}), "rate": 100_000}
    return Source.model_validate(fields | changes)


def sample(file: str) -> bytes:
    return (SAMPLES / file).read_bytes()


def invited(uid: str, *addresses: str, customer: str = "nordwind", sequence: int = 0) -> Invitation:
    return make_invitation(uid, customer, "kickoff", sequence, addresses)


def adapted(file: str, name: str, invitation: Invitation | None = None) -> list[EventDraft | EntryFailure]:
    """What the adapter makes of a sample; a mail answers the invitation given, or one to Ana."""
    adapter, body = load_adapter(name), sample(file)
    if adapter.body is Body.MAIL:
        known = invitation or invited("meeting-1@us.example", "ana@acme.example")
        reply = read_reply("application/json" if file.endswith(".json") else RAW, body)
        return adapt(adapter, {"reply": reply_fields(reply, {known.uid: known}.get, NOW)}, {})
    read = read_form(form(body)) if adapter.body is Body.FORM else read_delivery(body)
    return adapt(adapter, read | {"headers": {}}, TABLES.get(name, {}))


def enrolled(file: str, name: str) -> list[CustomerDraft | EntryFailure]:
    """The customers whom a sample has enrolled."""
    adapter = load_adapter(name)
    if adapter.body is not Body.JSON:
        return []
    return enrolments(adapter, read_delivery(sample(file)) | {"headers": {}}, TABLES.get(name, {}))


def form(payload: bytes) -> bytes:
    """As Slack posts it."""
    return b"payload=" + quote_plus(payload.decode()).encode()


def signed(name: str, body: bytes, secret: str, at: float, url: str = "http://gateway/hooks/hubspot") -> dict[str, str]:
    """The headers that the sender signs with, at that moment (seconds since 1970)."""
    key, time = secret.encode(), str(int(at))
    match name:
        case "stripe":
            signature = hmac.new(key, f"{time}.".encode() + body, hashlib.sha256).hexdigest()
            return {"Stripe-Signature": f"t={time},v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39,v1={signature}"}
        case "slack":
            signature = hmac.new(key, f"v0:{time}:".encode() + body, hashlib.sha256).hexdigest()
            return {"X-Slack-Signature": f"v0={signature}", "X-Slack-Request-Timestamp": time}
        case "zendesk":
            written = datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            signature = base64.b64encode(hmac.new(key, written.encode() + body, hashlib.sha256).digest()).decode()
            return {"X-Zendesk-Webhook-Signature": signature, "X-Zendesk-Webhook-Signature-Timestamp": written}
        case "hubspot":
            time = str(int(at * 1000))
            signature = base64.b64encode(hmac.new(key, b"POST" + url.encode() + body + time.encode(), hashlib.sha256).digest()).decode()
            return {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": time}
        case "intercom":
            return {"X-Hub-Signature": f"sha1={hmac.new(key, body, hashlib.sha1).hexdigest()}"}
        case "segment":
            return {"X-Signature": hmac.new(key, body, hashlib.sha1).hexdigest()}
        case _:
            raise AssertionError(name)


TIMED = ("stripe", "slack", "zendesk", "hubspot")
"""Those whose signatures hold a time."""


def changed(body: bytes, **values: Any) -> bytes:
    """The JSON with other values at its top."""
    values_before: Mapping[str, Any] = json.loads(body)
    return json.dumps({**values_before, **values}).encode()
