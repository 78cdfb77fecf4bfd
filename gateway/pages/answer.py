"""Answering a survey: by one click in the mail, and with words if somebody has some."""

from collections.abc import Mapping

from starlette.responses import Response

from activities.mail.links import Purpose
from gateway.pages.answer_store import subject_of
from gateway.pages.link_context import Visit
from gateway.pages.renderer import Paper
from gateway.pages.telling import Saying, Teller

MOST = 500
"""Characters of a comment, as `survey.answered` has it."""


class Answer:
    """The page opens with the score that was clicked; a script, or the button, sends it."""

    purpose = Purpose.ANSWER

    def __init__(self, paper: Paper, teller: Teller) -> None:
        self._paper = paper
        self._teller = teller

    async def show(self, visit: Visit, asked: Mapping[str, str]) -> Response:
        """The scale, with the clicked score chosen."""
        return self._page(visit, _score(visit, asked), "")

    async def take(self, visit: Visit, form: Mapping[str, str]) -> Response:
        """Tell score and words."""
        score = _score(visit, form)
        # A form sends a line's end as two characters, which its own box counts as one.
        comment = _typed(form.get("comment", ""))
        words = visit.words.answer
        if score is None:
            return self._page(visit, None, comment, wrong=words.no_score, at="score")
        if len(comment) > MOST:
            return self._page(visit, score, comment, wrong=words.too_long.format(count=len(comment), most=MOST), at="comment")
        subject = subject_of("answer", visit.link.customer, visit.link.touch, visit.link.contacts[0].casefold(), visit.link.about)
        if not comment:
            # The score alone, clicked once more, does not take back the words that came with it.
            last = await self._teller.last(subject)
            comment = str(last.get("comment", "")) if last.get("score") == score else ""
        await self._teller.tell(
            visit, [Saying(subject, "survey.answered", {"survey": visit.link.about, "score": score, "comment": comment})]
        )
        return self._page(visit, score, form.get("comment", "").strip(), sent=True)

    def _page(self, visit: Visit, score: int | None, comment: str, *, sent: bool = False, wrong: str = "", at: str = "") -> Response:
        nps = visit.link.about == "nps"
        return self._paper.page(
            "answer.html",
            visit,
            422 if wrong else 200,
            scale=visit.words.answer.nps if nps else visit.words.answer.other,
            scores=_scores(visit),
            score=score,
            comment=comment,
            most=MOST,
            sent=sent,
            wrong=wrong,
            at=at,
        )


def _typed(text: str) -> str:
    """What a person types: characters that print, and ends of lines."""
    return "".join(each for each in text.replace("\r\n", "\n") if each.isprintable() or each == "\n").strip()


def _scores(visit: Visit) -> range:
    return range(11) if visit.link.about == "nps" else range(1, 6)


def _score(visit: Visit, told: Mapping[str, str]) -> int | None:
    text = told.get("score", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 and int(text) in _scores(visit) else None
