"""The outbox's page: all that lies there by day and person, each file read once, and nothing from outside is markup."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from activities.registry import Activities
from activities.transports import outbox_page
from activities.transports.outbox import sent_twice, slug
from activities.transports.outbox_copies import copies_of, delete
from activities.transports.outbox_page import OutboxPage
from lifecycle.domain.enums import TouchKind
from lifecycle.domain.touch import Recipient
from tests.activities.building import AT, VALUES, a_meeting, a_task, a_touch, perform
from tests.hostile_texts import HOSTILE, is_text, unprintable

BO = Recipient(name="Bo Berg", email="bo@acme.example")
LINE = re.compile(
    r'<h2>([^<]+)</h2>|<h3>([^<]+)</h3>|<time[^>]*>([^<]+)</time> <span class="kind">(\w+)</span> '
    r'<span class="what"><a href="([^"]+)">([^<]+)</a>(?: <span class="hint">([^<]+)</span>)?'
)


def shown(page: Path) -> list[str]:
    """The page's lines: a day, a person, or what went to it and when."""
    found = LINE.findall(page.read_text(encoding="utf-8"))
    return [
        unescape(day or person or " ".join(filter(None, (time, kind, subject, customer))))
        for day, person, time, kind, _, subject, customer in found
    ]


def links(page: Path) -> list[str]:
    return [link for *_, link, _, _ in LINE.findall(page.read_text(encoding="utf-8")) if link]


async def test_it_shows_all_that_was_sent_by_day_and_person_with_the_newest_day_first(activities: Activities, tmp_path: Path) -> None:
    page = OutboxPage(tmp_path / "outbox")
    for touch in (
        a_touch(),
        a_touch("acme/1/welcome/2/email", at=AT + timedelta(hours=1)),
        a_meeting(to=[BO, a_touch().to[0]], at=AT + timedelta(days=1)),
        a_task(),
        a_task("acme/1/x/1/escalate", TouchKind.ESCALATE, owner="vp", text="Red for two weeks"),
    ):
        await perform(activities, touch)
    assert not page.page.exists()
    assert page.refresh() == 5
    assert shown(page.page) == [
        "2026-03-03",
        "Ana Silva <ana@acme.example>",
        "08:00 mail Kickoff with Acme",
        "Bo Berg <bo@acme.example>",
        "08:00 mail Kickoff with Acme",
        "2026-03-02",
        "Ana Silva <ana@acme.example>",
        "08:00 mail Welcome, Ana",
        "09:00 mail Welcome, Ana",
        "csm",
        "08:00 task Call Ana acme",
        "vp",
        "08:00 escalate Red for two weeks acme",
    ]
    assert sent_twice(tmp_path / "outbox") == 0


async def test_each_mail_opens_as_a_file_of_its_own_and_whatever_is_linked_is_there(activities: Activities, tmp_path: Path) -> None:
    page = OutboxPage(tmp_path / "outbox")
    await perform(activities, a_touch())
    await perform(activities, a_task())
    [mail] = (tmp_path / "outbox/mail/new").iterdir()
    page.refresh()
    assert sorted(links(page.page)) == [f"eml/{mail.name}.eml", f"task/{next((tmp_path / 'outbox/task').iterdir()).name}"]
    assert all((tmp_path / "outbox" / link).is_file() for link in links(page.page))
    assert (tmp_path / "outbox" / f"eml/{mail.name}.eml").read_bytes() == mail.read_bytes()
    mail.rename(tmp_path / "outbox/mail/cur" / f"{mail.name}:2,S")
    before = page.page.read_bytes()
    assert (page.refresh(), page.page.read_bytes()) == (2, before)


