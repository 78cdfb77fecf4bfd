"""Renders pages as HTML that loads nothing but the gateway's own files."""

import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from gateway.pages.link_context import LinkContext, LinkProblem
from gateway.pages.wording import Notice, PageWording
from lifecycle.playbook.policy import Company

HERE = Path(__file__).parent
STATIC = HERE / "static"

_HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    ),
    # The address is a secret: no other site may learn it, and no cache or search engine may keep it.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
}

_RETRY_AFTER = {LinkProblem.UNAVAILABLE: 5, LinkProblem.TOO_MANY: 60}
"""Seconds after which to try again."""


class Renderer:
    """Renders the templates."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        # In the address of every static file, so that a browser never mixes files of two releases.
        self._templates.globals["edition"] = _edition()

    def page(self, template: str, context: LinkContext, status: int = 200, **values: Any) -> HTMLResponse:
        """The page for a link's holder; `values` are the variables of its template."""
        return self._render(template, status, context.words, context.company, {"link": context.link, "token": context.token} | values)

    def notice(self, notice: Notice, context: LinkContext, status: int) -> HTMLResponse:
        """The page that says why there is nothing to answer."""
        return self._render("problem.html", status, context.words, context.company, {"notice": notice})

    def problem(self, problem: LinkProblem, words: PageWording, company: Company | None, status: int | None = None) -> HTMLResponse:
        """The page that says why the link does nothing; `status` stands in for the problem's own HTTP status."""
        page = self._render("problem.html", status or problem.http_status, words, company, {"notice": problem.notice(words)})
        if problem in _RETRY_AFTER:
            page.headers["Retry-After"] = str(_RETRY_AFTER[problem])
        return page

    def _render(self, template: str, status: int, words: PageWording, company: Company | None, values: dict[str, Any]) -> HTMLResponse:
        html = self._templates.get_template(template).render(words=words, company=company, **values)
        return HTMLResponse(html, status, _HEADERS | {"Content-Language": words.language})


def _edition() -> str:
    content = b"".join(path.read_bytes() for path in sorted(STATIC.iterdir()))
    return hashlib.blake2b(content, digest_size=4).hexdigest()
