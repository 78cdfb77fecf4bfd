"""The playbooks that ship read clean, say why they do what they do, and every text of theirs can be sent."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from console.files.customers.customers_file import read_customers
from console.files.events_file import read_events
from lifecycle.conditions.vocabulary import MESSAGE
from lifecycle.domain.enums import MilestoneKind, Stage, Tier
from lifecycle.domain.model import Scalar
from lifecycle.domain.time.zones import zone
from lifecycle.playbook.faults import PlaybookFaults
from lifecycle.playbook.program import compile_playbook
from lifecycle.playbook.reading import read_playbook
from lifecycle.playbook.templates.templates import render
from lifecycle.playbook.templates.translations import missing_in
from runtime.playbook_files import load

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "playbooks").glob("*.yaml"))
TEXTS = [(path.stem, name, text) for path in SHIPPED for name, text in load(path)[1].items()]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_it_reads_clean_and_runs_in_every_stage_and_tier(path: Path) -> None:
    playbook, _ = load(path)
    for stage in Stage:
        for tier in Tier:
            compile_playbook(playbook, stage, tier)


@pytest.mark.parametrize(("playbook", "name", "text"), TEXTS, ids=[f"{playbook}-{name}" for playbook, name, _ in TEXTS])
def test_a_meetings_time_is_said_with_its_place_and_never_with_a_time_zones_name(playbook: str, name: str, text: str) -> None:
    assert ("meeting.time" in text) == ("meeting.place" in text)
    assert "meeting.zone" not in text


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_play_says_why_and_every_template_is_used(path: Path) -> None:
    playbook, texts = load(path)
    plays = {name: play for plan in playbook.stages.values() for name, play in plan.plays.items()}
    assert [name for name, play in plays.items() if not play.about] == []
    used = {step.body.template_name for step in playbook.every_step()}
    assert {name.removesuffix(".de") for name in texts} == used - {""}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_no_text_that_people_read_names_a_row_of_the_practice(path: Path) -> None:
    playbook, texts = load(path)
    shown = playbook.model_dump_json() + "".join(texts.values())
    assert re.findall(r"\bR\d\d\b", shown) == []


@pytest.mark.parametrize(("playbook", "name", "text"), TEXTS, ids=[f"{playbook}/{name}" for playbook, name, _ in TEXTS])
def test_every_text_can_be_sent_when_all_it_needs_is_known(playbook: str, name: str, text: str) -> None:
    values: dict[str, dict[str, Scalar]] = {
        group: {field: value for field, value in fields.items() if isinstance(value, str | int | float | bool)}
        for group, fields in MESSAGE.items()
        if isinstance(fields, dict)
    }
    values["event"] = {"invoice": "INV-1"}
    subject, body = render(text, values)
    assert 3 <= len(subject) <= 78
    assert 100 <= len(body) <= 1600
    assert "{" not in subject + body


def test_the_standard_playbook_sets_tiers_owners_and_goals() -> None:
    playbook, _ = load(ROOT / "playbooks" / "standard.yaml")
    assert set(playbook.stages) == set(Stage) - {Stage.CLOSED}
    assert set(playbook.tiers) == {Tier.A, Tier.B}
    assert all(plan.goal and plan.owner and plan.exit for plan in playbook.stages.values())


def test_the_ten_milestones_are_five_of_each_kind() -> None:
    playbook, _ = load(ROOT / "playbooks" / "ten-milestones.yaml")
    kinds = [milestone.kind for milestone in playbook.milestones.values()]
    assert kinds.count(MilestoneKind.FUNCTIONAL) == kinds.count(MilestoneKind.CUSTOMER) == 5
    functional = [number for number, kind in enumerate(kinds, 1) if kind is MilestoneKind.FUNCTIONAL]
    assert functional == [4, 5, 6, 7, 10]


def test_a_missing_file_is_told_of_like_any_other_fault(tmp_path: Path) -> None:
    with pytest.raises(PlaybookFaults, match=r"nothing\.yaml:1: cannot be read: No such file or directory"):
        load(tmp_path / "nothing.yaml")


def test_the_example_customers_and_events_read_clean() -> None:
    playbook, _ = load(ROOT / "playbooks" / "standard.yaml")
    rows, faults = read_customers((ROOT / "examples" / "customers.csv").read_text(encoding="utf-8"), playbook)
    assert faults == []
    zones = {row.customer.id: row.customer.timezone for row in rows}
    events, faults = read_events((ROOT / "examples" / "events.csv").read_text(encoding="utf-8"), zones)
    assert faults == []
    assert len({(one.customer, one.event.id) for one in events}) == len(events)


def test_the_example_customers_are_as_various_as_the_demo_promises() -> None:
    playbook, _ = load(ROOT / "playbooks" / "standard.yaml")
    rows, _ = read_customers((ROOT / "examples" / "customers.csv").read_text(encoding="utf-8"), playbook)
    assert len(rows) == 12
    assert {row.customer.tier for row in rows} == set(Tier)
    assert {30, 180, 365, 730} <= {row.customer.contract.days for row in rows}
    assert [row.customer.id for row in rows if row.enrolled_on] == ["alpine-bank"]
    winter = [zone(row.customer.timezone).utcoffset(datetime(2026, 1, 15)) or timedelta() for row in rows]  # noqa: DTZ001 - local time
    summer = [zone(row.customer.timezone).utcoffset(datetime(2026, 7, 15)) or timedelta() for row in rows]  # noqa: DTZ001 - local time
    assert len(set(winter)) >= 9
    assert min(winter) < timedelta() < max(winter)
    assert winter != summer


def test_the_example_in_the_documentation_reads() -> None:
    page = (ROOT / "docs" / "playbooks.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    text = "Subject: Hello\n\nHello {{ contact.first_name }}\n"
    assert read_playbook(example, {"welcome": text, "chase": text}).playbook == "small"


def test_every_row_of_the_practice_is_accounted_for_and_every_play_named_there_exists() -> None:
    page = (ROOT / "docs" / "practices.md").read_text(encoding="utf-8")
    rows = {int(number) for number in re.findall(r"\bR(\d\d)\b", page)} | {4, 5}
    assert rows == set(range(1, 67))
    playbook, _ = load(ROOT / "playbooks" / "standard.yaml")
    plays = [play for plan in playbook.stages.values() for play in plan.plays]
    assert [play for play in plays if f"`{play}`" not in page and not play.endswith(("payment-failed", "champion-left"))] == [
        "welcome", "checkin-14", "checkin-30", "checkin-60", "renewal-thanks", "renewal-60", "renewal-30",
        "renewal-7", "goodbye",
    ]  # fmt: skip


STANDARD = [(name, text) for playbook, name, text in TEXTS if playbook == "standard"]
_COMMENT = re.compile(r"\{#.*?#\}\n?")


def _paragraphs(text: str) -> list[str]:
    return [part for part in _COMMENT.sub("", text).partition("\n\n")[2].split("\n\n") if part.strip()]


def test_the_standard_playbook_says_everything_in_english_and_in_german() -> None:
    playbook, _ = load(ROOT / "playbooks" / "standard.yaml")
    assert playbook.languages == ["en", "de"]
    assert [str(missing_in(playbook, language)) for language in playbook.languages] == ["", ""]
    assert set(playbook.surveys) == set(playbook.all_names().surveys)
    assert set(playbook.meetings) == set(playbook.all_names().meetings)


@pytest.mark.parametrize(("name", "text"), STANDARD, ids=[name for name, _ in STANDARD])
def test_a_letter_greets_begins_as_its_language_does_and_is_signed(name: str, text: str) -> None:
    greeting, first, *_, farewell = _paragraphs(text)
    german = name.endswith(".de")
    assert re.fullmatch(r"Guten Tag( \{\{ contact\.name \}\})?," if german else r"Hello( \{\{ contact\.first_name \}\})?,", greeting)
    assert first[0].isupper() or (german and first[0].islower())
    assert farewell == f"{'Viele Grüße' if german else 'Best regards,'}  \n{{{{ owner.name }}}}  \n{{{{ company.name }}}}\n"


@pytest.mark.parametrize(("name", "text"), STANDARD, ids=[name for name, _ in STANDARD])
def test_no_text_names_the_company_an_amount_without_its_currency_or_an_hour_for_everybody(name: str, text: str) -> None:
    said = _COMMENT.sub("", text)
    assert "Larkfield" not in said
    assert re.findall(r"\b1[.,]?000\b(?! \{\{ contract\.currency \}\})", said) == []
    assert re.findall(r"\b\d\d:\d\d\b|your time\)|meeting\.zone", said) == []
    if name.endswith(".de"):
        assert re.findall(r"\b(du|dir|dich|dein\w*)\b", said) == []
