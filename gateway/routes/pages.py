"""The pages' addresses."""

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from temporalio.client import Client

from activities.mail.links import LinkCodec
from activities.registry import Activities
from activities.settings import Settings
from gateway.http.settings import GatewaySettings
from gateway.intake.intake import Door
from gateway.pages.answer import Answer
from gateway.pages.answer_store import Said
from gateway.pages.link_handler import Reception
from gateway.pages.meeting import Meeting
from gateway.pages.milestone import Milestone
from gateway.pages.opt_outs import Refusals
from gateway.pages.renderer import STATIC, Paper
from gateway.pages.telling import Teller
from gateway.pages.unsubscribe import Preferences, Unsubscribe


def pages(client: Client, activities: Activities, settings: Settings, own: GatewaySettings, door: Door) -> list[BaseRoute]:
    """Every page; none where no secret makes links."""
    if not settings.link_secrets:
        return []
    paper, teller = Paper(), Teller(Said(activities.engine), door)
    reception = Reception(LinkCodec(settings.link_secrets), activities.playbooks, door.clock, paper, own.body_timeout)
    return [
        reception.route("/unsubscribe/{token}", Unsubscribe(paper, teller)),
        reception.route("/preferences/{token}", Preferences(paper, teller, Refusals(client, own.signal_timeout))),
        reception.route("/answer/{token}", Answer(paper, teller)),
        reception.route("/meeting/{token}", Meeting(paper, teller)),
        reception.route("/milestone/{token}", Milestone(paper, teller)),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
