"""A touch as a MIME message: headers, text, HTML, and the invitation if it is one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from pydantic import SecretStr

from activities.ledger.failures import Refused
from activities.ledger.published.people_store import PeopleStore
from activities.ledger.published.playbook_store import PlaybookStore, PublishedPlaybook
from activities.mail.headers import Header, Mailbox, date_header, literal_header, mailbox, mailboxes_header, text_header
from activities.mail.invitation import build_icalendar, method_of
from activities.mail.meeting_uids import MeetingUids
from activities.mail.message_links import LinkBuilder, MessageLinks, local_time, message_identity, survey_of
from activities.mail.mime import OutgoingMessage, Unserialisable, build_body, serialise
from activities.mail.redirection import marked, redirected_header
from activities.mail.rendering.markdown import BLUE
from activities.mail.rendering.rendering import Footer, LabelledLink, Question, RenderedMessage, question_of, render
from activities.mail.wording import MAIL_WORDINGS, MailWording
from lifecycle.domain.enums import Category, TouchKind
from lifecycle.domain.texts.languages import said_somehow
from lifecycle.domain.texts.text import one_line
from lifecycle.domain.texts.wire_addresses import can_be_reached
from lifecycle.domain.time.zones import local
from lifecycle.domain.touch import Recipient, Touch
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.policy import Brand, Company, Sender

_SCORES = {"nps": range(11)}
_OTHER_SCORES = range(1, 6)


class Composer:
    """Makes messages of touches, with the words of the playbook version that each touch names.

    With the address at which customers reach the gateway and the secrets of its links, messages carry links to it. `uids` names
    the meetings of invitations. With a `redirect` every message goes to that address alone, and says whom it was for.
    """

    def __init__(
        self,
        playbooks: PlaybookStore,
        people: PeopleStore,
        uids: MeetingUids,
        public_url: str = "",
        link_secrets: Sequence[SecretStr] = (),
        redirect: str = "",
    ) -> None:
        self.playbooks = playbooks
        self.people = people
        self.redirect = redirect
        self.uids = uids
        self._link_builder = LinkBuilder(public_url, link_secrets)

    def compose(self, touch: Touch) -> OutgoingMessage:
        """The whole message, the same at every attempt.

        Raises Refused if the touch or its template is faulty or cannot be written as it was meant, NotNow if the playbook is
        not published.
        """
        published = self.playbooks.get(touch.playbook)
        company = published.playbook.company
        touch = _with_owner_of_now(touch, self.people)
        people = _find_people(touch, company)
        touch = replace(touch, to=people.reached)
        uid = self.uids.uid(touch, company) if touch.kind is TouchKind.MEETING else ""
        links = MessageLinks() if touch.cancels else self._link_builder.build(touch, published.playbook, uid, _asked(touch, published))
        rendered = _render_cancellation(touch, published.playbook) if touch.cancels else _render(touch, published, links)
        calendar = build_icalendar(touch, company, rendered, uid) if uid else None
        message_id = f"<{message_identity(touch)}@{people.sender.domain}>"
        try:
            headers = self._headers(touch, people, rendered.subject, message_id, links)
            content = serialise(headers, build_body(rendered.text, rendered.html, calendar, message_identity(touch), method_of(touch)))
        except Unserialisable as fault:
            raise Refused(f"the message cannot be written: {fault}") from None
        except ValueError as fault:
            raise Refused(f"the message cannot be written: {type(fault).__name__}: {fault}") from None
        return OutgoingMessage(
            sender=people.sender.address,
            recipients=(self.redirect,) if self.redirect else tuple(person.address for person in people.to),
            message_id=message_id,
            subject=marked(rendered.subject, people.to) if self.redirect else rendered.subject,
            content=content,
            unreached=people.unreached,
            redirected=self.redirect,
        )

    def _headers(self, touch: Touch, people: "_People", subject: str, message_id: str, links: MessageLinks) -> list[Header]:
        if not self.redirect:
            return [*_headers(touch, people, subject, message_id), *_list_headers(touch, people, links)]
        # Without the list's: a mail program that unsubscribes by itself would opt the customer out.
        headers = _headers(touch, people, marked(subject, people.to), message_id)
        return [redirected_header(self.redirect) if header.name == "To" else header for header in headers]


def _with_owner_of_now(touch: Touch, people: PeopleStore) -> Touch:
    """The touch with the owner's name as the directory has it now."""
    owner = touch.values.get("owner", {})
    directory = people.newest() if owner.get("email") else None
    known = directory.find(str(owner["email"])) if directory is not None else None
    if known is None:
        return touch
    return replace(touch, values=touch.values | {"owner": owner | {"name": known.name, "first_name": known.called}})