async def test_where_files_have_one_name_each_a_mail_is_copied(
    activities: Activities, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    await perform(activities, a_touch())
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    page = OutboxPage(tmp_path / "outbox")
    page.refresh()
    assert shown(page.page) == ["2026-03-02", "Ana Silva <ana@acme.example>", "08:00 mail Welcome, Ana"]
    [copy] = (tmp_path / "outbox/eml").iterdir()
    [mail] = (tmp_path / "outbox/mail/new").iterdir()
    assert (copy.read_bytes(), copy.stat().st_mode & 0o777, copy.stat().st_nlink) == (mail.read_bytes(), 0o600, 1)


async def test_its_owner_alone_reads_it(activities: Activities, tmp_path: Path) -> None:
    page = OutboxPage(tmp_path / "outbox")
    await perform(activities, a_touch())
    page.refresh()
    [copy] = (tmp_path / "outbox/eml").iterdir()
    assert [path.stat().st_mode & 0o777 for path in (page.page, copy, copy.parent)] == [0o600, 0o600, 0o700]


async def test_what_is_gone_from_the_outbox_is_gone_from_the_page_and_its_copy_too(activities: Activities, tmp_path: Path) -> None:
    page = OutboxPage(tmp_path / "outbox")
    await perform(activities, a_touch())
    await perform(activities, a_task())
    page.refresh()
    [mail] = (tmp_path / "outbox/mail/new").iterdir()
    mail.unlink()
    assert OutboxPage(tmp_path / "outbox").refresh() == 1
    assert list((tmp_path / "outbox/eml").iterdir()) == []
    assert page.refresh() == 1
    assert shown(page.page) == ["2026-03-02", "csm", "08:00 task Call Ana acme"]


@pytest.mark.parametrize("suffix", ["new", "cur"])
async def test_what_is_erased_is_gone_under_both_its_names_and_from_the_page_at_once(
    activities: Activities, tmp_path: Path, suffix: str
) -> None:
    outbox = tmp_path / "outbox"
    await perform(activities, a_touch())
    await perform(activities, a_touch("acme/1/welcome/2/email"))
    await perform(activities, a_task())
    OutboxPage(outbox).refresh()
    if suffix == "cur":
        for mail in (outbox / "mail/new").iterdir():
            mail.rename(outbox / "mail/cur" / f"{mail.name}:2,S")
    kept = a_touch("acme/1/welcome/2/email")
    assert delete(outbox, copies_of(outbox, [a_touch().key, a_task().key])) == 2
    assert [path.name for path in (outbox / "eml").iterdir()] == [f"{slug(kept.key)}.eml"]
    assert [path.name.partition(":")[0] for path in (outbox / "mail" / suffix).iterdir()] == [slug(kept.key)]
    assert shown(outbox / "index.html") == ["2026-03-02", "Ana Silva <ana@acme.example>", "08:00 mail Welcome, Ana"]


async def test_erasing_makes_no_page_where_there_was_none_and_without_a_find_touches_none(activities: Activities, tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    await perform(activities, a_touch())
    await perform(activities, a_task())
    assert delete(outbox, copies_of(outbox, [a_touch().key])) == 1
    assert not (outbox / "index.html").exists()
    OutboxPage(outbox).refresh()
    written = (outbox / "index.html").stat().st_ino
    assert delete(outbox, copies_of(outbox, [a_touch().key])) == 0
    assert (outbox / "index.html").stat().st_ino == written


async def test_a_file_is_read_once_and_a_page_on_which_nothing_changes_is_not_written(activities: Activities, tmp_path: Path) -> None:
    page = OutboxPage(tmp_path / "outbox")
    await perform(activities, a_touch())
    page.refresh()
    [copy] = (tmp_path / "outbox/eml").iterdir()
    written = page.page.stat().st_ino
    copy.write_bytes(b"Subject: another\n\n")
    page.refresh()
    assert page.page.stat().st_ino == written
    await perform(activities, a_task())
    page.refresh()
    assert shown(page.page)[:3] == ["2026-03-02", "Ana Silva <ana@acme.example>", "08:00 mail Welcome, Ana"]


async def test_the_page_has_the_newest_and_says_how_many_there_are(
    activities: Activities, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_page, "MOST_SHOWN", 2)
    for number in range(3):
        await perform(activities, a_task(f"acme/1/welcome/{number}/call", text=f"Call {number}", at=AT + timedelta(hours=number)))
    page = OutboxPage(tmp_path / "outbox")
    assert page.refresh() == 3
    assert shown(page.page) == ["2026-03-02", "csm", "09:00 task Call 1 acme", "10:00 task Call 2 acme"]
    assert "3 files, by day and person" in page.page.read_text() and "These are the newest 2;" in page.page.read_text()


def test_an_outbox_that_is_not_there_has_an_empty_page(tmp_path: Path) -> None:
    page = OutboxPage(tmp_path / "outbox")
    assert (page.refresh(), shown(page.page)) == (0, [])


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"owner": 1}', b"\xff", b'{"owner": "", "to": [{}], "text": "", "name": "x"}']
)
def test_a_document_that_is_none_of_ours_is_passed_over(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "outbox/task").mkdir(parents=True)
    (tmp_path / "outbox/task/x.json").write_bytes(content)
    page = OutboxPage(tmp_path / "outbox")
    page.refresh()
    assert shown(page.page) == []


class Tags(HTMLParser):
    """The elements of a page, and the attributes that they have."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, tuple[str, ...]]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add((tag, tuple(name for name, _ in attrs)))


def tags(page: Path) -> set[tuple[str, tuple[str, ...]]]:
    reader = Tags()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader.found


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_no_text_from_outside_is_markup_or_a_character_that_shows_nothing(activities: Activities, tmp_path: Path, text: str) -> None:
    if not is_text(text):
        pytest.skip("no database and no JSON can hold it")
    page = OutboxPage(tmp_path / "outbox")
    await perform(activities, a_touch())
    await perform(activities, a_task())
    page.refresh()
    plain = tags(page.page)
    values = VALUES | {"customer": {"name": text, "goal": text}, "contact": {"name": text, "first_name": text}}
    key = f"acme/1/{text}/1/call"
    named = a_touch(f"{key}2", values=values, to=[replace(a_touch().to[0], name=text)])
    for touch in (a_task(key, name=text, text=text, owner=text, values=values), named):
        await perform(activities, touch)
    page.refresh()
    assert tags(page.page) == plain
    assert unprintable(page.page.read_text(encoding="utf-8")) == set()
    assert len(links(page.page)) == 4
    assert all((tmp_path / "outbox" / link).is_file() for link in links(page.page))
