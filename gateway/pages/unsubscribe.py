"""The pages to unsubscribe by one click (RFC 8058) and to choose categories of messages.

A link refuses and never allows: the message that it stands in may have been passed on, and who holds it need not be who it was
sent to. Somebody who wants messages again says so to a person, who tells `contact.opted_in`.
"""

from collections.abc import Mapping

from starlette.responses import Response

from activities.mail.links import Purpose
from gateway.pages.answer_sender import DOUBLE_CLICK, AnswerSender, LinkAnswer
from gateway.pages.answer_store import subject_of
from gateway.pages.link_context import LinkContext
from gateway.pages.opt_outs import OptOuts
from gateway.pages.renderer import Renderer
from lifecycle.domain.enums import Category
from lifecycle.domain.texts.addresses import address_key

OPTIONAL = (Category.SUCCESS, Category.SURVEY, Category.OFFER)
"""The categories that a contact may opt out of."""


class UnsubscribePage:
    """Any POST to the link unsubscribes, whatever its body: the mail program's, which is `List-Unsubscribe=One-Click`, and the page's own."""

    purpose = Purpose.UNSUBSCRIBE
    needs_form = False

    def __init__(self, renderer: Renderer, sender: AnswerSender) -> None:
        self._renderer = renderer
        self._sender = sender

    async def show(self, context: LinkContext, query: Mapping[str, str]) -> Response:
        """The question, and a button."""
        return self._page(context, done=False)

    async def submit(self, context: LinkContext, form: Mapping[str, str]) -> Response:
        """Opt out of the link's category."""
        await self._sender.send(context, [_refusal(context, Category(context.link.about))])
        return self._page(context, done=True)

    def _page(self, context: LinkContext, *, done: bool) -> Response:
        category, words = Category(context.link.about), context.words.unsubscribe
        sentence = (words.done if done else words.ask).of(category)
        return self._renderer.page("unsubscribe.html", context, done=done, sentence=sentence)


class PreferencesPage:
    """Every category that is still sent, to be refused, and what is refused already. It shows what the workflow knows, so a worker must run."""

    purpose = Purpose.UNSUBSCRIBE
    needs_form = True

    def __init__(self, renderer: Renderer, sender: AnswerSender, opt_outs: OptOuts) -> None:
        self._renderer = renderer
        self._sender = sender
        self._opt_outs = opt_outs

    async def show(self, context: LinkContext, query: Mapping[str, str]) -> Response:
        """What is sent now, and what is not."""
        return self._page(context, await self._wanted(context))

    async def submit(self, context: LinkContext, form: Mapping[str, str]) -> Response:
        """Tell what is refused from now on. What was refused before stays so, whatever the form says."""
        before = await self._wanted(context)
        wanted = {category for category in before if category.value in form and "nothing" not in form}
        await self._sender.send(context, [_refusal(context, category) for category in OPTIONAL if category in before - wanted])
        return self._page(context, wanted, saved=True)

    async def _wanted(self, context: LinkContext) -> set[Category]:
        return set(OPTIONAL) - set(await self._opt_outs.of(context.link.customer, context.link.contacts[0]))

    def _page(self, context: LinkContext, wanted: set[Category], *, saved: bool = False) -> Response:
        words = context.words.preferences
        labels = {Category.SUCCESS: words.success, Category.SURVEY: words.survey, Category.OFFER: words.offer}
        rows = [(category.value, labels[category]) for category in OPTIONAL if category in wanted]
        refused = [labels[category] for category in OPTIONAL if category not in wanted]
        return self._renderer.page("preferences.html", context, rows=rows, refused=refused, saved=saved)


def _refusal(context: LinkContext, category: Category) -> LinkAnswer:
    """The subject is the same whichever message the link came in and however it wrote the address, so that a second click is no second event."""
    key = address_key(context.link.contacts[0])
    return LinkAnswer(
        subject=subject_of("wish", context.link.customer, key, category.value),
        type="contact.opted_out",
        data={"category": category.value},
        email=key,
        same_for=DOUBLE_CLICK,
    )
