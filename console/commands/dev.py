"""`starter.py dev`: the stack of the demo, lasting, without customers."""

from pathlib import Path

from rich.console import Console

from activities.private_files import make_folder, open_private
from activities.settings import Settings
from console.stack.outbox_page import keeping_page
from console.stack.stack import stack, watch
from console.stack.upgrade import upgrading
from gateway.http.settings import GatewaySettings
from lifecycle.domain.errors import Mistake
from runtime.process import logs
from runtime.process.memory import keep_what_is_there


async def run_dev(out: Console, settings: Settings, gateway_settings: GatewaySettings) -> None:
    """Serve until cancelled; killed and started again, all goes on. Lives that an older build served move to this one.

    Raises Mistake where customers would get mail from here and nobody has said that they may, and what `stack` and `upgrading` raise.
    """
    if settings.mails_customers and not settings.live:
        raise Mistake(
            f"{Settings.variable('smtp_url')} names a mail server, so customers would get mail from here: set "
            f"{Settings.variable('redirect')}=you@example.com to have all of it go to you, or {Settings.variable('live')}=1 if it may go to them."
        )
    home: Path = settings.home
    make_folder(home)
    with open_private(home / "evergreen.log", "a", encoding="utf-8") as log:
        logs.configure(log)
        async with (
            stack(home, settings, gateway_settings, keep=True) as running,
            upgrading(running.client, running.settings, running.build.id),
            keeping_page(settings.outbox) as page,
        ):
            keep_what_is_there()
            out.print(f"Temporal is up at {running.server.address}, a worker serves it, and all of it is kept in {home}.", soft_wrap=True)
            out.print(f"UI: {running.server.ui_url}/namespaces/{running.server.namespace}/workflows", soft_wrap=True)
            what = f"Emails go to {settings.mail_server}. The rest" if settings.mail_server else "Emails and the rest"
            out.print(f"{what}, by day and person: {page}; log: {home / 'evergreen.log'}", soft_wrap=True)
            if settings.redirect:
                out.print(f"Everything goes to {settings.redirect}, marked with whom it was for.", soft_wrap=True, markup=False)
            where = "" if home == Path(".evergreen") else f"EVERGREEN_HOME={home} "
            out.print(f"In another terminal: {where}.venv/bin/python starter.py enroll examples/customers.csv --shift", soft_wrap=True)
            out.print(f"The gateway answers at {running.gateway_url}; {home / 'sources.yaml'} says who may tell what. Tell it something:")
            out.print(running.curl("nordwind"), soft_wrap=True, markup=False, highlight=False)
            out.print("Ctrl-C ends it; nothing is lost.", soft_wrap=True)
            try:
                await watch(running.server)
            finally:
                out.print("Stopping: touches that have begun get to their end.", soft_wrap=True)
