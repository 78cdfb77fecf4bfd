"""A touch as a MIME message: headers, text, HTML, and the invitation if it is one."""

from collections.abc import Sequence
from email.errors import MessageError
from email.message import EmailMessage
from urllib.parse import quote

from pydantic import SecretStr

from activities.ledger.failures import Refused
from activities.ledger.playbook_store import PlaybookStore, Published
from activities.mail.headers import WIRE, mailbox, one_line
from activities.mail.invitation import invitation
from activities.mail.message_links import Carried, MailLinks, identity, survey_of
from activities.mail.rendering import Choice, Footer, Question, Rendered, render
from activities.mail.wording import MAIL_WORDINGS, MailWording
from lifecycle.domain.enums import Category, TouchKind
from lifecycle.domain.touch import Touch
from lifecycle.domain.zones import local
from lifecycle.playbook.playbook import Company

_SCORES = {"nps": range(11)}
_OTHER_SCORES = range(1, 6)


class Composer:
    """Makes messages of touches, with the words of the playbook version that each touch names.

    With the address at which customers reach the gateway and the secrets of its links, messages carry links to it.
    """

    def __init__(self, playbooks: PlaybookStore, public_url: str = "", link_secrets: Sequence[SecretStr] = ()) -> None:
        self.playbooks = playbooks
        self.links = MailLinks(public_url, link_secrets)

    def message(self, touch: Touch) -> EmailMessage:
        """The whole message, the same at every attempt.

        Raises Refused if the touch or its template is faulty, NotNow if the playbook is not published.
        """
        published = self.playbooks.get(touch.playbook)
        company = published.playbook.company
        carried = self.links.of(touch, published.playbook)
        rendered = _render(touch, published, carried)
        message = EmailMessage(policy=WIRE)
        try:
            self._head(message, touch, company, rendered.subject, carried)
        except (ValueError, IndexError, MessageError):
            raise Refused("an address of this message is malformed: correct the contact's, the owner's or the company's") from None
        message.set_content(rendered.text, cte="quoted-printable")
        message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
        if touch.kind is TouchKind.MEETING:
            # Twice, as mail readers have it: the alternative offers its buttons, the attachment can be kept.
            calendar = invitation(touch, company, rendered)
            message.add_alternative(calendar.decode(), subtype="calendar", cte="base64", params={"method": "REQUEST"})
            message.add_attachment(calendar, maintype="application", subtype="ics", filename="invite.ics")
        _set_boundaries(message, touch)
        return message

    def _head(self, message: EmailMessage, touch: Touch, company: Company, subject: str, carried: Carried) -> None:
        if not touch.to:
            raise Refused("nobody to send it to")
        message["From"] = mailbox(company.name, company.email)
        message["To"] = [mailbox(to.name, to.email) for to in touch.to]
        owner = touch.values.get("owner", {})
        if owner.get("email"):
            message["Reply-To"] = mailbox(str(owner.get("name") or ""), str(owner["email"]))
        message["Subject"] = subject
        message["Date"] = local(touch.at, touch.timezone)
        message["Message-ID"] = f"<{identity(touch)}@{mailbox('', company.email).domain}>"
        message["Auto-Submitted"] = "auto-generated"
        if touch.kind is TouchKind.SURVEY:
            message["X-Evergreen-Survey"] = one_line(survey_of(touch))
        if touch.category is not Category.OPERATIONAL:
            link = carried.unsubscribe
            by_mail = f"<mailto:{quote(company.email, safe='@')}?subject={quote(f'unsubscribe {touch.category.value}')}>"
            message["List-Unsubscribe"] = f"{by_mail}, <{link}>" if link else by_mail
            if link.startswith("https://"):
                message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _render(touch: Touch, published: Published, carried: Carried) -> Rendered:
    name = f"{touch.template}.{touch.language}"
    if name not in published.templates:
        name = touch.template
    if name not in published.templates:
        raise Refused(f"playbook {touch.playbook} has no template '{touch.template}'")
    company, words = published.playbook.company, MAIL_WORDINGS.of(touch.language)
    footer = Footer(
        company=company.name,
        url=company.url,
        stop="" if carried.unsubscribe or touch.category is Category.OPERATIONAL else words.reply.of(touch.category),
        links=_stop_links(touch, carried, words),
        language=words.language,
    )
    return render(name, published.templates[name], touch.values, footer, touch.language, _question(touch, carried, words))


def _stop_links(touch: Touch, carried: Carried, words: MailWording) -> tuple[Choice, ...]:
    if not carried.unsubscribe:
        return ()
    return Choice(words.stop.of(touch.category), carried.unsubscribe), Choice(words.choose, carried.preferences)


def _question(touch: Touch, carried: Carried, words: MailWording) -> Question | None:
    if carried.answer:
        scores = _SCORES.get(survey_of(touch), _OTHER_SCORES)
        return Question(
            lead=words.survey.lead,
            choices=tuple(Choice(str(score), f"{carried.answer}?score={score}") for score in scores),
            legend=words.survey.nps if survey_of(touch) in _SCORES else words.survey.other,
            in_text=Choice(words.survey.link, carried.answer),
        )
    if carried.meeting:
        told = {"accepted": words.meeting.accept, "declined": words.meeting.decline}
        return Question(words.meeting.lead, tuple(Choice(label, f"{carried.meeting}?answer={answer}") for answer, label in told.items()))
    if carried.milestone:
        return Question(words.milestone.lead, (Choice(words.milestone.done, carried.milestone),))
    return None


def _set_boundaries(message: EmailMessage, touch: Touch) -> None:
    """The library's own boundaries are random. No encoded part holds one of these: `=_` is no quoted-printable, `_` no base64."""
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{identity(touch)}_{number}")
