"""What messages say besides their templates, in the customer's language."""

from pathlib import Path

from activities.wordings import ByCategory, Wording, Wordings, Words
from lifecycle.domain.model import Frozen


class SurveyWords(Frozen):
    """Around a survey's scores."""

    lead: Words
    link: Words
    nps: Words
    other: Words


class MeetingWords(Frozen):
    """When a meeting is, what stands around an invitation's answers, and of a meeting that will not be."""

    when: Words
    lead: Words
    accept: Words
    decline: Words
    cancelled_subject: Words
    cancelled: Words


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


MAIL_WORDINGS = Wordings(Path(__file__).parent / "wording", MailWording)
