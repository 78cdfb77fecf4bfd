"""Links: nobody makes, alters or reads one, and each is for one purpose."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from activities.mail.links import BadLink, Link, LinkCodec, Purpose

OLD, NEW = SecretStr("a-link-secret-that-nobody-could-guess"), SecretStr("another-secret-that-nobody-could-guess")
ENDS = datetime(2026, 4, 1, 12, 30, 15, tzinfo=UTC)

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
LINKS = st.builds(
    Link,
    purpose=st.sampled_from(Purpose),
    playbook=WORDS,
    customer=WORDS,
    contacts=st.lists(WORDS, max_size=5).map(tuple),
    about=WORDS,
    touch=WORDS,
    language=WORDS,
    expires=st.integers(31_536_000, 6_900_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    when=WORDS,
)


def a_link(purpose: Purpose = Purpose.ANSWER) -> Link:
    return Link(
        purpose=purpose,
        playbook="standard@1",
        customer="acme",
        contacts=("ana@acme.example",),
        about="nps",
        touch="m1",
        language="en",
        expires=ENDS,
    )


@given(LINKS)
def test_a_link_is_read_as_it_was_made_and_is_made_the_same_each_time(link: Link) -> None:
    token = LinkCodec([OLD]).encode(link)
    assert LinkCodec([OLD]).decode(token, link.purpose) == link
    assert LinkCodec([OLD]).encode(link) == token
    assert token.isascii() and token.replace("-", "").replace("_", "").isalnum()


@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_link_with_one_bit_changed_is_no_link(place: int, bit: int) -> None:
    token = LinkCodec([OLD]).encode(a_link())
    sealed = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(BadLink):
        LinkCodec([OLD]).decode(base64.urlsafe_b64encode(bytes(sealed)).decode(), Purpose.ANSWER)


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_nobody_makes_a_link_without_the_secret(token: str) -> None:
    for purpose in Purpose:
        with pytest.raises(BadLink):
            LinkCodec([OLD]).decode(token, purpose)


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose is not Purpose.ANSWER])
def test_a_link_for_one_purpose_serves_no_other(purpose: Purpose) -> None:
    with pytest.raises(BadLink):
        LinkCodec([OLD]).decode(LinkCodec([OLD]).encode(a_link()), purpose)


def test_the_first_secret_makes_links_and_all_of_them_read_until_one_is_taken_away() -> None:
    before, after = LinkCodec([OLD]).encode(a_link()), LinkCodec([NEW, OLD]).encode(a_link())
    assert before != after == LinkCodec([NEW]).encode(a_link())
    assert LinkCodec([NEW, OLD]).decode(before, Purpose.ANSWER) == a_link()
    with pytest.raises(BadLink):
        LinkCodec([NEW]).decode(before, Purpose.ANSWER)
    with pytest.raises(BadLink):
        LinkCodec([]).decode(before, Purpose.ANSWER)


def test_a_link_is_over_at_its_last_second() -> None:
    link = a_link()
    assert (link.is_expired(ENDS - timedelta(microseconds=1)), link.is_expired(ENDS)) == (False, True)


def test_what_is_longer_than_any_link_is_not_even_decoded() -> None:
    with pytest.raises(BadLink):
        LinkCodec([OLD]).decode("A" * 10_000_000, Purpose.ANSWER)
