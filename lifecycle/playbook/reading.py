"""Reads a playbook from its text and its templates' texts, and names every fault it has by file and line.

What reads here runs: names, conditions, templates and references are checked before any customer meets them.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from lifecycle.playbook.checks.exit_tests import unmeant_exits
from lifecycle.playbook.checks.languages import begun_and_not_done, check_languages
from lifecycle.playbook.checks.late_wording import check_wording
from lifecycle.playbook.checks.message_checks import check_messages
from lifecycle.playbook.checks.playbook_checks import check_playbook
from lifecycle.playbook.faults import Fault, PlaybookFaults, faults_in_words, where
from lifecycle.playbook.playbook import Playbook, Template
from lifecycle.playbook.templates.templates import variants
from lifecycle.playbook.templates.translations import with_languages
from lifecycle.playbook.yaml_document import Document, UnreadableError, Value, read_document
from lifecycle.steps.linting import Finding

_SET_BY_THE_READER = ("templates", "version")
_NAMES_IN_CODE = ("if_", "for_", "with_")
"""Python's names of the keys `if`, `for` and `with`; the models take both, a document only the keys."""


def read_playbook(text: str, templates: Mapping[str, str], file: str = "playbook.yaml", roles: frozenset[str] | None = None) -> Playbook:
    """The playbook, checked whole, with its `version` and what its templates need. Raises PlaybookFaults.

    `templates` holds each template's text by name; `welcome.de` is `welcome` for customers who read German. `roles` are those that people
    of ours hold, and then each role that is named has to be one of them.
    The version is a hash of the document and of every template text it uses: the same content is the same version.
    """
    try:
        document = read_document(text)
    except UnreadableError as error:
        raise PlaybookFaults([Fault(file, error.line, "", str(error))]) from None
    faults = _Faults(document, file)
    playbook = _read(document, templates, file, faults, roles)
    if playbook is None or faults.found:
        raise PlaybookFaults(sorted(dict.fromkeys(faults.found), key=lambda fault: (fault.file != file, fault.file, fault.line)))
    return playbook


def warnings_of(playbook: Playbook, templates: Mapping[str, str], file: str = "playbook.yaml", text: str = "") -> list[Fault]:
    """What reads and may yet not be meant, in the order of the files: nothing is refused for it.

    `templates` are the texts it was read with, `text` is the document; without it a warning about a stage is of line 1.
    """
    document = read_document(text) if text else None
    found = [*begun_and_not_done(playbook, file), *unmeant_exits(playbook, document, file), *check_wording(playbook, templates, file)]
    return sorted(dict.fromkeys(found), key=lambda fault: (fault.file != file, fault.file, fault.line))


class _Faults:
    """What has been found so far, each with its file and line."""

    def __init__(self, document: Document, file: str) -> None:
        self.document, self.file = document, file
        self.found: list[Fault] = []
        self._empty = {path for path, what in document.faults if "is empty" in what}

    def add(self, findings: Iterable[Finding]) -> None:
        """Take in what was found in the document; that an empty value is missing is no news."""
        for path, what in findings:
            if not (what.endswith("is missing") and path in self._empty):
                self.found.append(Fault(self.file, self.document.line(path), where(path), what))


def _read(document: Document, texts: Mapping[str, str], file: str, faults: _Faults, roles: frozenset[str] | None) -> Playbook | None:
    faults.add(document.faults)
    named = [path for path in document.lines if path and path[-1] in _NAMES_IN_CODE]
    faults.add((path, f"knows no '{path[-1]}'; did you mean {str(path[-1])[:-1]}?") for path in named)
    body = document.value
    if not isinstance(body, dict):
        faults.add([((), "a playbook is a mapping with the keys playbook, company and stages")])
        return None
    faults.add(((name,), f"'{name}' is set by the reader; leave it out") for name in _SET_BY_THE_READER if name in body)
    body = {key: value for key, value in body.items() if key not in _SET_BY_THE_READER}
    policy = body.get("contact_policy")
    if isinstance(policy, dict) and "people" in policy:
        faults.add([(("contact_policy", "people"), "people stand in people.yaml, beside the playbooks; leave it out")])
        body["contact_policy"] = {key: value for key, value in policy.items() if key != "people"}
    try:
        playbook = Playbook.model_validate(body)
    except ValidationError as error:
        faults.add(faults_in_words(error, body))
        return None
    faults.add(check_playbook(playbook, document, texts, roles))
    needs, in_texts = check_messages(playbook, texts, file)
    faults.found += in_texts
    playbook = with_languages(playbook.model_copy(update={"templates": needs, "version": _version(body, needs, texts)}), texts)
    faults.add(check_languages(playbook))
    return playbook


def _version(body: dict[str, Value], used: Mapping[str, Template], texts: Mapping[str, str]) -> str:
    content = [body, {full: text for name in used for full, text in variants(name, texts).items()}]
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.blake2b(canonical.encode(), digest_size=6).hexdigest()
