"""What went to an address, over all customers, in words, as JSON and with the text where the outbox has it."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from activities.ledger.database.database import open_database
from activities.settings import Settings
from activities.transports.outbox import slug
from tests.activities.ledger.test_addressed import told
from tests.console.command_line import run


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    monkeypatch.setenv("EVERGREEN_HOME", str(tmp_path))
    return open_database(Settings(home=tmp_path).database)


def test_everything_that_went_to_an_address_is_listed(engine: sa.Engine) -> None:
    told(engine)
    sent = run("sent", "--to", "ANA@acme.example")
    assert (sent.status, sent.err) == (0, "")
    assert [line.split() for line in sent.out.splitlines()] == [
        ["when", "customer", "play", "what", "subject"],
        ["2026-03-02", "08:00", "acme", "welcome", "email", "Welcome,", "Ana"],
        ["2026-03-02", "08:00", "quix", "welcome", "email", "Welcome,", "Ana"],
    ]
    everything = run("sent", "--to", "ana@acme.example", "--all", "--json").json
    assert [(one["key"], one["outcome"], one["why"]) for one in everything] == [
        ("acme/1/a/1/email", "sent", ""), ("acme/1/c/1/email", "suppressed", "opted out"), ("quix/1/b/1/email", "sent", ""),
    ]  # fmt: skip
    assert run("sent", "--to", "kim@us.example", "--csv").out.splitlines()[1:] == [
        "2026-03-02 08:00,acme,welcome,task,welcome,UTC,acme/1/d/1/call"
    ]
    assert run("sent", "--to", "eve@acme.example").out == "Nothing went to eve@acme.example, as far as is known here.\n"
    with_text = run("sent", "--to", "ben@acme.example", "--text").out
    assert with_text.endswith("2026-03-02 08:00, quix: Welcome, Ana\nThe text is not kept.\n")


def test_what_is_no_address_is_refused(engine: sa.Engine) -> None:
    assert (run("sent", "--to", "ana").status, run("sent", "--to", "ana").err) == (2, "--to 'ana' is no email address.\n")


def test_what_an_older_build_sent_is_found_by_its_copy_in_the_outbox_and_has_its_text(engine: sa.Engine, tmp_path: Path) -> None:
    told(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE touches SET addressees = NULL"))
    outbox = Settings(home=tmp_path).outbox
    for folder in ("mail/new", "tasks"):
        (outbox / folder).mkdir(parents=True)
    mail = "From: us@us.example\nTo: Ana Silva <Ana@acme.example>\nSubject: Welcome, Ana\n\nGood to have you, says ben@acme.example.\n"
    (outbox / "mail" / "new" / slug("acme/1/a/1/email")).write_text(mail)
    request = {"to": [], "assignee": {"name": "Kim Lee", "email": "kim@us.example"}}
    (outbox / "tasks" / f"{slug('acme/1/d/1/call')}.json").write_text(json.dumps(request))
    sent = run("sent", "--to", "ana@acme.example", "--text").out
    assert "Welcome, Ana" in sent.splitlines()[1]
    assert "Good to have you, says ben@acme.example." in sent
    assert [one["key"] for one in run("sent", "--to", "kim@us.example", "--json").json] == ["acme/1/d/1/call"]
    assert run("sent", "--to", "ben@acme.example", "--json").json == []
