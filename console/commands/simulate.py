"""Lives customers' stories in the simulator: no server, the same timeline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from pydantic_core import to_jsonable_python

from console.files.moments import read_moment
from console.files.stories import Story, read_stories
from console.terminal.output import out, print_json
from console.terminal.tables import timeline_table
from lifecycle.domain.errors import Mistake
from lifecycle.explain.simulator import JUST_BEFORE, Simulation
from lifecycle.explain.status import Status, status_of
from lifecycle.playbook.playbook import Playbook
from lifecycle.state.log import Entry
from runtime.people_file import load_people
from runtime.playbook_files import load
from runtime.process.sentences import complain, sentence


@dataclass(frozen=True)
class Lived:
    """One customer's simulated life: where it stands at the end, and how it came there."""

    status: Status
    timeline: list[Entry]


def show_simulation(customers: Path, events: Path | None, playbook: Path, *, until: str | None, only: Sequence[str], as_json: bool) -> int:
    """Simulate and print every timeline; the status is 2 if a row was bad. Raises Mistake and PlaybookFaults."""
    book = load(playbook)[0].with_people(load_people(playbook.parent))
    stories = read_stories(customers, events, book)
    lives = [simulate_story(story, book, _end(story, until)) for story in _chosen(stories.all, only, customers)]
    if as_json:
        print_json([{"status": life.status.model_dump(mode="json"), "timeline": to_jsonable_python(life.timeline)} for life in lives])
    else:
        for life in lives:
            head = f"{life.status.name} (tier {life.status.tier.value}, {life.status.timezone}), now in {life.status.stage.value}"
            out.print(timeline_table(life.timeline, life.status.timezone, head))
            out.print()
    for file, note in stories.notes:
        complain(sentence(f"{file}: {note}"))
    for file, fault in stories.faults:
        complain(sentence(f"{file}, {fault}"))
    return Mistake.status if stories.faults else 0


def simulate_story(story: Story, playbook: Playbook, until: datetime) -> Lived:
    """The story until that moment. An event that is refused stands in the timeline with the reason, as it does on Temporal."""
    simulation = Simulation(story.customer, playbook, story.enrolled)
    for moment, together in groupby(sorted(story.events, key=lambda event: event.at), key=lambda event: event.at):
        if moment > until:
            break
        simulation.advance(moment - JUST_BEFORE)
        events = list(together)
        for event, answer in zip(events, simulation.tell(*events), strict=True):
            if not answer.taken:
                simulation.life.log.refuse(event, simulation.now, answer.why)
    simulation.advance(until)
    return Lived(status_of(simulation.session, simulation.now), simulation.life.log.timeline)


def _chosen(stories: list[Story], only: Sequence[str], file: Path) -> list[Story]:
    known = {story.id for story in stories}
    for name in only:
        if name not in known:
            raise Mistake(f"{file} has no customer '{name}', only {', '.join(sorted(known))}.")
    return [story for story in stories if not only or story.id in only]


def _end(story: Story, until: str | None) -> datetime:
    if until is None:
        return story.until
    return max(story.enrolled, read_moment(until, story.customer.timezone, "--until"))
