"""`simulate`: the timelines that Temporal would give, without a server."""

from pathlib import Path

import pytest

from tests.console.command_line import ROOT, row, run, write_customers, write_events, write_playbook


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    playbook = write_playbook(tmp_path)
    customers = write_customers(tmp_path, row("acme"), row("tokyo", timezone="Asia/Tokyo", country="JP", enrolled_on="2026-03-06"))
    events = write_events(
        tmp_path,
        "acme,2026-03-09 14:30,milestone.reached,milestone=first-value;by=Ana",
        "acme,2026-03-09 14:30,contract.signed,start=2026-03-02;end=2027-03-02",
    )
    return ["--customers", str(customers), "--events", str(events), "--playbook", str(playbook)]


ANA = "champion Ana Silva <ana@acme.example>"


def entry(at: str, kind: str, what: str, outcome: str | None = None, why: str = "", key: str = "", **more: object) -> dict[str, object]:
    plain = {"cause": None, "by": "", "to": "", "subject": "", "until": None, "count": 1, "last": None}
    return {"at": at, "kind": kind, "what": what, "outcome": outcome, "why": why, "key": key} | plain | more


def test_a_timeline_is_exact(files: list[str]) -> None:
    ran = run("simulate", "acme", *files, "--until", "2026-03-12", "--json")
    assert (ran.status, ran.err) == (0, "")
    [life] = ran.json
    assert life["timeline"] == [
        entry("2026-03-02T07:00:00Z", "stage", "onboarding", why="enrolled"),
        entry("2026-03-02T08:00:00Z", "touch", "email hello", "sent", key="acme/1/hello/1/email-hello", to=ANA),
        entry(
            "2026-03-07T08:00:00Z", "touch", "email lesson", "delayed",
            "Saturday 07 March is no business day in DE", "acme/1/lesson/1/email-lesson",
            cause="day_off", to=ANA, until="2026-03-09T08:00:00Z",
        ),
        entry("2026-03-09T08:00:00Z", "touch", "email lesson", "sent", key="acme/1/lesson/1/email-lesson", to=ANA),
        entry(
            "2026-03-09T13:29:59Z", "event", "contract.signed",
            why="refused: acme is in onboarding and not on trial; tell contract.renewed or contract.amended instead",
            key=life["timeline"][4]["key"], cause="refused",
        ),
        entry("2026-03-09T13:30:00Z", "event", "milestone.reached", why="milestone first-value, by Ana", key=life["timeline"][5]["key"]),
        entry("2026-03-09T13:30:00Z", "milestone", "first-value", why="told by Ana", cause="reached"),
        entry("2026-03-10T08:00:00Z", "touch", "play call", "skipped", "its condition does not hold", "acme/1/call/1/*", cause="condition"),
    ]  # fmt: skip
    assert (life["status"]["stage"], life["status"]["day"]) == ("onboarding", 10)


def test_a_late_one_is_enrolled_at_eight_of_its_own_morning_and_gets_only_what_is_in_its_window(files: list[str]) -> None:
    ran = run("simulate", "tokyo", *files, "--until", "2026-03-07", "--json")
    [life] = ran.json
    assert [(one["at"], one["what"], one["outcome"]) for one in life["timeline"]] == [
        ("2026-03-02T00:00:00Z", "play hello", "missed"),
        ("2026-03-05T23:00:00Z", "onboarding", None),
        ("2026-03-06T00:00:00Z", "task catch_up", "sent"),
    ]


def test_without_json_each_customer_has_a_table_by_its_own_clock(files: list[str]) -> None:
    ran = run("simulate", *files, "--until", "2026-03-12")
    lines = [line.rstrip() for line in ran.out.splitlines()]
    assert lines[0] == "Acme (tier B, Europe/Berlin), now in onboarding"
    assert "Tokyo (tier B, Asia/Tokyo), now in onboarding" in lines
    [sent] = [line for line in lines if "email hello" in line]
    assert sent.split() == ["Mon", "2026-03-02", "09:00", "touch", "email", "hello", "to", *ANA.split(), "sent"]


def test_a_bad_row_is_told_and_the_others_are_lived(tmp_path: Path) -> None:
    playbook = write_playbook(tmp_path)
    customers = write_customers(tmp_path, row("acme"), row("mars", timezone="Mars/Olympus"))
    events = write_events(tmp_path, "acme,2026-03-03 10:00,login,", "venus,2026-03-03 10:00,login,")
    ran = run("simulate", "--customers", customers, "--events", events, "--playbook", playbook, "--json")
    assert ran.status == 2
    assert [life["status"]["customer"] for life in ran.json] == ["acme"]
    assert ran.err == (
        f"{customers}, line 3: timezone 'Mars/Olympus' is no time zone; write an IANA name such as Europe/Berlin.\n"
        f"{events}, line 3: there is no customer 'venus'.\n"
    )


def test_a_customer_that_the_file_has_not_is_named(files: list[str]) -> None:
    ran = run("simulate", "acme", "venus", *files)
    assert (ran.status, ran.out, ran.err) == (2, "", f"{files[1]} has no customer 'venus', only acme, tokyo.\n")


def test_a_moment_that_is_none_is_refused(files: list[str]) -> None:
    ran = run("simulate", *files, "--until", "June")
    assert ran.status == 2
    assert ran.err == (
        "--until 'June' is no moment: write it as '2026-03-01 14:30', with an offset such as +02:00 if it is not the customer's own time.\n"
    )


def test_the_examples_are_what_it_takes_by_itself() -> None:
    ran = run("simulate", "bluebell-florist", "--json")
    [life] = ran.json
    assert (ran.status, life["status"]["closed"]) == (0, "gone: ceased business")
    assert (ROOT / "examples" / "customers.csv").exists()
