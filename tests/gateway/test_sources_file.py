"""The sources file: what it says, and what is said of a bad one, which never repeats a secret."""

import base64
from pathlib import Path

import pytest

from gateway.http.documents import UnreadableFile
from gateway.senders.sources import Source
from gateway.sources_file import load_sources

TOKEN = "one-token-that-nobody-could-guess-at"
SECRET = f"whsec_{base64.b64encode(b's' * 32).decode()}"
ENVIRON = {"TOKEN": TOKEN, "SECRET": SECRET, "SHORT": "too-short-to-be-any-good", "WEAK": f"whsec_{base64.b64encode(b's' * 9).decode()}"}


def load(folder: Path, text: str) -> list[Source]:
    file = folder / "sources.yaml"
    file.write_text(text)
    return load_sources(file, ENVIRON)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(UnreadableFile) as refused:
        load(folder, text)
    return [fault.replace(str(folder / "sources.yaml"), "FILE") for fault in refused.value.faults]


def test_secrets_come_from_the_environment_and_from_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "old.whsec").write_text(f"{SECRET}\n")
    [source] = load(
        tmp_path,
        'sources: {shop: {tokens: ["env:TOKEN"], secrets: ["file:old.whsec"], says: [/shop, "/eu/*"], types: [login], rate: 7}}',
    )
    assert [token.get_secret_value() for token in source.tokens] == [TOKEN]
    assert [secret.get_secret_value() for secret in source.secrets] == [SECRET]
    assert (source.name, source.rate) == ("shop", 7)
    assert [source.may_use(each) for each in ("/shop", "/shop/1", "/eu/1", "/eu", "shop")] == [True, False, True, False, False]
    assert [source.may_send(each) for each in ("login", "feature.used")] == [True, False]
    assert TOKEN not in repr(source) and SECRET not in repr(source)


def test_a_source_that_says_nothing_of_it_speaks_under_its_own_name(tmp_path: Path) -> None:
    [source] = load(tmp_path, 'sources: {shop: {tokens: ["env:TOKEN"], types: all}}')
    assert [source.may_use(each) for each in ("shop", "/shop", "shop2")] == [True, False, False]
    assert source.may_send("customer.churned")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            'sources:\n  shop:\n    tokens: ["env:TOKEM"]\n    types: all',
            "FILE, source 'shop': the environment has no TOKEM; did you mean TOKEN?",
        ),
        (
            'sources: {shop: {tokens: ["file:nowhere"], types: all}}',
            "FILE, source 'shop': nowhere cannot be read (No such file or directory).",
        ),
        (
            f'sources: {{shop: {{tokens: ["{TOKEN}"], types: all}}}}',
            "FILE, source 'shop': a secret is written as env:NAME or file:PATH, so that this file can be shown to anyone.",
        ),
        (
            'sources: {shop: {tokens: ["env:SHORT"], types: all}}',
            "FILE, source 'shop': a token has at least 32 characters; 'openssl rand -hex 32' makes one.",
        ),
        (
            'sources: {shop: {secrets: ["env:WEAK"], types: all}}',
            "FILE, source 'shop': a Standard Webhooks secret is 'whsec_' and the base64 of at least 24 bytes; "
            "'echo whsec_$(openssl rand -base64 32)' makes one.",
        ),
        ("sources:\n  shop:\n    types: all", "FILE, line 2: sources.shop: needs 'tokens' or 'secrets': nobody is let in unknown."),
        ('sources:\n  shop: {tokens: ["env:TOKEN"]}', "FILE, line 2: sources.shop: needs 'types': the event types it may send, or 'all'."),
        (
            'sources:\n  shop:\n    tokens: ["env:TOKEN"]\n    types: [logim]',
            "FILE, line 4: sources.shop.types: 'logim' is no event type; did you mean login?",
        ),
        (
            'sources:\n  shop:\n    tokens: ["env:TOKEN"]\n    types: all\n    says: ["*"]',
            "FILE, line 5: sources.shop.says: 'says' names no part of 'evergreen:', which is our own, and is no bare '*'.",
        ),
        (
            'sources:\n  shop:\n    secrets: ["env:SECRET"]\n    reads: true',
            "FILE, line 2: sources.shop: 'reads' needs 'tokens': the record is read with a bearer token.",
        ),
        (
            'sources:\n  shop:\n    tokens: ["env:TOKEN"]\n    adapter: stripe\n    reads: true',
            "FILE, line 2: sources.shop: 'reads' goes with no 'adapter': give whoever reads a source of its own.",
        ),
        (
            'sources:\n  shop:\n    tokens: ["env:TOKEN"]\n    reads: perhaps',
            "FILE, line 4: sources.shop.reads: input should be a valid boolean, unable to interpret input.",
        ),
        (
            'sources:\n  a: {tokens: ["env:TOKEN"], types: all}\n  b: {tokens: ["env:TOKEN"], types: all}',
            "FILE: sources 'a' and 'b' have a secret in common; give each its own.",
        ),
    ],
    ids=["env", "file", "bare", "short", "weak", "unknown", "types", "type", "says", "read-signed", "read-adapter", "reads", "shared"],
)
def test_a_fault_is_told_with_its_place_and_no_secret(tmp_path: Path, text: str, fault: str) -> None:
    found = faults(tmp_path, text)
    assert found == [fault]
    assert not any(secret in fault for secret in ENVIRON.values())


def test_every_fault_of_a_file_is_told(tmp_path: Path) -> None:
    found = faults(tmp_path, 'sources:\n  a: {tokens: ["env:NO"], types: all}\n  b: {tokens: ["env:NEITHER"], types: all}')
    assert found == ["FILE, source 'a': the environment has no NO.", "FILE, source 'b': the environment has no NEITHER."]
