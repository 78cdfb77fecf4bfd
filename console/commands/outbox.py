"""`outbox`: makes the outbox's page and says where it is."""

from activities.transports.outbox_page import OutboxPage
from console.terminal.output import print_json, say
from lifecycle.domain.errors import Failure
from runtime.environment import settings_from_env


def make_outbox_page(*, as_json: bool) -> None:
    """Print the page's path and how much lies in the outbox. Raises Mistake for a setting, Failure for a folder that cannot be read or written."""
    page = OutboxPage(settings_from_env().outbox)
    try:
        count = page.refresh()
    except OSError as error:
        raise Failure(f"The outbox {page.outbox} can't be read or written: {error.strerror}.") from None
    if as_json:
        print_json({"page": str(page.page), "count": count})
        return
    say(f"{page.page} shows what lies in the outbox, {count} file{'s' if count != 1 else ''}, by day and person.")
