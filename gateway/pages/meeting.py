"""Coming to a meeting, or not; who of several says it is asked."""

from collections.abc import Mapping

from starlette.responses import Response

from activities.mail.links import Purpose
from gateway.pages.answer_store import subject_of
from gateway.pages.link_context import Visit
from gateway.pages.renderer import Paper
from gateway.pages.telling import MOMENT, Saying, Teller

_ANSWERS = ("accepted", "declined")


class Meeting:
    """Two buttons: yes and no. The event does not say who, for an address is personal data."""

    purpose = Purpose.MEETING

    def __init__(self, paper: Paper, teller: Teller) -> None:
        self._paper = paper
        self._teller = teller

    async def show(self, visit: Visit, asked: Mapping[str, str]) -> Response:
        """The question, with the clicked answer first."""
        return self._page(visit, _answer(asked), None)

    async def take(self, visit: Visit, form: Mapping[str, str]) -> Response:
        """Tell the answer."""
        answer, who = _answer(form), _who(visit, form)
        if who is None:
            return self._page(visit, answer, None, wrong=visit.words.meeting.no_who)
        if not answer:
            return self._page(visit, "", who, wrong=visit.words.meeting.no_answer)
        subject = subject_of("meeting", visit.link.customer, visit.link.touch, visit.link.contacts[who].casefold(), visit.link.about)
        await self._teller.tell(visit, [Saying(subject, f"meeting.{answer}", {"meeting": visit.link.about}, holds=MOMENT)])
        return self._page(visit, answer, who, sent=True)

    def _page(self, visit: Visit, answer: str, who: int | None, *, sent: bool = False, wrong: str = "") -> Response:
        words = visit.words.meeting
        labels = {"accepted": words.accept, "declined": words.decline}
        answers = sorted(labels.items(), key=lambda one: one[0] != answer)
        told = {"accepted": words.accepted, "declined": words.declined}.get(answer, "") if sent else ""
        return self._paper.page("meeting.html", visit, 422 if wrong else 200, answers=answers, who=who, told=told, wrong=wrong)


def _answer(told: Mapping[str, str]) -> str:
    answer = told.get("answer", "")
    return answer if answer in _ANSWERS else ""


def _who(visit: Visit, form: Mapping[str, str]) -> int | None:
    if len(visit.link.contacts) == 1:
        return 0
    places = {str(place): place for place in range(len(visit.link.contacts))}
    return places.get(form.get("who", ""))