@dataclass(frozen=True)
class _People:
    sender: Mailbox
    to: tuple[Mailbox, ...]
    reply_to: Mailbox | None
    reached: list[Recipient]
    unreached: tuple[str, ...]


def _find_people(touch: Touch, company: Company) -> _People:
    """Everybody whose address can stand in a header. One who has another keeps the message from nobody else."""
    owner = touch.values.get("owner", {})
    name = str(owner.get("name") or "") if company.sender is Sender.OWNER else ""
    reached = [person for person in touch.to if can_be_reached(one_line(person.email))]
    try:
        owners = mailbox(str(owner.get("name") or ""), str(owner["email"])) if owner.get("email") else None
        people = _People(
            sender=mailbox(name or company.name, company.email),
            to=tuple(mailbox(person.name, person.email) for person in reached or touch.to),
            reply_to=mailbox(company.name, company.reply_to) if company.reply_to else owners,
            reached=reached,
            unreached=tuple(one_line(person.name) for person in touch.to if person not in reached),
        )
    except ValueError:
        raise Refused("an address of this message is malformed: correct the contact's, the owner's or the company's") from None
    if not people.to:
        raise Refused("nobody to send it to")
    return people


def _headers(touch: Touch, people: _People, subject: str, message_id: str) -> Iterator[Header]:
    yield mailboxes_header("From", [people.sender])
    yield mailboxes_header("To", people.to)
    if people.reply_to is not None:
        yield mailboxes_header("Reply-To", [people.reply_to])
    yield text_header("Subject", subject)
    yield date_header("Date", local(touch.at, touch.timezone))
    yield literal_header("Message-ID", message_id)
    yield literal_header("Auto-Submitted", "auto-generated")
    if touch.kind is TouchKind.SURVEY:
        yield text_header("X-Evergreen-Survey", survey_of(touch))


def _list_headers(touch: Touch, people: _People, links: MessageLinks) -> Iterator[Header]:
    if touch.category is Category.OPERATIONAL:
        return
    by_mail = f"<mailto:{quote(people.sender.address, safe='@')}?subject={quote(f'unsubscribe {touch.category.value}')}>"
    yield literal_header("List-Unsubscribe", by_mail, *([f"<{links.unsubscribe}>"] if links.unsubscribe else []))
    if links.unsubscribe.startswith("https://"):
        yield literal_header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")


def _asked(touch: Touch, published: PublishedPlaybook) -> str:
    """What a survey asks in its own words; empty for any other message."""
    if touch.kind is not TouchKind.SURVEY:
        return ""
    name = _template_of(touch, published)
    return question_of(name, published.templates[name], touch.values)


def _template_of(touch: Touch, published: PublishedPlaybook) -> str:
    for name in (f"{touch.template}.{touch.language}", touch.template):
        if name in published.templates:
            return name
    raise Refused(f"playbook {touch.playbook} has no template '{touch.template}'")


def _render(touch: Touch, published: PublishedPlaybook, links: MessageLinks) -> RenderedMessage:
    name = _template_of(touch, published)
    words = MAIL_WORDINGS.of(touch.language)
    footer = replace(
        _footer(touch, published.playbook, words),
        stop="" if links.unsubscribe or touch.category is Category.OPERATIONAL else words.reply.of(touch.category),
        links=_stop_links(touch, links, words),
    )
    return render(name, published.templates[name], touch.values, footer, touch.language, _question(touch, links, words))


def _footer(touch: Touch, playbook: Playbook, words: MailWording) -> Footer:
    company, brand = playbook.company, playbook.brand or Brand()
    return Footer(
        company=company.name,
        url=company.url,
        language=words.language,
        logo=brand.logo or "",
        colour=brand.colour or BLUE,
        address=said_somehow(brand.address, touch.language, playbook.language),
        legal=said_somehow(brand.legal, touch.language, playbook.language),
    )


def _render_cancellation(touch: Touch, playbook: Playbook) -> RenderedMessage:
    words = MAIL_WORDINGS.of(touch.language)
    subject = words.meeting.cancelled_subject.format(subject=touch.text)
    text = words.meeting.cancelled.format(when=local_time(touch))
    source = "Subject: {{ meeting.subject }}\n\n{{ meeting.text }}\n"
    footer = _footer(touch, playbook, words)
    return render("cancellation", source, {"meeting": {"subject": subject, "text": text}}, footer, words.language)


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
        accept = LabelledLink(words.meeting.accept, f"{links.meeting}?answer=accepted", sign="✓")
        decline = LabelledLink(words.meeting.decline, f"{links.meeting}?answer=declined", sign="✕", says_no=True)
        return Question(words.meeting.lead, (accept, decline))
    if links.milestone:
        return Question(words.milestone.lead, (LabelledLink(words.milestone.done, links.milestone),))
    return None
