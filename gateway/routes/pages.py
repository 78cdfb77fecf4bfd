"""The routes of the pages behind links, and of their static files."""

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from temporalio.client import Client

from activities.ledger.invitations import Invitations
from activities.mail.links import LinkCodec
from activities.registry import Activities
from activities.settings import Settings
from gateway.http.settings import GatewaySettings
from gateway.intake.intake import Intake
from gateway.pages.answer_sender import AnswerSender
from gateway.pages.answer_store import AnswerStore
from gateway.pages.link_handler import LinkHandler
from gateway.pages.meeting import MeetingPage
from gateway.pages.milestone import MilestonePage
from gateway.pages.opt_outs import OptOuts
from gateway.pages.renderer import STATIC, Renderer
from gateway.pages.survey import SurveyPage
from gateway.pages.unsubscribe import PreferencesPage, UnsubscribePage


def page_routes(
    client: Client, activities: Activities, settings: Settings, gateway_settings: GatewaySettings, intake: Intake
) -> list[BaseRoute]:
    """The routes of every page; none where the settings have no secret for links."""
    if not settings.link_secrets:
        return []
    renderer, sender = Renderer(), AnswerSender(AnswerStore(activities.engine), intake)
    links = LinkHandler(LinkCodec(settings.link_secrets), activities.playbooks, intake.clock, renderer, gateway_settings.body_timeout)
    opt_outs = OptOuts(client, gateway_settings.signal_timeout)
    return [
        links.route("/unsubscribe/{token}", UnsubscribePage(renderer, sender)),
        links.route("/preferences/{token}", PreferencesPage(renderer, sender, opt_outs)),
        links.route("/answer/{token}", SurveyPage(renderer, sender)),
        links.route("/meeting/{token}", MeetingPage(renderer, sender, Invitations(activities.engine))),
        links.route("/milestone/{token}", MilestonePage(renderer, sender)),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
