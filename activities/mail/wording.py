"""What messages say besides their templates, in the customer's language."""

from functools import lru_cache
from pathlib import Path

from activities.wordings import ByCategory, Wording, Words, in_language, read_wordings
from lifecycle.domain.model import Frozen


class SurveyWords(Frozen):
    """Around a survey's scores."""

    lead: Words
    link: Words
    nps: Words
    other: Words


class MeetingWords(Frozen):
    """Around an invitation's answers."""

    lead: Words
    accept: Words
    decline: Words


class MilestoneWords(Frozen):
    """Around the word that a milestone is reached."""

    lead: Words
    done: Words


class MailWording(Wording):
    """`reply` says how to hear less by replying, `stop` by a link."""

    reply: ByCategory
    stop: ByCategory
    choose: Words
    survey: SurveyWords
    meeting: MeetingWords
    milestone: MilestoneWords


@lru_cache(maxsize=1)
def wordings() -> dict[str, MailWording]:
    """Every language's words."""
    return read_wordings(Path(__file__).parent / "wording", MailWording)


def wording_of(language: str) -> MailWording:
    """The words in that language, or in English."""
    return in_language(wordings(), language)
