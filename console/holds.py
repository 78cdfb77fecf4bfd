"""What `hold` and `release` share: which touches are meant, by whom and why."""

from dataclasses import dataclass

import sqlalchemy as sa

from activities.ledger.published.playbook_store import PlaybookStore
from activities.ledger.reports import LedgerReports
from console.terminal.operator_name import operator_name
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.errors import Mistake
from lifecycle.domain.holds import Selection
from lifecycle.domain.texts.text import one_line
from lifecycle.domain.touch import CATCH_UP

LONGEST_WHY, LONGEST_BY = 200, 60
"""Characters of a reason, and of who gives it: both stand in every line that a held touch has."""


@dataclass(frozen=True)
class Chosen:
    """The options by which touches are chosen, as they were typed."""

    everything: bool = False
    channel: TouchKind | None = None
    playbook: str | None = None
    play: str | None = None
    customer: str | None = None

    @property
    def nothing(self) -> bool:
        """Whether none of them was given."""
        return self == Chosen()

    def selection(self) -> Selection:
        """What they select. Raises Mistake where they say nothing, or all and something."""
        selection = Selection(channel=self.channel, playbook=self.playbook, play=self.play, customer=self.customer)
        if self.nothing:
            raise Mistake(
                "Say which touches: --all, --channel KIND, --playbook NAME, --play NAME or --customer ID; several narrow it down."
            )
        if self.everything and selection != Selection():
            raise Mistake(f"--all is everything, and {selection.words} is less: give the one or the other.")
        if any(value == "" for value in (self.playbook, self.play, self.customer)):
            raise Mistake("An empty name selects nothing: give --playbook, --play and --customer each with its name, or --all.")
        return selection


def checked_reason(why: str) -> str:
    """The reason on one line. Raises Mistake for a long one."""
    said = one_line(why).strip()
    if len(said) > LONGEST_WHY:
        raise Mistake(f"The reason has {len(said)} characters, and it stands in every line: say it in {LONGEST_WHY} at most.")
    return said


def checked_name(by: str | None) -> str:
    """Who gives the command. Raises Mistake where nobody is named, or at length."""
    name = one_line(operator_name(by))
    if not name:
        raise Mistake("Nobody is named: say who you are with --by NAME.")
    if len(name) > LONGEST_BY:
        raise Mistake(f"The name has {len(name)} characters, and it stands in every line: say it in {LONGEST_BY} at most.")
    return name


def check_names(engine: sa.Engine, selection: Selection) -> None:
    """Raises Mistake for a playbook or a play that nobody has ever published or met: a slip of the pen would hold nothing."""
    store = PlaybookStore(engine)
    names = store.names()
    if selection.playbook is not None and selection.playbook not in names:
        raise Mistake(f"No playbook '{selection.playbook}' is published: there {_are(names)}.")
    if selection.play in (None, CATCH_UP) or LedgerReports(engine).has_play(selection.play):
        return
    books = [selection.playbook] if selection.playbook is not None else names
    plays = {play for name in books for stage in store.newest(name).playbook.stages.values() for play in stage.plays}
    if selection.play not in plays:
        of = f"Playbook '{selection.playbook}' has" if selection.playbook is not None else "The published playbooks have"
        raise Mistake(f"{of} no play '{selection.play}': 'starter.py status CUSTOMER' shows what they are called.")


def _are(names: list[str]) -> str:
    if not names:
        return "is none yet"
    return f"is {names[0]}" if len(names) == 1 else f"are {', '.join(names)}"
