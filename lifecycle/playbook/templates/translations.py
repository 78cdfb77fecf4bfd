"""In which language a message goes out, and what a playbook does not say in one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lifecycle.domain.texts.languages import said_in
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.templates.templates import variants

_MOST_NAMED = 8


def message_language(playbook: Playbook, template: str, wanted: str, *, milestone: str = "", survey: str = "", meeting: str = "") -> str:
    """The language of a message to who reads the wanted one: that, if the template and every name that it prints are there in it, else the
    playbook's own. One mail never has two.

    What people of ours are asked is said in the playbook's own. Where the languages of a template are not known, it is the wanted one.
    """
    known = playbook.templates.get(template)
    if not template or known is None:
        return wanted if template else playbook.language
    if not known.languages:
        return wanted
    if wanted not in known.languages:
        return playbook.language if playbook.language in known.languages else known.languages[0]
    named: dict[str, str | dict[str, str]] = {
        "milestone.name": playbook.milestones[milestone].name if milestone in playbook.milestones else "",
        "survey.name": playbook.surveys.get(survey, ""),
        "meeting.name": playbook.meetings.get(meeting, ""),
    }
    lacking = [
        path for path, wording in named.items() if path in known.needs and wording and not said_in(wording, wanted, playbook.language)
    ]
    return wanted if not lacking or playbook.language not in known.languages else playbook.language


def languages_of(template: str, texts: Mapping[str, str], own: str) -> list[str]:
    """The languages that a template is written in; `own` is that of a text whose name says none."""
    return sorted({full.removeprefix(template).removeprefix(".") or own for full in variants(template, texts)})


def with_languages(playbook: Playbook, texts: Mapping[str, str]) -> Playbook:
    """The playbook with the languages of its templates, as those texts have them."""
    templates = {
        name: template.model_copy(update={"languages": languages_of(name, texts, playbook.language)})
        for name, template in playbook.templates.items()
    }
    return playbook.model_copy(update={"templates": templates})


@dataclass(frozen=True)
class Missing:
    """What a playbook does not say in a language: templates, and names as their place in the document says them."""

    language: str
    templates: list[str]
    names: list[str]
    of_templates: int

    def __bool__(self) -> bool:
        return bool(self.templates or self.names)

    @property
    def is_everything(self) -> bool:
        """Whether there is no message in that language at all."""
        return len(self.templates) == self.of_templates

    def __str__(self) -> str:
        parts = [_list("template", self.templates), _list("name", self.names)]
        return " and ".join(part for part in parts if part)


def missing_in(playbook: Playbook, language: str) -> Missing:
    """What of the playbook, whole and not trimmed, is not said in that language."""
    templates = [name for name, template in playbook.templates.items() if language not in template.languages]
    names = [place for place, wording in _names(playbook) if wording and not said_in(wording, language, playbook.language)]
    return Missing(language, templates, names, len(playbook.templates))


def languages_begun(playbook: Playbook) -> list[str]:
    """The languages besides the playbook's own in which anything of it is said."""
    found = {language for template in playbook.templates.values() for language in template.languages}
    found |= {language for _, wording in _names(playbook) if isinstance(wording, dict) for language in wording}
    return sorted(found - {playbook.language})


def _names(playbook: Playbook) -> Iterator[tuple[str, str | dict[str, str]]]:
    for name, milestone in playbook.milestones.items():
        yield f"milestone {name}", milestone.name
    for name, wording in playbook.surveys.items():
        yield f"survey {name}", wording
    for name, wording in playbook.meetings.items():
        yield f"meeting {name}", wording
    if playbook.brand is not None:
        if isinstance(playbook.brand.address, dict):  # an address that names no language is one in all of them
            yield "brand address", playbook.brand.address
        yield "brand legal", playbook.brand.legal


def _list(kind: str, names: list[str]) -> str:
    if not names:
        return ""
    shown = ", ".join(names[:_MOST_NAMED]) + (f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else "")
    return f"{len(names)} {kind}{'s' if len(names) != 1 else ''} ({shown})"
