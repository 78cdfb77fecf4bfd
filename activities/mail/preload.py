"""What the first message would load: done before a worker polls, so that no touch pays for it."""

import encodings.idna
import encodings.utf_8_sig  # noqa: F401  and when the first calendar is written
from datetime import UTC, datetime
from functools import lru_cache

from icalendar import Event

from activities.mail.rendering.rendering import Footer, render
from activities.mail.wording import MAIL_WORDINGS


@lru_cache(maxsize=1)
def preload_messages() -> None:
    """Read the layout and the wordings, and have the libraries that write mails set themselves up. Blocks."""
    language = MAIL_WORDINGS.of("en").language
    render("preload", "Subject: Hello\n\nHello\n", {}, Footer(company="", language=language), language)
    event = Event()
    event.add("dtstamp", datetime(2026, 1, 1, tzinfo=UTC))
    event.to_ical()
