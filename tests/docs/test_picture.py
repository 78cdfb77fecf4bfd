"""docs/architecture.svg shows the rooms that there are, and is drawn from docs/architecture.dot as it stands."""

import html
import re

from lifecycle.facts.events import CATALOGUE
from tests.docs.pages import ROOT, is_defined

FOLDERS = ("activities", "console", "gateway", "lifecycle", "runtime", "workflows")
TEXT = (ROOT / "docs" / "architecture.dot").read_text(encoding="utf-8")
DRAWN = (ROOT / "docs" / "architecture.svg").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def rooms() -> set[str]:
    return {file.parent.relative_to(ROOT).as_posix() for folder in FOLDERS for file in (ROOT / folder).rglob("__init__.py")}


def test_every_room_stands_in_the_picture_and_no_other() -> None:
    assert set(re.findall(r'PORT="([^"]+)"', TEXT)) == rooms()


def test_every_room_is_described() -> None:
    described = re.findall(r"^\| `([\w/]+)/` \|", PAGE, re.MULTILINE)
    assert sorted(described) == sorted(rooms() - set(FOLDERS))


def test_the_picture_is_drawn_from_its_text() -> None:
    rows = re.findall(r">([^<>\n]+)<", TEXT)
    labels = [line for label in re.findall(r'label="([^"]+)"', TEXT) for line in label.split(r"\n")]
    drawn = [html.unescape(words) for words in re.findall(r"<text[^>]*>([^<]*)</text>", DRAWN)]
    assert sorted(words.strip() for words in drawn) == sorted(words.strip() for words in rows + labels), "run `make picture`"


def test_what_the_walk_names_is_there() -> None:
    walk = PAGE.split("## One event, room by room")[1].split("## What a wake does")[0]
    named = {name for name in re.findall(r"`([A-Za-z_]+(?:\.\w+)?)`", walk) if name not in CATALOGUE}
    words = {"if", "run", "tickets", "nordwind"}
    assert sorted(name for name in named - words - rooms() if not is_defined(name)) == []
    rooms_walked = re.findall(r"\*\*`([\w/]+)`\*\*", walk)
    assert len(rooms_walked) == len(set(rooms_walked))
    assert set(rooms_walked) <= rooms()
