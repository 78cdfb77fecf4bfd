"""`python -m tests.activities.mail.reading_back`: writes every hostile text and reads it back, by this Python's own parsers.

The standard library is all that it needs.
"""

import sys
from email import message_from_bytes, policy

from activities.mail.headers import mailbox, mailboxes_header, text_header
from activities.mail.mime import build_body, serialise
from lifecycle.domain.texts.text import one_line, printable
from tests.hostile_texts import HOSTILE

NAMES = ["From", "To", "Subject", "X-Evergreen-Survey"]


def main() -> None:
    for text in HOSTILE.values():
        meant = one_line(text)
        people = [mailbox(text, "ana@acme.example"), mailbox(text, "bo@acme.example")]
        headers = [
            mailboxes_header("From", people[:1]),
            mailboxes_header("To", people),
            text_header("Subject", text),
            text_header("X-Evergreen-Survey", text),
        ]
        body = build_body(f"{printable(text)}\n", f"<p>{printable(text)}</p>\n", None, "0")
        content = serialise(headers, body)
        for reading in (policy.default, policy.compat32):
            assert message_from_bytes(content, policy=reading).keys() == NAMES + body.keys(), text
        message = message_from_bytes(content, policy=policy.default)
        assert message["Subject"] == message["X-Evergreen-Survey"] == meant, (text, message["Subject"])
        assert [person.addr_spec for person in message["To"].addresses] == ["ana@acme.example", "bo@acme.example"], text
        # These parsers put a space between two encoded words of a name.
        assert ["".join(person.display_name.split()) for person in message["To"].addresses] == ["".join(meant.split())] * 2, text
        part = message.get_body(("plain",))
        assert part is not None
        assert part.get_content().replace("\r\n", "\n") == f"{printable(text)}\n", text
    sys.stdout.write(f"{len(HOSTILE)} texts\n")


if __name__ == "__main__":
    main()
