"""The milestone page, on which a person says that a milestone is reached (R25), or not yet."""

from collections.abc import Mapping

from starlette.responses import Response

from activities.mail.links import Purpose
from gateway.pages.answer_sender import AnswerSender, LinkAnswer
from gateway.pages.answer_store import subject_of
from gateway.pages.link_context import LinkContext
from gateway.pages.renderer import Renderer
from lifecycle.domain.texts.addresses import address_key

_DONE, _NOT_YET = "done", "not-yet"


class MilestonePage:
    """Two buttons: yes, it is done, which tells `milestone.reached`; and not yet, which tells nothing, for a milestone that is not reached is none."""

    purpose = Purpose.MILESTONE
    needs_form = True

    def __init__(self, renderer: Renderer, sender: AnswerSender) -> None:
        self._renderer = renderer
        self._sender = sender

    async def show(self, context: LinkContext, query: Mapping[str, str]) -> Response:
        """The question."""
        return self._page(context)

    async def submit(self, context: LinkContext, form: Mapping[str, str]) -> Response:
        """Tell that the milestone is reached, or thank whoever says that it is not."""
        # A form without an answer is the one button of an earlier release's page.
        said = form.get("answer", _DONE)
        if said != _DONE:
            return self._page(context, _NOT_YET if said == _NOT_YET else "")
        link = context.link
        subject = subject_of("milestone", link.customer, link.touch, address_key(link.contacts[0]), link.about)
        await self._sender.send(context, [LinkAnswer(subject, "milestone.reached", {"milestone": link.about})])
        return self._page(context, _DONE)

    def _page(self, context: LinkContext, said: str = "") -> Response:
        milestone = context.playbook.milestones.get(context.link.about) if context.playbook is not None else None
        name = context.said(milestone.name) if milestone is not None else ""
        name = name or context.link.about
        return self._renderer.page("milestone.html", context, name=name, said=said)
