"""The report as a mail to people of ours: to each address once for a period, whichever playbook or schedule asks for it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from activities.ledger.failures import Refused
from activities.mail.headers import Header, date_header, literal_header, mailbox, mailboxes_header, text_header
from activities.mail.message_links import message_identity
from activities.mail.mime import AttachedPage, OutgoingMessage, Unserialisable, build_body, serialise
from activities.mail.redirection import marked, redirected_header
from activities.reports.measures import slug
from activities.reports.page.page import page_of
from activities.reports.page.summary import html_of, text_of
from activities.reports.report import Report
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.people.directory import Directory, Person
from lifecycle.domain.people.workplaces import mark_of
from lifecycle.domain.time.zones import local
from lifecycle.domain.touch import LIST, Recipient, Touch
from lifecycle.playbook.policy import Company, Reports

PLAY = "portfolio-report"
"""The play of its touches, which is none of a playbook's."""

WAITS = timedelta(days=14)
"""How long a report that cannot be mailed is worth mailing."""


def addressees(reports: Reports, directory: Directory | None) -> tuple[list[Person], list[str]]:
    """Everybody who holds one of the roles, each once, and the roles that nobody holds."""
    if directory is None:
        return [], list(reports.to)
    holders = {role: directory.everybody(role) for role in reports.to}
    people = {mark_of(person.email): person for held in holders.values() for person in held}
    return list(people.values()), [role for role, held in holders.items() if not held]


def touch_of(report: Report, person: Person, playbook: str, reports: Reports, at: datetime) -> Touch:
    """The mail to that person as a touch, whose key is the period's and the address's: asked for again it is the same one.

    Where a touch has its customer the report stands, by a name as lists of owners have them, so that nobody takes it for a message to a customer.
    """
    name = f"{LIST}report.{slug(report.period.name)}"
    return Touch(
        key=f"{name}/1/{PLAY}/{mark_of(person.email)}/mail",
        kind=TouchKind.EMAIL,
        name=PLAY,
        customer=name,
        term=1,
        counts_for="",
        playbook=playbook,
        play=PLAY,
        at=at,
        due=at,
        not_after=at + WAITS,
        timezone=reports.timezone,
        country=reports.country,
        to=[Recipient(name=person.name, email=person.email)],
        text=f"Report of {report.period.name}",
    )


class ReportMail:
    """Makes the mails of one report. With a `redirect` each goes to that address alone, and says whom it was for."""

    def __init__(self, report: Report, company: Company, redirect: str = "") -> None:
        self._company, self._redirect = company, redirect
        self._text, self._html = text_of(report), html_of(report)
        self._page = AttachedPage(f"report-{slug(report.period.name)}.html", page_of(report))

    def compose(self, touch: Touch) -> OutgoingMessage:
        """The whole message. Raises Refused where it cannot be written as it was meant."""
        try:
            sender = mailbox(self._company.name, self._company.email)
            to = [mailbox(person.name, person.email) for person in touch.to]
            subject = marked(touch.text, to) if self._redirect else touch.text
            message_id = f"<{message_identity(touch)}@{sender.domain}>"
            reply_to = self._company.reply_to
            headers: Iterable[Header | None] = (
                mailboxes_header("From", [sender]),
                redirected_header(self._redirect) if self._redirect else mailboxes_header("To", to),
                mailboxes_header("Reply-To", [mailbox(self._company.name, reply_to)]) if reply_to else None,
                text_header("Subject", subject),
                date_header("Date", local(touch.at, touch.timezone)),
                literal_header("Message-ID", message_id),
                literal_header("Auto-Submitted", "auto-generated"),
            )
            body = build_body(self._text, self._html, None, message_identity(touch), page=self._page)
            content = serialise([header for header in headers if header is not None], body)
        except (Unserialisable, ValueError) as fault:
            raise Refused(f"the report cannot be mailed: {fault}") from None
        recipients = (self._redirect,) if self._redirect else tuple(person.address for person in to)
        return OutgoingMessage(sender.address, recipients, message_id, subject, content, redirected=self._redirect)
