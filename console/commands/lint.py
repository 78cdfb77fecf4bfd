"""`lint PLAYBOOK`: every fault of a playbook and its templates, and every warning, by file and line."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from activities.mail.wording import MAIL_WORDINGS
from console.terminal.output import print_json, say
from lifecycle.domain.errors import Mistake
from lifecycle.playbook.directory_reading import PEOPLE, read_directory
from lifecycle.playbook.faults import Fault, PlaybookFaults, Severity
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.reading import warnings_of
from lifecycle.playbook.templates.translations import languages_begun
from runtime.playbook_files import load, to_fill_in
from runtime.process.sentences import complain
from runtime.text_files import read_text


def lint_playbook(file: Path, *, strict: bool, as_json: bool) -> int:
    """Say what is wrong or may be, and what is in it; the status is 2 if anything is wrong. If `strict`, what may be wrong is."""
    if file.name == PEOPLE:
        return _lint_people(file, as_json=as_json)
    try:
        playbook, templates = load(file)
        warnings = [*to_fill_in(file), *_unspoken(playbook, file), *warnings_of(playbook, templates, str(file), read_text(file))]
        if strict and warnings:
            raise PlaybookFaults([replace(warning, severity=Severity.FAULT) for warning in warnings])
    except PlaybookFaults as error:
        _tell(None, error.faults, [], as_json=as_json)
        return Mistake.status
    _tell(playbook.ref, [], warnings, as_json=as_json)
    if not as_json:
        plays = sum(len(stage.plays) for stage in playbook.own_stages.values())
        but = f" but for {len(warnings)} warning{'s' if len(warnings) > 1 else ''}" if warnings else ""
        counted = f"{playbook.ref}, {len(playbook.own_stages)} stages, {plays} plays, {len(playbook.templates)} templates"
        say(f"{file} is in order{but}: {counted}.")
    return 0


def _unspoken(playbook: Playbook, file: Path) -> Iterator[Fault]:
    """A warning for each language of the playbook in which buttons, footers and pages have no words of ours."""
    ours = MAIL_WORDINGS.by_language
    for language in sorted({playbook.language, *playbook.languages, *languages_begun(playbook)} - set(ours)):
        what = f"buttons, footers and pages are said in {', '.join(ours)}: those of messages in '{language}' will be English"
        yield Fault(str(file), 1, "", what, Severity.WARNING)


def _lint_people(file: Path, *, as_json: bool) -> int:
    try:
        people = read_directory(read_text(file), str(file))
    except PlaybookFaults as error:
        _tell(None, error.faults, [], as_json=as_json)
        return Mistake.status
    _tell(people.ref, [], [], as_json=as_json)
    if not as_json:
        say(f"{file} is in order: {people.ref}, {len(people.people)} people, the roles {', '.join(sorted(people.roles))}.")
    return 0


def _tell(ref: str | None, faults: Sequence[Fault], warnings: Sequence[Fault], *, as_json: bool) -> None:
    if as_json:
        print_json({"playbook": ref, "faults": [_plain(one) for one in faults], "warnings": [_plain(one) for one in warnings]})
    for one in (*faults, *warnings):
        complain(str(one))


def _plain(fault: Fault) -> dict[str, str | int]:
    return {"file": fault.file, "line": fault.line, "where": fault.where, "what": fault.what}
