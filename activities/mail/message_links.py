"""Which links a message carries, and what each lets its reader say."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from activities.mail.links import LINK_LIFETIMES, MAX_TOKEN_LENGTH, Link, LinkCodec, Purpose
from activities.mail.wording import MAIL_WORDINGS
from lifecycle.domain.enums import Category, MilestoneKind, TouchKind
from lifecycle.domain.texts.languages import place_of, weekday_in
from lifecycle.domain.time.zones import local
from lifecycle.domain.touch import Touch
from lifecycle.playbook.playbook import Playbook


@dataclass(frozen=True)
class MessageLinks:
    """The addresses of one message's links; one that it does not carry is empty."""

    unsubscribe: str = ""
    preferences: str = ""
    answer: str = ""
    meeting: str = ""
    milestone: str = ""


class LinkBuilder:
    """Makes the links of messages. `public_url` is where customers reach the gateway; without it, or without secrets, messages carry none."""

    def __init__(self, public_url: str, secrets: Sequence[SecretStr]) -> None:
        self._public = public_url
        self._codec = LinkCodec(secrets) if public_url and secrets else None

    def build(self, touch: Touch, playbook: Playbook, uid: str = "", question: str = "") -> MessageLinks:
        """The links of this message, the same at every attempt.

        `playbook` is the version that the touch names, `uid` the meeting's in calendars, `question` what a survey asks in its own words.
        """
        # Where several read a message, one must not unsubscribe another, and a score is nobody's.
        alone = len(touch.to) == 1
        stop = self._token(touch, Purpose.UNSUBSCRIBE, touch.category.value) if alone and touch.category is not Category.OPERATIONAL else ""
        return MessageLinks(
            unsubscribe=self._url("unsubscribe", stop),
            preferences=self._url("preferences", stop),
            answer=self._answer(touch, question) if alone and touch.kind is TouchKind.SURVEY else "",
            meeting=self._meeting(touch, uid) if touch.kind is TouchKind.MEETING else "",
            milestone=self._milestone(touch, playbook) if alone and touch.kind is TouchKind.EMAIL else "",
        )

    def _answer(self, touch: Touch, question: str) -> str:
        return self._url("answer", self._token(touch, Purpose.ANSWER, survey_of(touch), question=question))

    def _meeting(self, touch: Touch, uid: str) -> str:
        token = self._token(touch, Purpose.MEETING, touch.template, expires=touch.ends, when=local_time(touch), uid=uid)
        return self._url("meeting", token)

    def _milestone(self, touch: Touch, playbook: Playbook) -> str:
        name = str(touch.values.get("milestone", {}).get("id") or "")
        milestone = playbook.milestones.get(name)
        # A functional milestone is measured: nobody's word makes it done.
        if milestone is None or milestone.kind is not MilestoneKind.CUSTOMER:
            return ""
        return self._url("milestone", self._token(touch, Purpose.MILESTONE, name))

    def _token(
        self,
        touch: Touch,
        purpose: Purpose,
        about: str,
        *,
        expires: datetime | None = None,
        when: str = "",
        uid: str = "",
        question: str = "",
    ) -> str:
        if self._codec is None:
            return ""
        link = Link(
            purpose=purpose,
            playbook=touch.playbook,
            customer=touch.customer,
            contacts=tuple(to.email for to in touch.to),
            about=about,
            touch=message_identity(touch),
            language=touch.language,
            expires=expires or touch.at + LINK_LIFETIMES[purpose],
            when=when,
            uid=uid,
            question=question,
        )
        token = self._codec.encode(link)
        # A crowd's addresses make no link that a server would take; its calendars have buttons of their own.
        return token if len(token) <= MAX_TOKEN_LENGTH else ""

    def _url(self, page: str, token: str) -> str:
        return f"{self._public}/{page}/{token}" if token else ""


def local_time(touch: Touch) -> str:
    """When its meeting is, by the customer's clock and in its language, with the place whose clock it is; empty where it has no time."""
    if touch.starts is None:
        return ""
    words, there = MAIL_WORDINGS.of(touch.language), local(touch.starts, touch.timezone)
    day, place = weekday_in(there.date(), words.language), place_of(touch.timezone, words.language)
    return words.meeting.when.format(day=day, time=f"{there:%H:%M}", place=place)


def survey_of(touch: Touch) -> str:
    """The survey that the touch asks for."""
    return str(touch.values.get("survey", {}).get("id") or touch.name)


def message_identity(touch: Touch) -> str:
    """What names this message to the world: the same for every attempt at the touch, and no word about the customer."""
    return identity_of(touch.key)


def identity_of(key: str) -> str:
    """What names the message of the touch of that key to the world."""
    return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
