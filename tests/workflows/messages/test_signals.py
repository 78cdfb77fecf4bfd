"""Signals by hand: an event by its type, `event`, a command; what does not read is refused in the timeline, and nothing disappears."""

import json
from collections.abc import Sequence

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.common import RawValue

from lifecycle.explain.status import in_markdown, status_of
from lifecycle.facts.events import CATALOGUE
from lifecycle.state.log import REFUSED, Entry, EntryKind
from tests.lifecycle.building import a_play, a_playbook, email, living, moment
from tests.workflows.harness.building import a_customer
from tests.workflows.harness.customer_workflow import CustomerWorkflow
from tests.workflows.harness.playbooks import YEAR
from tests.workflows.harness.worker_harness import WorkerHarness
from workflows.messages.commands import OPERATIONS
from workflows.messages.signals import described, take

NOW = moment("2026-03-03", "10:00")
PLAYS = a_playbook(onboarding={"later": a_play(email(), at={"day": 5}), "p": a_play(email(), on="meeting.held")})


def raw(data: bytes | str | object, encoding: str = "json/plain") -> RawValue:
    """An input as Temporal hands it on: bytes and texts as they are, and anything else as its JSON."""
    if not isinstance(data, bytes | str):
        data = json.dumps(data)
    return RawValue(Payload(metadata={"encoding": encoding.encode()}, data=data.encode() if isinstance(data, str) else data))


class Signalled:
    """A life that is signalled, without a server."""

    def __init__(self) -> None:
        self.life = living(PLAYS, at=NOW)

    def signal(self, name: str, *inputs: RawValue) -> list[Entry]:
        """Signal it; the lines that the timeline has more."""
        timeline = self.life.life.log.timeline
        before = len(timeline)
        take(self.life.session, name, inputs, self.life.now)
        self.life.look_again()
        return timeline[before:]

    def lines(self, name: str, *inputs: RawValue) -> list[str]:
        """The same in words: what it is about and why."""
        return [f"{line.what}: {line.why}" + (f", by {line.by}" if line.by else "") for line in self.signal(name, *inputs)]


# ---- an event


@pytest.mark.parametrize(
    ("name", "said", "line"),
    [
        ("meeting.held", {"meeting": "kickoff"}, "meeting.held: meeting kickoff"),
        ("meeting.held", {"meeting": "kickoff", "by": "Kim Lee"}, "meeting.held: meeting kickoff, by Kim Lee"),
        ("meeting.held", {"data": {"meeting": "kickoff"}}, "meeting.held: meeting kickoff"),
        ("meeting.held", [{"meeting": "kickoff"}], "meeting.held: meeting kickoff"),
        ("handoff.completed", {"goal": "less paper", "by": "Kim Lee"}, "handoff.completed: goal less paper, by Kim Lee"),
        ("ticket.opened", {"ticket": "T1", "level": "2"}, "ticket.opened: ticket T1, level 2"),
        ("event", {"type": "meeting.held", "meeting": "kickoff"}, "meeting.held: meeting kickoff"),
        ("event", {"type": "meeting.held", "data": {"meeting": "kickoff"}}, "meeting.held: meeting kickoff"),
        ("event", [{"type": "meeting.held", "meeting": "kickoff"}], "meeting.held: meeting kickoff"),
        ("event", {"events": [{"type": "meeting.held", "meeting": "kickoff"}]}, "meeting.held: meeting kickoff"),
    ],
)
def test_a_natural_signal_is_the_event_with_its_fields(name: str, said: object, line: str) -> None:
    assert Signalled().lines(name, raw(said))[0] == line


@pytest.mark.parametrize("inputs", [(), (raw(b"", "binary/null"),), (raw("null"),), (raw("{}"),)], ids=["none", "null", "JSON null", "{}"])
def test_an_event_without_fields_needs_no_input(inputs: Sequence[RawValue]) -> None:
    [line] = Signalled().signal("handoff.accepted", *inputs)
    assert (line.what, line.at, line.key) == ("handoff.accepted", NOW, "by-hand-1")


