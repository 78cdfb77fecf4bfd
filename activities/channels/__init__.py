"""The channels, one file a kind of touch. A new kind is entered here and has a file of its own beside this one.

Without a URL setting of its own it goes to the webhook of its name in EVERGREEN_WEBHOOKS, or into the outbox.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from activities.channels.channel import Channel
from activities.channels.email import EmailChannel
from activities.channels.escalate import EscalateChannel
from activities.channels.meeting import MeetingChannel
from activities.channels.offer import OfferChannel
from activities.channels.survey import SurveyChannel
from activities.channels.task import TaskChannel
from activities.channels.webhook import WebhookChannel
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Receipt, Touch

CHANNELS: tuple[type[Channel], ...] = (
    EmailChannel,
    SurveyChannel,
    MeetingChannel,
    TaskChannel,
    EscalateChannel,
    OfferChannel,
    WebhookChannel,
)


def channels_by_kind(channels: Iterable[type[Channel]]) -> Mapping[TouchKind, type[Channel]]:
    """The channel of every kind. Raises TypeError with a sentence that names the kinds that have none, or more than one."""
    by_kind: dict[TouchKind, type[Channel]] = {}
    for channel in channels:
        if channel.kind in by_kind:
            raise TypeError(f"touch kind '{channel.kind.value}' has two channels, {by_kind[channel.kind].__name__} and {channel.__name__}")
        by_kind[channel.kind] = channel
    if missing := [f"'{kind.value}'" for kind in TouchKind if kind not in by_kind]:
        raise TypeError(
            f"no channel does touches of kind {' and '.join(missing)}: write one in activities/channels/ and enter it in CHANNELS"
        )
    return by_kind


_CHANNEL_OF = channels_by_kind(CHANNELS)


def activity_of(kind: TouchKind) -> Callable[[Channel, Touch], Awaitable[Receipt]]:
    """The Temporal activity that does touches of that kind, as the function that a workflow names it by."""
    return _CHANNEL_OF[kind].perform
