"""`new NAME`: a playbook of one's own, begun from the standard one."""

import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import typer

from console.files.own_playbook import Own, own_document, own_templates
from console.terminal.output import print_json, say
from lifecycle.domain.errors import Mistake
from lifecycle.domain.texts.addresses import read_address
from lifecycle.domain.texts.text import one_line
from lifecycle.playbook.checks.unfinished import places_to_fill
from lifecycle.playbook.directory_reading import PEOPLE
from lifecycle.playbook.reading import read_playbook
from runtime.playbook_files import templates_of
from runtime.text_files import read_text

LONGEST = 200
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def begin_playbook(
    folder: Path,
    name: str,
    *,
    company: str | None,
    product: str | None,
    url: str | None,
    email: str | None,
    address: str | None,
    as_json: bool,
) -> None:
    """Write `NAME.yaml` and its templates into the folder of the standard playbook. At a terminal it asks for what is not given.

    Raises Mistake, and then nothing is written.
    """
    target = folder / f"{name}.yaml"
    if not _NAME.fullmatch(name) or target.name == PEOPLE:
        raise Mistake(f"'{name}' is no name for a playbook: use small letters, digits, '-' and '_', such as acme-success.")
    for path in (target, target.with_suffix("")):
        if path.exists():
            raise Mistake(f"{path} is there already: take another name, or move it away first.")
    own = _asked(name, company, product, url, email, address)
    standard = folder / "standard.yaml"
    document = own_document(read_text(standard), own)
    templates = own_templates(templates_of(standard))
    read_playbook(document, templates, str(target))  # what would not read is not written
    _write(target, document, templates)
    places, shown = list(places_to_fill(document, templates, str(target))), os.path.relpath(target)
    if as_json:
        print_json({"playbook": shown, "templates": len(templates), "to_fill_in": len(places)})
    else:
        say(
            f"{shown} is begun, with {len(templates)} templates beside it; {len(places)} places are to be filled in before it is published."
        )
        say(f"Next:  starter.py lint {shown}")


def _write(target: Path, document: str, templates: Mapping[str, str]) -> None:
    folder = target.with_suffix("")
    folder.mkdir()
    try:
        for template, text in templates.items():
            (folder / f"{template}.md").write_text(text, encoding="utf-8")
        target.write_text(document, encoding="utf-8")
    except OSError:
        target.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _asked(name: str, company: str | None, product: str | None, url: str | None, email: str | None, address: str | None) -> Own:
    company = _given("--company", company, "Your company's name", None, _words)
    product = _given("--product", product, "What you call your product", company, _words)
    url = _given("--url", url, "Your web site, such as https://example.com", None, _web_site)
    email = _given("--email", email, "The address that messages come from", f"success@{_host(url)}", _address)
    if address is None and sys.stdin.isatty():
        address = typer.prompt("Your postal address, for the foot of every message (or leave it for later)", default="", err=True)
    return Own(name, company, product, url, email, _words("--address", address) if address else "")


def _given(option: str, value: str | None, question: str, usual: str | None, check: Callable[[str, str], str]) -> str:
    """The option's value, or the answer at a terminal, or what is usual. Raises Mistake where there is none, or it is not fit."""
    if value is None and sys.stdin.isatty():
        value = typer.prompt(question, default=usual, err=True)
    if value is None:
        value = usual
    if value is None:
        raise Mistake(f"{option} is missing: say it, or begin the playbook at a terminal, where it is asked for.")
    return check(option, value)


def _words(option: str, text: str) -> str:
    words = one_line(text)
    if not words or len(words) > LONGEST:
        raise Mistake(f"{option} takes a name of one line, {LONGEST} characters at most.")
    return words


def _web_site(option: str, text: str) -> str:
    try:
        parts = urlsplit(text.strip())
        parts.port  # noqa: B018  one that is no number shows only when it is read
    except ValueError:
        parts = urlsplit("")
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or "." not in parts.hostname
        or one_line(text) != text.strip()
        or " " in text
    ):
        raise Mistake(f"{option} takes the address of a web site, such as https://example.com.")
    return text.strip().rstrip("/")


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _address(option: str, text: str) -> str:
    try:
        return read_address(text.strip())
    except ValueError as fault:
        raise Mistake(f"{option}: {fault}.") from None
