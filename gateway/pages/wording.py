"""The pages' texts, in the customer's language."""

from pathlib import Path

from activities.wordings import DEFAULT_LANGUAGE, ByCategory, Wording, Wordings, Words
from lifecycle.domain.model import Frozen


class Notice(Frozen):
    """A page with nothing but a title and a text."""

    title: Words
    text: Words


class LinkProblemWords(Frozen):
    """Why a link does nothing."""

    bad: Notice
    expired: Notice
    closed: Notice
    unavailable: Notice
    too_many: Notice
    unreadable: Notice


class UnsubscribeWords(Frozen):
    """The page to unsubscribe from one category."""

    title: Words
    ask: ByCategory
    button: Words
    done_title: Words
    done: ByCategory
    choose: Words


class CategoryWords(Frozen):
    """A category of messages: its name, and what it is for."""

    name: Words
    hint: Words


class PreferencesWords(Frozen):
    """The page to choose categories of messages."""

    title: Words
    legend: Words
    success: CategoryWords
    survey: CategoryWords
    offer: CategoryWords
    always: Words
    save: Words
    nothing: Words
    saved: Words
    refused: Words
    again: Words


class ScaleWords(Frozen):
    """One kind of survey: its question, and what the ends of its scale mean."""

    legend: Words
    lowest: Words
    highest: Words


class AnswerWords(Frozen):
    """The survey page."""

    title: Words
    nps: ScaleWords
    other: ScaleWords
    comment: Words
    comment_hint: Words
    send: Words
    sent: Words
    sent_hint: Words
    failed: Words
    no_score: Words
    too_long: Words


class MeetingWords(Frozen):
    """The meeting page."""

    title: Words
    when: Words
    who: Words
    no_who: Words
    no_answer: Words
    accept: Words
    decline: Words
    accepted: Words
    declined: Words
    change: Words
    moved: Notice
    cancelled: Notice


class MilestoneWords(Frozen):
    """The milestone page."""

    title: Words
    ask: Words
    button: Words
    done_title: Words
    done: Words
    not_yet: Words
    not_yet_title: Words
    not_yet_done: Words


class PageWording(Wording):
    """Every text of every page, in one language."""

    contact: Words
    wrong: Words
    problem: LinkProblemWords
    unsubscribe: UnsubscribeWords
    preferences: PreferencesWords
    answer: AnswerWords
    meeting: MeetingWords
    milestone: MilestoneWords


PAGE_WORDINGS = Wordings(Path(__file__).parent / "wording", PageWording)


def wording_for(accepted: str) -> PageWording:
    """The words for whoever sends that `Accept-Language`, where no link says the language."""
    wanted = [part.split(";")[0].strip()[:2].lower() for part in accepted.split(",")]
    return PAGE_WORDINGS.of(next((language for language in wanted if language in PAGE_WORDINGS.by_language), DEFAULT_LANGUAGE))
