"""`lint PLAYBOOK`: every fault of a playbook and its templates, by file and line."""

from pathlib import Path

from console.output import print_json, say
from lifecycle.domain.errors import Mistake
from lifecycle.playbook.faults import PlaybookFaults
from runtime.playbook_files import load
from runtime.process.sentences import complain


def lint_playbook(file: Path, *, as_json: bool) -> int:
    """Say what is wrong, or what is in it; the status is 2 if anything is wrong."""
    try:
        playbook, _ = load(file)
    except PlaybookFaults as error:
        if as_json:
            faults = [{"file": one.file, "line": one.line, "where": one.where, "what": one.what} for one in error.faults]
            print_json({"playbook": None, "faults": faults})
        for fault in error.faults:
            complain(str(fault))
        return Mistake.status
    plays = sum(len(stage.plays) for stage in playbook.stages.values())
    if as_json:
        print_json({"playbook": playbook.ref, "faults": []})
    else:
        say(f"{file} is in order: {playbook.ref}, {len(playbook.stages)} stages, {plays} plays, {len(playbook.templates)} templates.")
    return 0
