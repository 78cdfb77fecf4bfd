"""A touch as a MIME message: headers, text, HTML, and the invitation if it is one."""

import hashlib
from email.errors import MessageError
from email.message import EmailMessage
from urllib.parse import quote

from activities.answers import Refused
from activities.headers import WIRE, mailbox, one_line
from activities.invitation import invitation
from activities.playbook_store import PlaybookStore, Published
from activities.rendering import Footer, Rendered, render
from lifecycle.playbook import Company
from lifecycle.touch import Touch
from lifecycle.words import Category, TouchKind
from lifecycle.zones import local

_HEARD_LESS = {
    Category.SUCCESS: "To hear less from us, reply with the word unsubscribe.",
    Category.SURVEY: "To be asked no more questions, reply with the word unsubscribe.",
    Category.OFFER: "To get no more offers, reply with the word unsubscribe.",
}


class Composer:
    """Makes messages of touches, with the words of the playbook version that each touch names."""

    def __init__(self, playbooks: PlaybookStore, public_url: str = "") -> None:
        self.playbooks = playbooks
        self.public_url = public_url

    def message(self, touch: Touch) -> EmailMessage:
        """The whole message. Raises Refused if the touch or its template is faulty, NotNow if the playbook is not published."""
        published = self.playbooks.get(touch.playbook)
        company = published.playbook.company
        rendered = self._render(touch, published)
        message = EmailMessage(policy=WIRE)
        try:
            self._head(message, touch, company, rendered.subject)
        except (ValueError, IndexError, MessageError):
            raise Refused("an address of this message is malformed: correct the contact's, the owner's or the company's") from None
        message.set_content(rendered.text, cte="quoted-printable")
        message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
        if touch.kind is TouchKind.MEETING:
            # Twice, as mail readers have it: the alternative offers its buttons, the attachment can be kept.
            calendar = invitation(touch, company, rendered)
            message.add_alternative(calendar.decode(), subtype="calendar", cte="base64", params={"method": "REQUEST"})
            message.add_attachment(calendar, maintype="application", subtype="ics", filename="invite.ics")
        return message

    def _render(self, touch: Touch, published: Published) -> Rendered:
        name = f"{touch.template}.{touch.language}"
        if name not in published.templates:
            name = touch.template
        if name not in published.templates:
            raise Refused(f"playbook {touch.playbook} has no template '{touch.template}'")
        company = published.playbook.company
        footer = Footer(
            company=company.name,
            url=company.url,
            stop=_HEARD_LESS.get(touch.category, ""),
            stop_url=self._stop_url(touch),
        )
        return render(name, published.templates[name], touch.values, footer, touch.language)

    def _head(self, message: EmailMessage, touch: Touch, company: Company, subject: str) -> None:
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
            message["X-Evergreen-Survey"] = one_line(str(touch.values.get("survey", {}).get("id") or touch.name))
        if touch.category is not Category.OPERATIONAL:
            link = self._stop_url(touch)
            by_mail = f"<mailto:{quote(company.email, safe='@')}?subject={quote(f'unsubscribe {touch.category.value}')}>"
            message["List-Unsubscribe"] = f"{by_mail}, <{link}>" if link else by_mail
            if link.startswith("https://"):
                message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"

    def _stop_url(self, touch: Touch) -> str:
        if not self.public_url or touch.category is Category.OPERATIONAL:
            return ""
        return f"{self.public_url}/unsubscribe/{identity(touch)}?category={touch.category.value}"


def identity(touch: Touch) -> str:
    """What names this message to the world: the same for every attempt at the touch, and no word about the customer."""
    return hashlib.blake2b(touch.key.encode(), digest_size=16).hexdigest()
