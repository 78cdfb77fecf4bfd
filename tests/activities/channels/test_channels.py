"""The table of channels: every kind of touch has one, and one that has none is named."""

import pytest

from activities.channels import CHANNELS, activity_of, channels_by_kind
from activities.channels.email import EmailChannel
from lifecycle.domain.enums import TouchKind


class SecondEmailChannel(EmailChannel):
    pass


def test_every_kind_of_touch_has_a_channel_and_every_channel_an_activity() -> None:
    assert {kind: activity_of(kind) for kind in TouchKind} == {channel.kind: channel.perform for channel in CHANNELS}


@pytest.mark.parametrize("kind", TouchKind)
def test_a_kind_of_touch_without_a_channel_is_named(kind: TouchKind) -> None:
    others = [channel for channel in CHANNELS if channel.kind is not kind]
    with pytest.raises(TypeError, match=f"^no channel does touches of kind '{kind.value}': write one in activities/channels/"):
        channels_by_kind(others)


def test_a_kind_of_touch_with_two_channels_is_named() -> None:
    with pytest.raises(TypeError, match=r"^touch kind 'email' has two channels, EmailChannel and SecondEmailChannel$"):
        channels_by_kind([*CHANNELS, SecondEmailChannel])
