"""The folder of playbooks and its people are published together or not at all."""

from pathlib import Path

import pytest

from activities.ledger.database.database import open_database
from activities.ledger.published.people_store import PeopleStore
from activities.ledger.published.playbook_store import PlaybookStore
from lifecycle.playbook.faults import PlaybookFaults
from runtime.playbook_files import load
from runtime.publishing import publish_all

PLAYBOOK = """
playbook: small
company: {name: Us, email: us@us.example}
stages:
  growth:
    goal: Value
    owner: csm
    exit: 'true'
    plays:
      call:
        at: {day: 1}
        steps:
          - task: {title: Call, owner: support, due: 1d, ladder: [{after: 1d, to: head-of-support}]}
            id: call
          - escalate: {to: ceo, reason: Look}
          - offer: {offer: more, terms: ten percent, approval: sales-manager}
"""
PEOPLE = "people:\n  kim: {name: Kim, email: kim@us.example, roles: [support, head-of-support, ceo, sales-manager]}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(PLAYBOOK)
    return tmp_path


def test_people_are_published_with_the_playbooks(folder: Path, tmp_path: Path) -> None:
    (folder / "people.yaml").write_text(PEOPLE)
    engine = open_database(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    refs = publish_all(PlaybookStore(engine), folder)
    assert [ref.partition("@")[0] for ref in refs] == ["people", "small"]
    assert publish_all(PlaybookStore(engine), folder) == []
    (folder / "people.yaml").unlink()
    publish_all(PlaybookStore(engine), folder)
    found = PeopleStore(engine).newest()
    assert found is not None
    assert found.roles == {"csm", "support", "head-of-support", "ceo", "sales-manager"}
    engine.dispose()


def test_every_role_that_nobody_holds_is_a_fault_with_its_line(folder: Path) -> None:
    (folder / "people.yaml").write_text("people:\n  kim: {name: Kim, email: kim@us.example, roles: suport}\n")
    with pytest.raises(PlaybookFaults) as told:
        load(folder / "small.yaml")
    lines = [(fault.line, fault.what.partition(";")[0]) for fault in told.value.faults]
    assert lines == [
        (13, "nobody in people.yaml has the role 'support'"),
        (13, "nobody in people.yaml has the role 'head-of-support'"),
        (15, "nobody in people.yaml has the role 'ceo'"),
        (16, "nobody in people.yaml has the role 'sales-manager'"),
    ]
    assert "did you mean suport?" in str(told.value)


def test_without_people_every_role_will_do(folder: Path) -> None:
    assert load(folder / "small.yaml")[0].playbook == "small"


def test_people_that_do_not_read_publish_nothing(folder: Path, tmp_path: Path) -> None:
    (folder / "people.yaml").write_text("people: {kim: {name: Kim}}")
    engine = open_database(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    with pytest.raises(PlaybookFaults, match=r"people\.yaml:1: people, kim: 'email' is missing"):
        publish_all(PlaybookStore(engine), folder)
    assert PlaybookStore(engine).versions("small") == []
    engine.dispose()
