"""A touch as a MIME message: headers, text, HTML, and the invitation if it is one."""

from collections.abc import Sequence
from email.errors import MessageError
from email.message import EmailMessage
from urllib.parse import quote

from pydantic import SecretStr

from activities.ledger.failures import Refused
from activities.ledger.playbook_store import PlaybookStore, PublishedPlaybook
from activities.mail.headers import OUTGOING_POLICY, mailbox, one_line
from activities.mail.invitation import build_icalendar
from activities.mail.message_links import LinkBuilder, MessageLinks, message_identity, survey_of
from activities.mail.rendering import Footer, LabelledLink, Question, RenderedMessage, render
from activities.mail.wording import MAIL_WORDINGS, MailWording
from lifecycle.domain.enums import Category, TouchKind
from lifecycle.domain.touch import Touch
from lifecycle.domain.zones import local
from lifecycle.playbook.policy import Company

_SCORES = {"nps": range(11)}
_OTHER_SCORES = range(1, 6)


class Composer:
    """Makes messages of touches, with the words of the playbook version that each touch names.

    With the address at which customers reach the gateway and the secrets of its links, messages carry links to it.
    """

    def __init__(self, playbooks: PlaybookStore, public_url: str = "", link_secrets: Sequence[SecretStr] = ()) -> None:
        self.playbooks = playbooks
        self._link_builder = LinkBuilder(public_url, link_secrets)

    def compose(self, touch: Touch) -> EmailMessage:
        """The whole message, the same at every attempt.

        Raises Refused if the touch or its template is faulty, NotNow if the playbook is not published.
        """
        published = self.playbooks.get(touch.playbook)
        company = published.playbook.company
        links = self._link_builder.build(touch, published.playbook)
        rendered = _render(touch, published, links)
        message = EmailMessage(policy=OUTGOING_POLICY)
        try:
            self._set_headers(message, touch, company, rendered.subject, links)
        except (ValueError, IndexError, MessageError):
            raise Refused("an address of this message is malformed: correct the contact's, the owner's or the company's") from None
        message.set_content(rendered.text, cte="quoted-printable")
        message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
        if touch.kind is TouchKind.MEETING:
            # Twice, as mail readers have it: the alternative offers its buttons, the attachment can be kept.
            calendar = build_icalendar(touch, company, rendered)
            message.add_alternative(calendar.decode(), subtype="calendar", cte="base64", params={"method": "REQUEST"})
            message.add_attachment(calendar, maintype="application", subtype="ics", filename="invite.ics")
        _set_boundaries(message, touch)
        return message

    def _set_headers(self, message: EmailMessage, touch: Touch, company: Company, subject: str, links: MessageLinks) -> None:
        if not touch.to:
            raise Refused("nobody to send it to")
        message["From"] = mailbox(company.name, company.email)
        message["To"] = [mailbox(to.name, to.email) for to in touch.to]
        owner = touch.values.get("owner", {})
        if owner.get("email"):
            message["Reply-To"] = mailbox(str(owner.get("name") or ""), str(owner["email"]))
        message["Subject"] = subject
        message["Date"] = local(touch.at, touch.timezone)
        message["Message-ID"] = f"<{message_identity(touch)}@{mailbox('', company.email).domain}>"
        message["Auto-Submitted"] = "auto-generated"
        if touch.kind is TouchKind.SURVEY:
            message["X-Evergreen-Survey"] = one_line(survey_of(touch))
        if touch.category is not Category.OPERATIONAL:
            link = links.unsubscribe
            by_mail = f"<mailto:{quote(company.email, safe='@')}?subject={quote(f'unsubscribe {touch.category.value}')}>"
            message["List-Unsubscribe"] = f"{by_mail}, <{link}>" if link else by_mail
            if link.startswith("https://"):
                message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _render(touch: Touch, published: PublishedPlaybook, links: MessageLinks) -> RenderedMessage:
    name = f"{touch.template}.{touch.language}"
    if name not in published.templates:
        name = touch.template
    if name not in published.templates:
        raise Refused(f"playbook {touch.playbook} has no template '{touch.template}'")
    company, words = published.playbook.company, MAIL_WORDINGS.of(touch.language)
    footer = Footer(
        company=company.name,
        url=company.url,
        stop="" if links.unsubscribe or touch.category is Category.OPERATIONAL else words.reply.of(touch.category),
        links=_stop_links(touch, links, words),
        language=words.language,
    )
    return render(name, published.templates[name], touch.values, footer, touch.language, _question(touch, links, words))


def _stop_links(touch: Touch, links: MessageLinks, words: MailWording) -> tuple[LabelledLink, ...]:
    if not links.unsubscribe:
        return ()
    return LabelledLink(words.stop.of(touch.category), links.unsubscribe), LabelledLink(words.choose, links.preferences)


def _question(touch: Touch, links: MessageLinks, words: MailWording) -> Question | None:
    if links.answer:
        scores = _SCORES.get(survey_of(touch), _OTHER_SCORES)
        return Question(
            lead=words.survey.lead,
            choices=tuple(LabelledLink(str(score), f"{links.answer}?score={score}") for score in scores),
            legend=words.survey.nps if survey_of(touch) in _SCORES else words.survey.other,
            in_text=LabelledLink(words.survey.link, links.answer),
        )
    if links.meeting:
        labels = {"accepted": words.meeting.accept, "declined": words.meeting.decline}
        return Question(
            words.meeting.lead, tuple(LabelledLink(label, f"{links.meeting}?answer={answer}") for answer, label in labels.items())
        )
    if links.milestone:
        return Question(words.milestone.lead, (LabelledLink(words.milestone.done, links.milestone),))
    return None


def _set_boundaries(message: EmailMessage, touch: Touch) -> None:
    """The library's own boundaries are random. No encoded part holds one of these: `=_` is no quoted-printable, `_` no base64."""
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{message_identity(touch)}_{number}")
