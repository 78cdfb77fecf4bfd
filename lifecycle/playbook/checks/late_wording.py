"""Wording that a late message makes false: "your contract ends in a week", sent on the third day of the play's window.

A play that hangs on a day (`at`) may go on a later one: its window, a closed day, the cap. What its messages say in dates, or in days that
are left when they go, stays true; what is written out counted from that day does not.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lifecycle.domain.time.durations import Unit
from lifecycle.playbook.checks.relative_times import Found, Points, relative_times, speaks_of_a_turn
from lifecycle.playbook.faults import Fault, Severity
from lifecycle.playbook.play import At, Closed, Play
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.templates.files import file_of
from lifecycle.playbook.templates.templates import variants
from lifecycle.steps.step import every_step

TELLS_WHEN = (
    "contract.start_date",
    "contract.end_date",
    "contract.cancel_by",
    "contract.ends_on",
    "contract.signed_until",
    "contract.days_left",
    "stage.day",
    "milestone.due_date",
    "meeting.date",
    "meeting.time",
)
"""What a template may name that is a date, or a number of days as it is when the message goes."""

_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_SENTENCE_ENDS = re.compile(r"[.!?]+(?=\s|$)|[。！？]+|\n\s*\n|\n(?=\s*(?:[-*+>|#]|\d+[.)]\s))|\|")
_DATE, _VALUE = "\x01", "\x02"
_DAY = 86_400
_CLOCK = {Unit.SECOND: 1, Unit.MINUTE: 60, Unit.HOUR: 3600}


def check_wording(playbook: Playbook, texts: Mapping[str, str], file: str) -> Iterator[Fault]:
    """A warning for each wording of a message that is false when its play is late. `texts` by template name, `file` the playbook's own."""
    for plan in playbook.stages.values():
        for name, play in plan.plays.items():
            if play.at is None or _same_day_only(playbook, play):
                continue
            for template in dict.fromkeys(step.body.template_name for step in every_step(play.steps) if step.body.template_name):
                for full, text in variants(template, texts).items():
                    for line, what in _late_words(play.at, text):
                        late = f"{what[0]}, and the play may go later than its day (within: {play.within or playbook.within}); {what[1]}"
                        yield Fault(file_of(file, full), line, f"in play {name}", late, Severity.WARNING)


def _same_day_only(playbook: Playbook, play: Play) -> bool:
    """Whether what does not go on its own day never goes."""
    window = play.within or playbook.within
    if play.closed is not Closed.DROP or play.at is None:
        return False
    if window.amount == 0:
        return True
    of_day = (play.at.time.hour * 60 + play.at.time.minute) * 60
    return of_day + window.amount * _CLOCK.get(window.unit, _DAY) < _DAY


@dataclass(frozen=True)
class _Sentence:
    words: str
    begins: int

    @property
    def tells_when(self) -> bool:
        return _DATE in self.words


def _late_words(at: At, text: str) -> Iterator[tuple[int, tuple[str, str]]]:
    """The line of each wording that is false on a later day, what it says, and how to mend it."""
    masked = _PLACEHOLDER.sub(_mask, text.removeprefix("Subject:"))
    tells_when = _DATE in masked
    for sentence in _sentences(masked):
        if sentence.tells_when:
            continue
        turns = speaks_of_a_turn(sentence.words)
        for found in relative_times(sentence.words):
            if _counts_from_the_day(at, found, turns, tells_when):
                yield 1 + masked.count("\n", 0, sentence.begins + found.begins), (f"says '{found.words}'", _mend(at, found))


def _mask(placeholder: re.Match[str]) -> str:
    """What stands for a placeholder: whether it tells when, and as many lines."""
    source = placeholder.group()
    tells = source.startswith("{{") and any(re.search(rf"\b{re.escape(path)}\b", source) for path in TELLS_WHEN)
    return ("" if source.startswith("{%") else _DATE if tells else _VALUE) + "\n" * source.count("\n")


def _sentences(text: str) -> Iterator[_Sentence]:
    begins = 0
    head = text.find("\n")
    ends = sorted({match.end() for match in _SENTENCE_ENDS.finditer(text)} | {len(text), head if head >= 0 else len(text)})
    for end in ends:
        yield _Sentence(text[begins:end], begins)
        begins = end


def _counts_from_the_day(at: At, found: Found, turns: bool, tells_when: bool) -> bool:
    """Whether the words count to or from the day that the play hangs on, as far as words can show."""
    match found.points:
        case Points.AHEAD if _comes_before(at):
            return turns or not tells_when
        case Points.AHEAD | Points.NOW:
            return turns
        case Points.BACK:
            return not _comes_before(at)


def _comes_before(at: At) -> bool:
    return at.before_end is not None or at.before is not None


def _mend(at: At, found: Found) -> str:
    if found.points is Points.BACK:
        start = "{{ stage.day }}" if at.of in (None, "stage_start") else "{{ contract.end_date }}" if at.of == "contract_end" else ""
        return f"write a date{f' or {start}' if start else ''}, or leave it out"
    return "write {{ contract.end_date }} or {{ contract.days_left }}, or leave it out"
