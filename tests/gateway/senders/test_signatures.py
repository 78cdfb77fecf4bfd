"""Who signed: every sender's scheme, right and wrong."""

import hmac
from collections import Counter
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr, ValidationError
from standardwebhooks import Webhook
from starlette.datastructures import Headers

from gateway.adapters.adapter_file import load_adapter
from gateway.senders.hook_auth import HookAuth, cost_of, dearest
from gateway.senders.signatures import Hash, Request, Signature
from gateway.senders.sources import Source
from tests.gateway.adapters.deliveries import SECRETS, TIMED, TOKEN, a_source, signed

NOW = 1_772_442_000.0
BODY = b'{"id": "evt_1", "text": "na\xc3\xafve"}'
URL = "http://gateway/hooks/hubspot"
OTHER = "another-secret-that-nobody-guesses"


def a_lock(source: Source, now: float = NOW) -> HookAuth:
    assert source.adapter is not None
    return HookAuth(source, load_adapter(source.adapter).signature, lambda: now, Counter())


def opened(source: Source, headers: dict[str, str], body: bytes = BODY, now: float = NOW, url: str = URL) -> bool:
    """Whether the delivery gets in."""
    return a_lock(source, now).is_authentic(Headers(headers), Request(method="POST", url=url, body=body))


@pytest.mark.parametrize("name", SECRETS)
def test_what_the_sender_signed_gets_in(name: str) -> None:
    assert opened(a_source(name), signed(name, BODY, SECRETS[name], NOW))


@pytest.mark.parametrize("name", SECRETS)
def test_another_secret_another_body_and_no_signature_do_not(name: str) -> None:
    source, right = a_source(name), signed(name, BODY, SECRETS[name], NOW)
    assert not opened(source, signed(name, BODY, OTHER, NOW))
    assert not opened(source, right, BODY + b" ")
    assert not opened(source, {})
    for header in right:
        assert not opened(source, right | {header: ""}), header
        assert not opened(source, right | {header: right[header][:-2]}), header
        assert not opened(source, right | {header: "\xff" + right[header][1:]}), header


@pytest.mark.parametrize("name", TIMED)
def test_a_signature_gets_in_for_five_minutes_either_way(name: str) -> None:
    source, headers = a_source(name), signed(name, BODY, SECRETS[name], NOW)
    assert [opened(source, headers, now=NOW + seconds) for seconds in (-301, -300, 300, 301)] == [False, True, True, False]


@pytest.mark.parametrize("name", TIMED)
def test_a_time_that_was_not_signed_does_not_help(name: str) -> None:
    old, fresh = (signed(name, BODY, SECRETS[name], at) for at in (NOW - 3600, NOW))
    mixed = {
        header: fresh[header] if "Timestamp" in header else old[header].replace(f"t={int(NOW - 3600)}", f"t={int(NOW)}") for header in old
    }
    assert not opened(a_source(name), mixed)


@pytest.mark.parametrize("time", ["", "soon", "1e9", "99999999999999999999999", "-1", "0x10", "2026-03-02T09:00:00"])
@pytest.mark.parametrize("name", ["slack", "zendesk", "hubspot"])
def test_a_time_that_is_none_gets_nobody_in(name: str, time: str) -> None:
    headers = signed(name, BODY, SECRETS[name], NOW)
    [header] = [each for each in headers if "Timestamp" in each]
    assert not opened(a_source(name), headers | {header: time})


@pytest.mark.parametrize("name", SECRETS)
def test_an_old_secret_gets_in_beside_the_new_one_until_it_is_taken_out(name: str) -> None:
    both = a_source(name, secrets=(SecretStr(OTHER), SecretStr(SECRETS[name])))
    assert opened(both, signed(name, BODY, SECRETS[name], NOW))
    assert opened(both, signed(name, BODY, OTHER, NOW))
    assert not opened(a_source(name, secrets=(SecretStr(OTHER),)), signed(name, BODY, SECRETS[name], NOW))


def test_stripe_may_sign_with_two_secrets_at_once() -> None:
    first, second = (signed("stripe", BODY, secret, NOW)["Stripe-Signature"].split(",") for secret in (OTHER, SECRETS["stripe"]))
    assert opened(a_source("stripe"), {"Stripe-Signature": ",".join([first[0], first[2], second[2]])})


def test_slack_s_own_example_is_right() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar"
        b"&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = {
        "X-Slack-Request-Timestamp": "1531420618",
        "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    source = a_source("slack", secrets=(SecretStr("8f742231b10e8888abcd99yyyzzz85a5"),))
    assert opened(source, headers, body, now=1_531_420_618)


def test_hubspot_signs_the_address_too_with_some_of_its_codes_decoded() -> None:
    headers = signed("hubspot", BODY, SECRETS["hubspot"], NOW, "http://gateway/hooks/hubspot?to=a@b,c%20d")
    assert opened(a_source("hubspot"), headers, url="http://gateway/hooks/hubspot?to=a%40b%2Cc%20d")
    assert not opened(a_source("hubspot"), headers, url="http://gateway/hooks/hubspot?to=a%40b%2Cc%20e")


