"""A playbook of one's own: begun from the standard one, marked where only the company knows, and not published before that is said."""

import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from activities.ledger.database.database import open_database
from activities.ledger.published.playbook_store import PlaybookStore
from console.commands.lint import lint_playbook
from console.commands.new import begin_playbook
from lifecycle.domain.errors import Mistake
from runtime.playbook_files import load, templates_of, to_fill_in
from runtime.publishing import publish_all, unfinished_in
from tests.console.command_line import ROOT, row, run, write_customers

NAMES = ["Acme GmbH", 'Ac"me: #1 {{ owner.name }} & Söhne', "株式会社アクメ", "- yes: [no]", "'; {x"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "playbooks" / "standard.yaml", tmp_path)
    shutil.copytree(ROOT / "playbooks" / "standard", tmp_path / "standard")
    return tmp_path


def begin(folder: Path, name: str = "own", **given: str | None) -> None:
    options: dict[str, str | None] = {
        "company": "Acme GmbH",
        "product": None,
        "url": "https://www.acme.example",
        "email": None,
        "address": None,
    }
    begin_playbook(folder, name, **options | given, as_json=False)


@pytest.mark.parametrize("company", NAMES)
def test_it_reads_speaks_of_the_company_and_has_every_text(folder: Path, company: str) -> None:
    begin(folder, company=company, product="Anvil", address="1 Forge Lane\nLeeds")
    playbook, templates = load(folder / "own.yaml")
    standard, standard_templates = load(folder / "standard.yaml")
    assert (playbook.playbook, playbook.company.name, playbook.company.product) == ("own", company, "Anvil")
    assert (playbook.company.url, playbook.company.email) == ("https://www.acme.example", "success@acme.example")
    assert playbook.brand is not None and playbook.brand.address == "1 Forge Lane Leeds"
    assert set(templates) == set(standard_templates)
    assert [plan.plays.keys() for plan in playbook.stages.values()] == [plan.plays.keys() for plan in standard.stages.values()]
    assert "arkfield" not in (folder / "own.yaml").read_text() + "".join(templates.values())


def test_what_only_the_company_knows_is_marked_until_it_is_filled_in(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begin(folder)
    places = to_fill_in(folder / "own.yaml")
    assert f"{len(places)} places are to be filled in" in capsys.readouterr().out
    for file in (folder / "standard.yaml", *sorted((folder / "standard").glob("*.md"))):
        own = folder / (file.name if file.suffix == ".yaml" else f"own/{file.name}")
        marked = [fault for fault in places if Path(fault.file).name == ("own.yaml" if file.suffix == ".yaml" else own.name)]
        assert len(marked) >= file.read_text().count("# own: "), file
    assert lint_playbook(folder / "own.yaml", strict=False, as_json=False) == 0
    told = capsys.readouterr().err
    assert "own.yaml:20: warning: is to be filled in: your postal address; then take the comment away" in told
    assert "own/welcome.md" in told
    assert lint_playbook(folder / "own.yaml", strict=True, as_json=False) == 2


def test_a_word_of_the_standard_product_is_marked_wherever_it_stands(folder: Path) -> None:
    begin(folder)
    for name, text in templates_of(folder / "own.yaml").items():
        lines = text.split("\n")
        for before, line in pairwise(lines):
            if any(word in line.lower() for word in ("dashboard", "data source", "datenquelle")) and not line.startswith("{#"):
                assert before.startswith("{# fill in: "), (name, line)


def test_it_is_published_when_no_mark_is_left(folder: Path, tmp_path: Path) -> None:
    begin(folder)
    engine = open_database(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    store = PlaybookStore(engine)
    assert [ref.partition("@")[0] for ref in publish_all(store, folder)] == ["standard"]
    assert unfinished_in(folder) == {"own.yaml": len(to_fill_in(folder / "own.yaml"))}
    for file in (folder / "own.yaml", *(folder / "own").glob("*.md")):
        file.write_text(file.read_text().replace("fill in: ", "said: "))
    assert [ref.partition("@")[0] for ref in publish_all(store, folder)] == ["own"]
    engine.dispose()


def test_nobody_is_enrolled_on_one_that_has_marks_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(folder)
    monkeypatch.setenv("EVERGREEN_HOME", str(folder / "home"))
    ran = run("enroll", write_customers(folder, row("acme")), "--playbook", folder / "own.yaml")
    assert (ran.status, ran.out) == (2, "")
    assert f"has {len(to_fill_in(folder / 'own.yaml'))} places to fill in before it is published" in ran.err


@pytest.mark.parametrize(
    ("name", "given", "what"),
    [
        ("Own Playbook", {}, "'Own Playbook' is no name for a playbook: use small letters"),
        ("../own", {}, "'../own' is no name for a playbook"),
        ("people", {}, "'people' is no name for a playbook"),
        ("standard", {}, "standard.yaml is there already: take another name, or move it away first."),
        ("own", {"company": None}, "--company is missing: say it, or begin the playbook at a terminal"),
        ("own", {"url": None}, "--url is missing"),
        ("own", {"company": " \n "}, "--company takes a name of one line, 200 characters at most."),
        ("own", {"product": "x" * 201}, "--product takes a name of one line, 200 characters at most."),
        ("own", {"url": "acme"}, "--url takes the address of a web site, such as https://example.com."),
        ("own", {"url": "javascript:alert(1)"}, "--url takes the address of a web site"),
        ("own", {"url": "https://acme.example/\nBcc: x"}, "--url takes the address of a web site"),
        ("own", {"email": "nobody"}, "--email: is no email address."),
    ],
)
def test_what_it_is_not_given_rightly_is_said_in_a_sentence_and_nothing_is_written(
    folder: Path, name: str, given: dict[str, str | None], what: str
) -> None:
    before = sorted(folder.rglob("*"))
    with pytest.raises(Mistake) as told:
        begin(folder, name, **given)
    assert what in str(told.value)
    assert "\n" not in str(told.value)
    assert sorted(folder.rglob("*")) == before


def test_away_from_a_terminal_it_asks_nothing_and_says_what_is_missing() -> None:
    ran = run("new", "acme", "--company", "Acme")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("--url is missing")
    assert not (ROOT / "playbooks" / "acme.yaml").exists()
