"""Every mistake is one sentence on standard error and status 2, every failure status 1; never a traceback."""

from pathlib import Path

import pytest

from lifecycle.domain.errors import Failure
from runtime.process.command import run_command
from tests.console.command_line import run, write_customers, write_playbook

UNREACHABLE = (
    "No Temporal server can be reached at 127.0.0.1:1 (nothing listens there): start one with 'make dev', or name another with "
    "TEMPORAL_ADDRESS.\n"
)

MISTAKES = {
    "no such command": (["enrol"], "No such command 'enrol'", "starter.py"),
    "nobody named": (["status"], "Missing argument 'CUSTOMER'", "starter.py status"),
    "no such option": (["list", "--colour"], "No such option: --colour", "starter.py list"),
    "no such tier": (["list", "--tier", "Q"], "Invalid value for '--tier': 'Q' is not one of 'a', 'b', 'c'", "starter.py list"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_words_that_fit_no_command_are_told_where_to_look(name: str) -> None:
    words, what, where = MISTAKES[name]
    ran = run(*words)
    assert ran.status == 2 and ran.out == ""
    assert ran.err.startswith(what) and ran.err.endswith(f": '{where} --help' says how it is written.\n")
    assert ran.err.count("\n") == 1


BUILDS = {
    "a share that is none": (["promote", "--ramp", "all"], "'all' is no share of runs: write one above 0% and below 100%, such as 10%."),
    "no share at all": (["promote", "--ramp", ""], "'' is no share of runs: write one above 0% and below 100%, such as 10%."),
    "all of the runs": (["promote", "--ramp", "100%"], "'100%' is no share of runs: write one above 0% and below 100%, such as 10%."),
    "less than none": (["promote", "--ramp", "-5%"], "'-5%' is no share of runs: write one above 0% and below 100%, such as 10%."),
    "a decimal comma": (["promote", "--ramp", "10,5%"], "'10,5%' is no share of runs: write one above 0% and below 100%, such as 10%."),
    "a half, or half a per cent": (["promote", "--ramp", "0.5"], "'0.5' may mean 50% or 0.5%: write it with its per cent sign."),
    "a variable that is not set": (
        ["promote", ""],
        "The name of the build is empty: write one that 'starter.py deploy status' lists, or leave it out.",
    ),
    "the same for the old build": (
        ["drain", "--build", " "],
        "The name of the build is empty: write one that 'starter.py deploy status' lists, or leave it out.",
    ),
}


@pytest.mark.parametrize("name", BUILDS)
def test_what_is_said_of_builds_is_read_before_the_server_is_asked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    words, what = BUILDS[name]
    ran = run("deploy", *words)
    assert (ran.status, ran.out, ran.err) == (2, "", f"{what}\n")


EVENTS = {
    "no such type": (["logn"], "'logn' is no event type; did you mean login?"),
    "no such field": (["login", "--data", "mail=ana@acme.example"], "login has no field 'mail'; did you mean email?"),
    "a field is missing": (["customer.churned", "--data", "kind=choice"], "customer.churned needs 'reason'"),
    "several are missing": (["usage.reported"], "usage.reported needs 'count'"),
    "a score that is off its scale": (
        ["survey.answered", "--data", "survey=nps", "--data", "score=11"],
        "survey.answered: 'score' is 10 at most, and this says '11'",
    ),
    "a date that is none": (
        ["contract.amended", "--data", "end=soon"],
        "contract.amended: 'end' is a day such as 2026-03-01, and this says 'soon'",
    ),
    "an address that is none": (["contact.left", "--data", "email=ana"], "contact.left: 'email' is no email address, and this says 'ana'"),
    "a zone that is none": (
        ["customer.changed", "--data", "timezone=Berlin"],
        "customer.changed: timezone 'Berlin' is no time zone; did you mean Europe/Berlin?",
    ),
}


@pytest.mark.parametrize("name", EVENTS)
def test_a_broken_event_is_refused_before_anybody_is_asked(name: str) -> None:
    words, what = EVENTS[name]
    ran = run("event", "acme", *words)
    assert (ran.status, ran.out, ran.err) == (
        2,
        "",
        f"The event is not told: {what}\n" if what.endswith("?") else f"The event is not told: {what}.\n",
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--data", "email"], "--data 'email' is no key=value: write --data email=ana@acme.example, for example.\n"),
        (["--data", "email=a@b.example", "--data", "email=c@d.example"], "--data names 'email' twice: give it once.\n"),
    ],
)
def test_data_is_written_as_key_and_value(words: list[str], sentence: str) -> None:
    ran = run("event", "acme", "login", *words)
    assert (ran.status, ran.out, ran.err) == (2, "", sentence)


@pytest.mark.parametrize(
    "words",
    [
        ["status", "acme"],
        ["timeline", "acme"],
        ["list"],
        ["event", "acme", "login"],
        ["pause", "acme"],
        ["resume", "acme"],
        ["pause", "--query", 'Tier = "A"'],
        ["resume", "--query", 'Tier = "A"'],
        ["skip", "acme", "hello"],
        ["run-now", "acme", "hello"],
        ["fast-forward", "acme", "3d"],
        ["setup"],
    ],
    ids=lambda words: words[0],
)
def test_a_server_that_is_not_there_is_a_failure(words: list[str]) -> None:
    for more in ([], ["--json"]):
        ran = run(*words, *more)
        assert (ran.status, ran.out, ran.err) == (1, "", UNREACHABLE)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    gone = tmp_path / "gone.csv"
    for words in (["enroll"], ["simulate", "--customers"]):
        ran = run(*words, gone)
        assert (ran.status, ran.out, ran.err) == (2, "", f"There is no file {gone}: name one that is there.\n")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_bytes(b"id,name\n\xff")
    ran = run("simulate", "--customers", file)
    assert (ran.status, ran.err) == (2, f"{file} is not UTF-8 text (byte 8): save it as UTF-8.\n")


def test_a_playbook_that_is_not_published_is_named(tmp_path: Path) -> None:
    ran = run("enroll", write_customers(tmp_path), "--playbook", "nope")
    assert ran.status == 2
    assert ran.err == (
        "No playbook 'nope' is published: a worker publishes those of playbooks/ when it starts, and --playbook FILE.yaml publishes another.\n"
    )


def test_a_setting_that_does_not_read_is_named_and_not_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVERGREEN_DATABASE_URL", "mysql://secret")
    ran = run("enroll", write_customers(tmp_path))
    assert ran.status == 2
    assert ran.err.startswith("EVERGREEN_DATABASE_URL: is no database") and "secret" not in ran.err


def test_a_database_that_cannot_be_opened_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVERGREEN_DATABASE_URL", f"sqlite:///{tmp_path}")
    ran = run("enroll", write_customers(tmp_path))
    assert ran.status == 1
    assert ran.err.startswith("The database cannot be used (") and ran.err.endswith("look at EVERGREEN_DATABASE_URL and EVERGREEN_HOME.\n")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("soon", "'soon' is no length of time: write a whole number and a unit, such as 30d, 12h, 2w or 3mo.\n"),
        ("3bd", "A clock does not know business days: write 3d for as many calendar days.\n"),
        ("4bh", "A clock does not know working hours: write 4h for as many hours.\n"),
    ],
)
def test_a_length_of_time_that_is_none_is_refused(text: str, sentence: str) -> None:
    ran = run("fast-forward", "acme", text)
    assert (ran.status, ran.out, ran.err) == (2, "", sentence)