def test_two_equal_signals_are_two_events_and_one_with_an_id_is_one() -> None:
    life = Signalled()
    for _ in range(2):
        life.signal("meeting.held", raw({"meeting": "kickoff"}))
    for _ in range(2):
        life.signal("meeting.held", raw({"meeting": "kickoff", "id": "calendar-7"}))
    lines = [(line.key, line.count) for line in life.life.life.log.timeline if line.what == "meeting.held"]
    assert lines == [("by-hand-1", 1), ("by-hand-2", 1), ("calendar-7", 2)]


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2026-03-03 09:30", "2026-03-03T08:30"),  # the customer's clock is Berlin's
        ("2026-03-03T09:30:00Z", "2026-03-03T09:30"),
        ("2026-03-03 09:30+02:00", "2026-03-03T07:30"),
        ("2026-03-03 09:30:15.250+0200", "2026-03-03T07:30"),
        ("2026-03-03", "2026-03-02T23:00"),
    ],
)
def test_a_moment_may_be_written_by_the_customer_s_clock_or_with_an_offset(said: str, at: str) -> None:
    life = Signalled().life
    take(life.session, "contract.amended", [raw({"annual_value": 5, "at": said})], life.now)
    assert [f"{event.at:%Y-%m-%dT%H:%M}" for event in life.life.inbox.waiting] == [at]


def test_the_play_that_waits_for_it_starts() -> None:
    life = Signalled()
    life.signal("meeting.held", raw({"meeting": "kickoff"}))
    assert [line.what for line in life.life.life.log.timeline if line.kind is EntryKind.TOUCH] == ["email note"]


# ---- what is refused


REFUSALS: list[tuple[str, tuple[RawValue, ...], str]] = [
    ("meeting.heldd", (raw({"meeting": "kickoff"}),), "meeting.heldd: refused: 'meeting.heldd' is no signal; did you mean meeting.held?"),
    (
        "xyzzy",
        (),
        "xyzzy: refused: 'xyzzy' is no signal; there are event, pause, resume, skip, run_now, remove, erase, let_go and every type of event",
    ),
    ("meeting.held", (), "meeting.held: refused: meeting.held needs 'meeting'"),
    (
        "meeting.held",
        (raw({"meting": "kickoff"}),),
        "meeting.held: refused: meeting.held needs 'meeting'; meeting.held has no field 'meting'; did you mean meeting?",
    ),
    (
        "meeting.held",
        (raw("{"),),
        "meeting.held: refused: the input of meeting.held is no JSON: EOF while parsing an object at line 1 column 1",
    ),
    (
        "meeting.held",
        (raw(b"\xff\xfe", "binary/plain"),),
        "meeting.held: refused: meeting.held takes JSON, and this is encoded as 'binary/plain'",
    ),
    ("meeting.held", (raw({"meeting": "kickoff"}), raw("2")), "meeting.held: refused: meeting.held takes one input, and this has 2"),
    (
        "meeting.held",
        (raw('"kickoff"'),),
        "meeting.held: refused: meeting.held takes an object of its fields, or nothing, and this says 'kickoff'",
    ),
    (
        "meeting.held",
        (raw({"meeting": "kickoff", "at": "yesterday"}),),
        "meeting.held: refused: 'at': 'yesterday' is no moment: write it as '2026-03-01 14:30', with an offset such as +02:00 "
        "if it is not the customer's own time",
    ),
    (
        "meeting.held",
        (raw({"meeting": "kickoff", "at": 1772530200}),),
        "meeting.held: refused: 'at' is a moment such as '2026-03-01 14:30', and this says '1772530200'",
    ),
    ("event", (raw({"meeting": "kickoff"}),), "event: refused: an event needs its 'type', such as meeting.held"),
    ("event", (raw({"type": "meeting.heldd"}),), "meeting.heldd: refused: 'meeting.heldd' is no event type; did you mean meeting.held?"),
    ("event", (), 'event: refused: event takes {"type": "meeting.held", "data": {"meeting": "kickoff"}}, and this says \'None\''),
    ("event", (raw("[]"),), "event: refused: it tells no event: the list is empty"),
    (
        "customer.won_back",
        (raw({"reason": "x", "by": "Kim"}),),
        "customer.won_back: refused: acme is in onboarding and was not lost, so it can't be won back, by Kim",
    ),
    ("skip", (), "skip: refused: skip needs 'play'"),
    (
        "skip",
        (raw({"play": "moon", "by": "Kim"}),),
        "skip: refused: acme is in onboarding, which has no play 'moon', only later, p, by Kim",
    ),
    ("resume", (), "resume: refused: acme is not paused"),
    ("pause", (raw("[1]"),), "pause: refused: pause takes an object of by, id, why, or the why alone"),
    ("pause", (raw({"wy": "x", "by": "Kim"}),), "pause: refused: pause has no field 'wy'; did you mean why?, by Kim"),
]


