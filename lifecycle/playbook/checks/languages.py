"""Whether what a playbook says is said in each of its languages, and whether what it names exists."""

from collections.abc import Iterator

from lifecycle.playbook.faults import Fault, Severity
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.templates.translations import languages_begun, missing_in
from lifecycle.steps.linting import Finding, near


def check_languages(playbook: Playbook) -> Iterator[Finding]:
    """What a playbook promises to say in a language and does not; names of surveys and meetings that it does not have."""
    for number, language in enumerate(playbook.languages):
        if missing := missing_in(playbook, language):
            yield ("languages", number), f"not said in '{language}' are {missing}"
    names = playbook.all_names()
    for place, named, known in (("surveys", playbook.surveys, names.surveys), ("meetings", playbook.meetings, names.meetings)):
        for name in named:
            if name not in known:
                yield (place, name), f"no step has a {place[:-1]} '{name}'{near(name, known)}"


def begun_and_not_done(playbook: Playbook, file: str) -> Iterator[Fault]:
    """A warning for each language in which a part is said: who reads it gets the rest in the playbook's own."""
    for language in languages_begun(playbook):
        missing = missing_in(playbook, language)
        if missing and language not in playbook.languages:
            what = f"in '{language}' are missing {missing}; whoever reads it gets those messages in '{playbook.language}'"
            yield Fault(file, 1, "", what, Severity.WARNING)