def test_every_fault_of_a_playbook_is_told_with_its_line(tmp_path: Path) -> None:
    file = write_playbook(tmp_path)
    file.write_text(file.read_text().replace("template: lesson", "template: leson").replace("'!first_value'", "first_valu"))
    ran = run("lint", file)
    assert (ran.status, ran.out) == (2, "")
    lines = ran.err.splitlines()
    assert [line.partition(": ")[0] for line in lines] == [f"{file}:21", f"{file}:25"]
    as_json = run("lint", file, "--json")
    assert as_json.status == 2
    assert [fault["line"] for fault in as_json.json["faults"]] == [21, 25]


def test_a_playbook_in_order_is_said_to_be(tmp_path: Path) -> None:
    file = write_playbook(tmp_path)
    ran = run("lint", file)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"{file} is in order: brief@") and ran.out.endswith(", 3 stages, 3 plays, 2 templates.\n")
    assert run("lint", file, "--json").json["faults"] == []


def test_a_warning_is_told_apart_and_refuses_nothing_unless_lint_is_strict(tmp_path: Path) -> None:
    file = write_playbook(tmp_path)
    (tmp_path / "brief" / "lesson.md").write_text("Subject: A lesson\n\nFive days ago you began.\n")
    warning = (
        f"{tmp_path / 'brief' / 'lesson.md'}:3: "
        "{}in play lesson: says 'Five days ago', and the play may go later than its day (within: 4d); "
        "write a date or {{ stage.day }}, or leave it out\n"
    )
    ran = run("lint", file)
    assert (ran.status, ran.err) == (0, warning.replace("{}", "warning: ", 1))
    assert ran.out.startswith(f"{file} is in order but for 1 warning: brief@")

    as_json = run("lint", file, "--json")
    assert as_json.status == 0
    assert as_json.json["faults"] == []
    assert [(one["line"], one["where"]) for one in as_json.json["warnings"]] == [(3, "in play lesson")]

    strict = run("lint", file, "--strict")
    assert (strict.status, strict.out, strict.err) == (2, "", warning.replace("{}", "", 1))
    assert [one["line"] for one in run("lint", file, "--strict", "--json").json["faults"]] == [3]


def test_what_nobody_foresaw_is_a_sentence_too() -> None:
    def command() -> None:
        raise ExceptionGroup("tasks", [ExceptionGroup("inner", [KeyError("x")])])

    assert run_command(command) == 1


def test_of_what_failed_side_by_side_the_first_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> None:
        raise ExceptionGroup("tasks", [Failure("The first.")])

    assert run_command(command) == 1
    assert capsys.readouterr().err == "The first.\n"


def test_help_has_examples_and_the_version_is_the_projects() -> None:
    for words in (["enroll"], ["event"], ["list"], ["fast-forward"], ["simulate"], ["lint"]):
        assert "Example:  starter.py" in run(*words, "--help").out
    assert run("--version").out == "evergreen 0.1.0\n"