@pytest.mark.parametrize(("name", "inputs", "line"), REFUSALS, ids=[f"{name} {number}" for number, (name, _, _) in enumerate(REFUSALS)])
def test_what_is_not_taken_is_refused_in_the_timeline_with_a_sentence(name: str, inputs: tuple[RawValue, ...], line: str) -> None:
    life = Signalled()
    assert life.lines(name, *inputs) == [line]
    assert life.life.life.log.counts[REFUSED] == 1
    status = status_of(life.life.session, NOW)
    assert [entry.why for entry in status.refused] == [life.life.life.log.timeline[-1].why]
    assert "**Refused lately**" in in_markdown(status)


def test_of_a_list_the_events_that_read_are_taken_in_and_each_other_has_its_line() -> None:
    said = [{"type": "meeting.held", "meeting": "kickoff"}, {"type": "meeting.held"}, 5, {"type": "handoff.accepted"}]
    assert Signalled().lines("event", raw(said)) == [
        "meeting.held: refused: meeting.held needs 'meeting'",
        "event: refused: event takes {\"type\": \"meeting.held\", \"data\": {\"meeting\": \"kickoff\"}}, and this says '5'",
        "meeting.held: meeting kickoff",
        "handoff.accepted: ",
        "email note: ",
    ]  # fmt: skip


def test_a_message_of_very_many_events_costs_no_more_than_a_task_may_take() -> None:
    assert Signalled().lines("event", raw([{}] * 5001)) == [
        "event: refused: it tells 5,001 events at once, and at most 5,000 are taken; tell them in parts"
    ]
    lines = Signalled().lines("event", raw([{}] * 5000))
    assert lines[-1] == "event: refused: 4980 more events of this message do not read either"
    assert len(lines) == 12  # ten of the same singly, one for the other ten of them, and the last


MALFORMED = [
    "{", "[", "nul", "'a'", "NaN", "Infinity", "[NaN]", '"\ud800"'.encode("utf-8", "surrogatepass"), '"\\ud800"', "{'a': 1}", '{"a": }',
    b"", b"\x00", b"\xff",
    "[" * 100_000, '{"a":' * 10_000, "1" * 5000, '{"id": ' + "9" * 400 + "}", "true", "false", "0", "-1", "1e999", "1.5", '""',
    '"\\u0000"', '"x"', "[[]]", "[[[]]]",
    "[null, 1]", "[true]", '[{"id": []}]', '{"id": {}}', '{"id": ""}', '{"id": "' + "x" * 300 + '", "at": 5}', '{"at": "now"}',
    '{"at": "0001-01-01T00:00:00Z"}', '{"at": "9999-12-31T23:59:59-14:00"}',
    '{"happened": "2026-13-45"}', '{"happened": 5}', '{"at": ["2026-03-03"]}', '{"by": [1], "at": 1}', '{"data": 5}', '{"data": [1]}',
    '{"data": {"data": {}}}', '{"type": 5}', '{"type": "x.y"}',
    '{"past": "perhaps"}', '{"nowhere": 1}', '{"\\u0000": "\\u0000"}',
]  # fmt: skip


