"""Everything to one address, marked with whom it was for, until a team is ready to go live."""

from collections.abc import Sequence

from markupsafe import escape

from activities.ledger.failures import Refused
from activities.ledger.published.assigning import whom
from activities.ledger.published.playbook_store import PlaybookStore
from activities.mail.headers import Header, Mailbox, date_header, literal_header, mailbox, mailboxes_header, text_header
from activities.mail.message_links import message_identity
from activities.mail.mime import OutgoingMessage, Unserialisable, build_body, serialise
from lifecycle.domain.texts.text import escape_unprintable, one_line
from lifecycle.domain.time.zones import local
from lifecycle.domain.touch import Touch

_NAMED = 3


def marked(subject: str, people: Sequence[Mailbox]) -> str:
    """The subject with whom the message was for."""
    named = ", ".join(person.address for person in people[:_NAMED])
    more = f" and {len(people) - _NAMED} more" if len(people) > _NAMED else ""
    return f"[for {named}{more}] {subject}"


def redirected_header(address: str) -> Header:
    """The one to whom it goes."""
    return mailboxes_header("To", [mailbox("", address)])


class TouchAsMail:
    """What would go to a person or a system of ours, as a mail to the one address: what it says, and all that the other side would be told."""

    def __init__(self, playbooks: PlaybookStore, address: str) -> None:
        self._playbooks = playbooks
        self._address = address

    def compose(self, touch: Touch, told: str) -> OutgoingMessage:
        """The message; `told` is what the other side would be told, as JSON. Raises Refused where it cannot be written."""
        company = self._playbooks.get(touch.playbook).playbook.company
        try:
            sender = mailbox(company.name, company.email)
            subject = one_line(f"[{touch.kind.value} for {whom(touch) or touch.name}] {touch.text or touch.name}")
            message_id = f"<{message_identity(touch)}@{sender.domain}>"
            headers = [
                mailboxes_header("From", [sender]),
                redirected_header(self._address),
                text_header("Subject", subject),
                date_header("Date", local(touch.at, touch.timezone)),
                literal_header("Message-ID", message_id),
                literal_header("Auto-Submitted", "auto-generated"),
            ]
            shown = escape_unprintable(told)
            page = f"<!doctype html><html><body><pre>{escape(shown)}</pre></body></html>"
            content = serialise(headers, build_body(shown, page, None, message_identity(touch)))
        except (Unserialisable, ValueError) as fault:
            raise Refused(f"the message cannot be written: {fault}") from None
        return OutgoingMessage(sender.address, (self._address,), message_id, subject, content, redirected=self._address)