def test_a_token_gets_in_as_bearer_or_as_a_password_and_no_other_way() -> None:
    import base64

    def basic(text: str) -> dict[str, str]:
        return {"Authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}

    source = a_source("posthog")
    assert opened(source, {"Authorization": f"Bearer {TOKEN}"})
    assert opened(source, {"Authorization": f"bearer  {TOKEN} "})
    assert opened(source, basic(f"anybody:{TOKEN}"))
    for wrong in (basic(TOKEN), basic(f"{TOKEN}:"), basic(""), {"Authorization": TOKEN}, {"Authorization": "Basic \xff"}, {}):
        assert not opened(source, wrong)
    assert not opened(source, {"Authorization": f"Bearer {TOKEN}x"})
    assert not opened(source, {"Authorization": "Bearer "})


def test_a_token_for_a_sender_that_signs_is_its_own_way_in() -> None:
    source = a_source("stripe", tokens=(SecretStr(TOKEN),))
    assert opened(source, {"Authorization": f"Bearer {TOKEN}"})
    assert opened(source, signed("stripe", BODY, SECRETS["stripe"], NOW))
    assert not opened(source, {"Authorization": f"Bearer {OTHER}"})


def test_a_body_is_hashed_as_often_for_every_source_and_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[tuple[str, int]] = []
    digest = hmac.digest

    def counted(key: bytes, message: bytes, name: str) -> bytes:
        hashed.append((name, len(message) // 1000))
        return digest(key, message, name)

    sources = [a_source(name) for name in (*SECRETS, "posthog")]
    sources.append(a_source("stripe", name="two-secrets", secrets=(SecretStr(OTHER), SecretStr(SECRETS["stripe"]))))
    schemes = [load_adapter(source.adapter).signature for source in sources if source.adapter is not None]
    costs = dearest(cost_of(source, scheme) for source, scheme in zip(sources, schemes, strict=True))
    assert costs == {Hash.SHA256: 2, Hash.SHA1: 1}
    auths = [HookAuth(source, scheme, lambda: NOW, costs) for source, scheme in zip(sources, schemes, strict=True)]
    monkeypatch.setattr(hmac, "digest", counted)
    for auth in (*auths, HookAuth.of_nobody(lambda: NOW, costs)):
        hashed.clear()
        assert not auth.is_authentic(Headers({}), Request(method="POST", url=URL, body=bytes(5000)))
        assert sorted(hashed) == [("sha1", 5), ("sha256", 5), ("sha256", 5)]


def test_a_sender_by_standard_webhooks_is_described_too() -> None:
    scheme = Signature.model_validate(
        {
            "header": "webhook-signature",
            "prefix": "v1,",
            "id": "webhook-id",
            "time": {"header": "webhook-timestamp"},
            "signs": "{id}.{time}.{body}",
            "key": "base64",
            "encoding": "base64",
        }
    )
    secrets = [SecretStr(f"whsec_{letter * 32}") for letter in "ab"]
    at = datetime.fromtimestamp(NOW, UTC)
    old, new = (Webhook(secret.get_secret_value()).sign("msg_1", at, BODY.decode()) for secret in secrets)
    plain_headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(NOW))}
    request = Request(method="POST", url=URL, body=BODY)
    for signature, id, right in ((old, "msg_1", True), (f"v1a,x {old} {new}", "msg_1", True), (new, "msg_1", False), (old, "msg_2", False)):
        headers = Headers(plain_headers | {"webhook-id": id, "webhook-signature": signature})
        assert scheme.is_by(secrets[:1], headers, request, NOW, 300) is right
    with pytest.raises(ValueError, match="a secret of this adapter is base64"):
        scheme.key_of(SecretStr("whsec_no base64"))


@pytest.mark.parametrize(
    ("scheme", "sentence"),
    [
        ({"signs": "{body}{nonce}"}, "signs no 'nonce'; there is id, time, method, url, body"),
        ({"signs": "{method}{url}"}, "covers the {body}"),
        ({"signs": "{time}.{body}"}, "holds {time} exactly if"),
        ({"time": {"header": "X-Time"}}, "holds {time} exactly if"),
        ({"signs": "{id}{body}"}, "holds {id} exactly if"),
        ({"signs": "{time}{body}", "time": {"header": "X-Time"}, "pairs": {"time": "t", "signature": "v1"}}, "not in both"),
    ],
    ids=["an unknown part", "no body", "no time told", "a time that is not signed", "an id of no header", "two times"],
)
def test_a_scheme_that_would_not_hold_is_refused(scheme: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Signature.model_validate({"header": "X-Signature"} | scheme)
    assert sentence in str(refused.value)
