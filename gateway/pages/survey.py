"""The survey page: answered by one click in the mail, with a comment if somebody has one."""

from collections.abc import Mapping

from starlette.responses import Response

from activities.mail.links import Purpose
from gateway.pages.answer_sender import AnswerSender, LinkAnswer
from gateway.pages.answer_store import subject_of
from gateway.pages.link_context import LinkContext
from gateway.pages.renderer import Renderer
from lifecycle.domain.texts.addresses import address_key

LONGEST_COMMENT = 500
"""Characters of a comment, as `survey.answered` has it."""


class SurveyPage:
    """The page opens with the score that was clicked; a script, or the button, sends it."""

    purpose = Purpose.ANSWER
    needs_form = True

    def __init__(self, renderer: Renderer, sender: AnswerSender) -> None:
        self._renderer = renderer
        self._sender = sender

    async def show(self, context: LinkContext, query: Mapping[str, str]) -> Response:
        """The question and its scale as the message had them, with the clicked score chosen."""
        return self._page(context, _score(context, query), "")

    async def submit(self, context: LinkContext, form: Mapping[str, str]) -> Response:
        """Tell score and comment."""
        score = _score(context, form)
        # A form sends a line's end as two characters, which its own box counts as one.
        comment = _printable(form.get("comment", ""))
        words = context.words.answer
        if score is None:
            return self._page(context, None, comment, wrong=words.no_score, at="score")
        if len(comment) > LONGEST_COMMENT:
            too_long = words.too_long.format(count=len(comment), most=LONGEST_COMMENT)
            return self._page(context, score, comment, wrong=too_long, at="comment")
        link = context.link
        subject = subject_of("answer", link.customer, link.touch, address_key(link.contacts[0]), link.about)
        if not comment:
            # The score alone, clicked once more, does not take back the comment that came with it.
            last = await self._sender.last(subject)
            comment = str(last.get("comment", "")) if last.get("score") == score else ""
        answer = LinkAnswer(subject, "survey.answered", {"survey": link.about, "score": score, "comment": comment})
        await self._sender.send(context, [answer])
        return self._page(context, score, form.get("comment", "").strip(), sent=True)

    def _page(
        self, context: LinkContext, score: int | None, comment: str, *, sent: bool = False, wrong: str = "", at: str = ""
    ) -> Response:
        words = context.words.answer
        scale = words.nps if context.link.about == "nps" else words.other
        return self._renderer.page(
            "survey.html",
            context,
            422 if wrong else 200,
            scale=scale,
            question=context.link.question or scale.legend,
            scores=_scores(context),
            name=context.said(context.playbook.surveys.get(context.link.about, "")) if context.playbook is not None else "",
            score=score,
            comment=comment,
            most=LONGEST_COMMENT,
            sent=sent,
            wrong=wrong,
            at=at,
        )


def _printable(text: str) -> str:
    """The text without characters that do not print, ends of lines apart."""
    return "".join(character for character in text.replace("\r\n", "\n") if character.isprintable() or character == "\n").strip()


def _scores(context: LinkContext) -> range:
    return range(11) if context.link.about == "nps" else range(1, 6)


def _score(context: LinkContext, fields: Mapping[str, str]) -> int | None:
    text = fields.get("score", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 and int(text) in _scores(context) else None
