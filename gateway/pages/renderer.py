"""Pages as HTML: plain, of our own files alone, and closed to whatever is not ours."""

import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from gateway.pages.link_context import Trouble, Visit
from gateway.pages.wording import PageWording
from lifecycle.playbook.policy import Company

HERE = Path(__file__).parent
STATIC = HERE / "static"

_CLOSED_TO_OTHERS = {
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
    # The address is the secret: no other site learns it, no cache and no search engine keeps it.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
}

_RETRY_AFTER = {Trouble.UNAVAILABLE: 5, Trouble.TOO_MANY: 60}
"""Seconds."""


class Paper:
    """Writes pages."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        # New files have new addresses, so that a browser never mixes old and new.
        self._templates.globals["edition"] = _edition()

    def page(self, template: str, visit: Visit, status: int = 200, **values: Any) -> HTMLResponse:
        """A page for this visit; `values` are what its template names."""
        return self._write(template, status, visit.words, visit.company, {"link": visit.link, "token": visit.token} | values)

    def trouble(self, trouble: Trouble, words: PageWording, company: Company | None, status: int | None = None) -> HTMLResponse:
        """A page that says why nothing happened."""
        page = self._write("trouble.html", status or trouble.status, words, company, {"notice": trouble.notice(words)})
        if trouble in _RETRY_AFTER:
            page.headers["Retry-After"] = str(_RETRY_AFTER[trouble])
        return page

    def _write(self, template: str, status: int, words: PageWording, company: Company | None, values: dict[str, Any]) -> HTMLResponse:
        html = self._templates.get_template(template).render(words=words, company=company, **values)
        return HTMLResponse(html, status, _CLOSED_TO_OTHERS | {"Content-Language": words.language})


def _edition() -> str:
    content = b"".join(path.read_bytes() for path in sorted(STATIC.iterdir()))
    return hashlib.blake2b(content, digest_size=4).hexdigest()
