"""The word that a milestone is reached (R25)."""

from collections.abc import Mapping

from starlette.responses import Response

from activities.mail.links import Purpose
from gateway.pages.answer_store import subject_of
from gateway.pages.link_context import Visit
from gateway.pages.renderer import Paper
from gateway.pages.telling import Saying, Teller


class Milestone:
    """One button: yes, it is done."""

    purpose = Purpose.MILESTONE

    def __init__(self, paper: Paper, teller: Teller) -> None:
        self._paper = paper
        self._teller = teller

    async def show(self, visit: Visit, asked: Mapping[str, str]) -> Response:
        """The question."""
        return self._page(visit, done=False)

    async def take(self, visit: Visit, form: Mapping[str, str]) -> Response:
        """Tell that it is done."""
        link = visit.link
        subject = subject_of("milestone", link.customer, link.touch, link.contacts[0].casefold(), link.about)
        await self._teller.tell(visit, [Saying(subject, "milestone.reached", {"milestone": link.about})])
        return self._page(visit, done=True)

    def _page(self, visit: Visit, *, done: bool) -> Response:
        known = visit.playbook.milestones.get(visit.link.about) if visit.playbook is not None else None
        name = known.name if known is not None and known.name else visit.link.about
        return self._paper.page("milestone.html", visit, name=name, done=done)
