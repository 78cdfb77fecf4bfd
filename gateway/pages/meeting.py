"""The meeting page: accept or decline; with several people invited it asks who answers. Of one that was moved or cancelled it says so."""

import asyncio
from collections.abc import Mapping

from starlette.responses import Response

from activities.ledger.invitations import Invitations
from activities.mail.links import Purpose
from gateway.pages.answer_sender import DOUBLE_CLICK, AnswerSender, LinkAnswer
from gateway.pages.answer_store import subject_of
from gateway.pages.link_context import LinkContext
from gateway.pages.renderer import Renderer
from gateway.pages.wording import Notice
from lifecycle.domain.texts.addresses import address_key

_ANSWERS = ("accepted", "declined")


class MeetingPage:
    """Two buttons: yes and no. The event does not say who, for an address is personal data."""

    purpose = Purpose.MEETING
    needs_form = True

    def __init__(self, renderer: Renderer, sender: AnswerSender, invitations: Invitations) -> None:
        self._renderer = renderer
        self._sender = sender
        self._invitations = invitations

    async def show(self, context: LinkContext, query: Mapping[str, str]) -> Response:
        """The question, with the clicked answer first."""
        if (notice := await self._notice(context)) is not None:
            return self._renderer.notice(notice, context, 410)
        return self._page(context, _answer(query), None)

    async def submit(self, context: LinkContext, form: Mapping[str, str]) -> Response:
        """Tell the answer."""
        if (notice := await self._notice(context)) is not None:
            return self._renderer.notice(notice, context, 410)
        answer, who = _answer(form), _who(context, form)
        if who is None:
            return self._page(context, answer, None, wrong=context.words.meeting.no_who)
        if not answer:
            return self._page(context, "", who, wrong=context.words.meeting.no_answer)
        link = context.link
        subject = subject_of("meeting", link.customer, link.touch, address_key(link.contacts[who]), link.about)
        await self._sender.send(context, [LinkAnswer(subject, f"meeting.{answer}", {"meeting": link.about}, same_for=DOUBLE_CLICK)])
        return self._page(context, answer, who, sent=True)

    async def _notice(self, context: LinkContext) -> Notice | None:
        """What has become of the meeting that the link's message was about: another message has moved it, or it is cancelled; None if it stands."""
        link = context.link
        kept = await asyncio.to_thread(self._invitations.find, link.uid) if link.uid else None
        if kept is None or not kept.message or kept.message == link.touch:
            return None
        if kept.cancelled:
            return context.words.meeting.cancelled
        moved = context.words.meeting.moved
        return Notice(title=moved.title, text=moved.text.format(when=kept.local_time))

    def _page(self, context: LinkContext, answer: str, who: int | None, *, sent: bool = False, wrong: str = "") -> Response:
        words = context.words.meeting
        labels = {"accepted": words.accept, "declined": words.decline}
        answers = sorted(labels.items(), key=lambda label: label[0] != answer)
        done = {"accepted": words.accepted, "declined": words.declined}.get(answer, "") if sent else ""
        name = context.said(context.playbook.meetings.get(context.link.about, "")) if context.playbook is not None else ""
        status = 422 if wrong else 200
        return self._renderer.page("meeting.html", context, status, name=name, answers=answers, who=who, done=done, wrong=wrong)


def _answer(fields: Mapping[str, str]) -> str:
    answer = fields.get("answer", "")
    return answer if answer in _ANSWERS else ""


def _who(context: LinkContext, form: Mapping[str, str]) -> int | None:
    """The number of the contact who answers, None if the form does not say."""
    if len(context.link.contacts) == 1:
        return 0
    numbers = {str(number): number for number in range(len(context.link.contacts))}
    return numbers.get(form.get("who", ""))
