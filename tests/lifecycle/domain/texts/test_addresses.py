"""One address has one form, and one that no message can carry has none that would be taken."""

import email_validator
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.domain.texts.addresses import address_key, known_address, read_address
from lifecycle.domain.texts.wire_addresses import can_be_reached, wire_address

ONE_FORM = {
    "a domain in its own letters and in ASCII": ["ana@müller.example", "ana@xn--mller-kva.example", "ana@XN--MLLER-KVA.example"],
    "a domain in capitals": ["ana@müller.example", "ana@MÜLLER.EXAMPLE"],
    "a letter and its mark apart": ["ana@müller.example", "ana@mu\u0308ller.example"],
    "a sharp s": ["ana@straße.example", "ana@xn--strae-oqa.example"],
    "capitals before the @": ["ana@acme.example", "Ana@acme.example", "ANA@ACME.EXAMPLE"],
    "spaces around it": ["ana@acme.example", "  ana@acme.example\t", "\u00a0ana@acme.example\u3000", "ana@acme.example\r\n"],
    "what shows nothing around it": ["ana@acme.example", "\ufeffana@acme.example\u200b", "\u202aana@acme.example\u202c"],
    "a full stop behind it": ["ana@acme.example", "ana@acme.example."],
    "quotes that it does not need": ["ana.silva@acme.example", '"ana.silva"@acme.example'],
    "full stops and letters of full width in the domain": ["ana@acme.example", "ana@ａｃｍｅ．ｅｘａｍｐｌｅ", "ana@acme。example"],
    "a joiner that belongs there": ["ana@نامه\u200cای.example", "ana@xn--mgba3gch31f060k.example", "Ana@XN--MGBA3GCH31F060K.example"],
    "a ligature in the domain": ["ana@firma.example", "ana@ﬁrma.example"],
}

SEVERAL = {
    "a sharp s and two": ["ana@straße.example", "ana@strasse.example"],
    "a final sigma and another": ["ana@σας.example", "ana@σασ.example"],
    "a letter with a mark and without": ["ana@müller.example", "ana@muller.example", "ana@mueller.example"],
    "what looks alike": ["ana@acme.example", "ana@аcme.example"],
    "a plus and what follows it": ["ana@acme.example", "ana+x@acme.example"],
    "full stops before the @": ["ana.silva@acme.example", "anasilva@acme.example"],
    "another domain": ["ana@acme.example", "ana@mail.acme.example"],
}

NO_MESSAGE_REACHES = {
    "two full stops": "a..b@acme.example",
    "a full stop before the @": "ana.@acme.example",
    "a full stop first": ".ana@acme.example",
    "two full stops in the domain": "ana@acme..example",
    "two behind it": "ana@acme.example..",
    "a URI": "mailto:ana@acme.example",
    "a URI in capitals": "MAILTO:ana@acme.example",
    "brackets": "<ana@acme.example>",
    "a name": "Ana Silva <ana@acme.example>",
    "two": "ana@acme.example,bo@acme.example",
    "two by a semicolon": "ana@acme.example; bo@acme.example",
    "letters beyond ASCII before the @": "josé@acme.example",
    "the same, letter and mark apart": "jose\u0301@acme.example",
    "a space in it": "ana silva@acme.example",
    "a space in its domain": "ana@acme .example",
    "a line break": "ana@acme.example\nBcc: bo@acme.example",
    "quotes that it needs": '"ana silva"@acme.example',
    "no dot": "ana@acme",
    "no domain": "ana@",
    "nobody": "@acme.example",
    "two @": "ana@bo@acme.example",
    "an @ of full width": "ana＠acme.example",
    "a label that begins with a hyphen": "ana@-acme.example",
    "a label that ends with one": "ana@acme-.example",
    "an underscore in its domain": "ana@ac_me.example",
    "a label of 64": f"ana@{'a' * 64}.example",
    "a local part of 65": f"{'a' * 65}@acme.example",
    "255 in all": f"ana@{'a.' * 122}example",
    "Punycode of nothing": "ana@xn--a.example",
    "Punycode that is half a domain": "ana@xn--straße.example",
    "a sign that IDNA 2008 has not": "ana@☃.example",
    "what shows nothing within": "ana@ac\u200bme.example",
    "a joiner that does not belong there": "ana@ac\u200cme.example",
    "a joiner in Punycode that does not belong there": "ana@xn--acme-yv9a.example",
    "an IP without brackets": "ana@192.0.2.1",
    "an IPv6 address": "ana@[IPv6:2001:db8::1]",
    "an encoded word": "=?utf-8?q?ana?=@acme.example",
    "a word": "ana",
    "nothing": "",
}


@pytest.mark.parametrize("forms", ONE_FORM.values(), ids=ONE_FORM)
def test_one_address_has_one_form(forms: list[str]) -> None:
    assert len({address_key(form) for form in forms}) == 1
    assert {address_key(read_address(form)) for form in forms} == {address_key(forms[0])}
    assert {read_address(form).lower() for form in forms} == {forms[0]}


@pytest.mark.parametrize("addresses", SEVERAL.values(), ids=SEVERAL)
def test_two_addresses_are_two(addresses: list[str]) -> None:
    assert len({address_key(address) for address in addresses}) == len(addresses)
    assert len({wire_address(read_address(address)) for address in addresses}) == len(addresses)


@pytest.mark.parametrize("text", NO_MESSAGE_REACHES.values(), ids=NO_MESSAGE_REACHES)
def test_what_no_message_can_be_sent_to_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is no email address") as refused:
        read_address(text)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 250


@pytest.mark.parametrize(
    "text",
    ["ana@acme.example", "o'brien+x@a-b.example", "ana@acme.local", "ana@acme.test", "ana@[192.0.2.1]", "ana@müller.example", "a@b.co"],
)
def test_what_a_message_can_be_sent_to_is_taken_as_it_is(text: str) -> None:
    assert read_address(text) == text
    assert can_be_reached(text)


def test_a_domain_goes_out_by_idna_2008() -> None:
    assert wire_address("Ana@straße.example") == "Ana@xn--strae-oqa.example"
    assert wire_address("ana@strasse.example") == "ana@strasse.example"


@pytest.mark.parametrize("text", ["josé@acme.example", "a..b@acme.example", "ana@ac_me.example"])
def test_an_address_by_which_somebody_is_known_is_kept_whether_or_not_a_message_reaches_it(text: str) -> None:
    assert known_address(f" {text} ") == text


@given(st.text(max_size=80) | st.emails())
def test_every_text_has_a_key_and_a_kept_address_keeps_its_own(text: str) -> None:
    assert address_key(address_key(text)) == address_key(text)
    try:
        kept = known_address(text)
    except ValueError:
        return
    assert known_address(kept) == kept
    assert address_key(kept) == address_key(text)


LABELS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,20}[A-Za-z0-9]", fullmatch=True)


@given(
    st.from_regex(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,66}", fullmatch=True),
    st.lists(LABELS, min_size=1, max_size=4),
    st.sampled_from(["example", "de", "1"]),
)
def test_the_quick_way_for_plain_addresses_says_what_the_library_says(local: str, labels: list[str], top: str) -> None:
    text = f"{local}@{'.'.join([*labels, top])}"
    try:
        found = email_validator.validate_email(text, allow_smtputf8=False, strict=True, check_deliverability=False)
    except email_validator.EmailSyntaxError:
        with pytest.raises(ValueError):
            read_address(text)
        return
    if "=?" not in local:
        assert read_address(text).lower() == found.normalized.lower()
        assert address_key(text) == str(found.ascii_email).lower()
