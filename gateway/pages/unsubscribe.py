"""Unsubscribing by one click (RFC 8058), and choosing what to hear."""

from collections.abc import Mapping

from starlette.responses import Response

from activities.mail.links import Purpose
from gateway.pages.answer_store import subject_of
from gateway.pages.link_context import Visit
from gateway.pages.opt_outs import Refusals
from gateway.pages.renderer import Paper
from gateway.pages.telling import MOMENT, Saying, Teller
from lifecycle.domain.enums import Category

REFUSABLE = (Category.SUCCESS, Category.SURVEY, Category.OFFER)


class Unsubscribe:
    """Any POST to the link unsubscribes: the mail program's, whose body is `List-Unsubscribe=One-Click`, and the page's own."""

    purpose = Purpose.UNSUBSCRIBE

    def __init__(self, paper: Paper, teller: Teller) -> None:
        self._paper = paper
        self._teller = teller

    async def show(self, visit: Visit, asked: Mapping[str, str]) -> Response:
        """The question, and a button."""
        return self._page(visit, done=False)

    async def take(self, visit: Visit, form: Mapping[str, str]) -> Response:
        """Opt out of the link's category."""
        await self._teller.tell(visit, [_wish(visit, Category(visit.link.about), wanted=False)])
        return self._page(visit, done=True)

    def _page(self, visit: Visit, *, done: bool) -> Response:
        category, words = Category(visit.link.about), visit.words.unsubscribe
        sentence = (words.done if done else words.ask).of(category)
        return self._paper.page("unsubscribe.html", visit, done=done, sentence=sentence)


class Preferences:
    """Every category on one page. It shows what the workflow knows, so it needs a worker to be there."""

    purpose = Purpose.UNSUBSCRIBE

    def __init__(self, paper: Paper, teller: Teller, refusals: Refusals) -> None:
        self._paper = paper
        self._teller = teller
        self._refusals = refusals

    async def show(self, visit: Visit, asked: Mapping[str, str]) -> Response:
        """What is sent now."""
        return self._page(visit, await self._wanted(visit))

    async def take(self, visit: Visit, form: Mapping[str, str]) -> Response:
        """Tell what is otherwise than before."""
        before = await self._wanted(visit)
        wanted = {category for category in REFUSABLE if category.value in form and "nothing" not in form}
        changed = [category for category in REFUSABLE if (category in wanted) != (category in before)]
        await self._teller.tell(visit, [_wish(visit, category, wanted=category in wanted) for category in changed])
        return self._page(visit, wanted, saved=True)

    async def _wanted(self, visit: Visit) -> set[Category]:
        return set(REFUSABLE) - set(await self._refusals.of(visit.link.customer, visit.link.contacts[0]))

    def _page(self, visit: Visit, wanted: set[Category], *, saved: bool = False) -> Response:
        words = visit.words.preferences
        told = {Category.SUCCESS: words.success, Category.SURVEY: words.survey, Category.OFFER: words.offer}
        rows = [(category.value, told[category], category in wanted) for category in REFUSABLE]
        return self._paper.page("preferences.html", visit, rows=rows, saved=saved)


def _wish(visit: Visit, category: Category, *, wanted: bool) -> Saying:
    """Of one subject whatever message it comes by, so that the last word counts."""
    email = visit.link.contacts[0]
    return Saying(
        subject=subject_of("wish", visit.link.customer, email.casefold(), category.value),
        type="contact.opted_in" if wanted else "contact.opted_out",
        data={"category": category.value},
        email=email,
        holds=MOMENT,
    )