def test_fifty_malformed_signals_of_every_name_are_each_refused_or_taken_and_none_disappears() -> None:
    assert len(MALFORMED) == 50
    unheard = []
    for name in [*described(), "no.such.event", "", "x" * 1000, "\x1b[2J"]:
        if name == "move_to_current_build":
            continue
        for said in MALFORMED:
            life = Signalled()
            known = life.life.life.inbox.known_routine  # logins and the like have no lines
            if not life.signal(name, raw(said)) and not known:
                unheard.append((name, said))
            life.life.life.model_dump_json()
    assert unheard == []


def test_every_signal_is_described() -> None:
    signals = described()
    assert set(signals) == {"event", *OPERATIONS, *CATALOGUE, "let_go", "move_to_current_build"}
    assert signals["meeting.held"] == "A meeting took place. Takes: meeting, by; and id, at, happened, by."
    assert signals["skip"] == "Drop a play's next planned occurrence. Takes: play, why, by, id."
    assert all(len(meaning) > 20 for meaning in signals.values())


# ---- commands


def test_commands_work_as_signals_and_say_by_whom() -> None:
    life = Signalled()
    assert life.lines("pause", raw({"why": "they move house", "by": "Kim Lee"})) == ["paused: they move house, by Kim Lee"]
    assert life.lines("pause", raw('"again"')) == ["pause: refused: acme is paused already: they move house"]
    assert life.lines("resume") == ["resumed: "]
    assert life.lines("pause", raw('"on holiday"')) == ["paused: on holiday"]
    assert life.lines("resume", raw({"id": "once"})) == ["resumed: "]
    assert life.lines("resume", raw({"id": "once"})) == []
    assert [line.partition(";")[0] for line in life.lines("skip", raw('"later"'))] == ["play later: skipped by an operator"]


# ---- on a server


@pytest.fixture
async def life(harness: WorkerHarness) -> CustomerWorkflow:
    lived = await harness.enrol(a_customer(), YEAR)
    await lived.live_until("2038-01-05 10:00")
    return lived


async def test_whatever_is_signalled_on_a_server_has_its_line_and_fails_no_task(life: CustomerWorkflow) -> None:
    names = [*described(), "meeting.heldd"]
    before = len(await life.timeline())
    for number in range(50):
        name = names[number % len(names)] if names[number % len(names)] != "move_to_current_build" else "pause"
        await life.handle.signal(name, args=[RawValue(Payload(metadata={"encoding": b"json/plain"}, data=b"{")), "two"][: 1 + number % 2])
    await life.handle.signal("meeting.held", {"meeting": "kickoff", "by": "Kim Lee"})
    await life.handle.signal("pause", "they move house")
    await life.wait_until_idle()
    timeline = await life.timeline()
    refused = sum(line.count for line in timeline if line.why.startswith("refused: "))
    assert (refused, len(timeline) - before) == (50, 52)
    assert sorted(line.what for line in timeline[-2:]) == ["meeting.held", "paused"]
    status = await life.status()
    assert (status.paused, status.paused_why, len(status.refused), status.counts[REFUSED]) == (True, "they move house", 5, 50)
    assert not any("TASK_FAILED" in str(event.event_type) for run in await life.runs() for event in run.events)


async def test_the_temporal_ui_lists_every_signal_with_its_meaning(life: CustomerWorkflow) -> None:
    metadata = await life.handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    assert {one.name: one.description for one in metadata.definition.signal_definitions} == described()
