"""Every file and folder of the project that a page names is there."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT

FOLDERS = (
    "activities",
    "bench",
    "console",
    "deploy",
    "docs",
    "examples",
    "gateway",
    "lifecycle",
    "playbooks",
    "runtime",
    "tests",
    "tools",
    "workflows",
)
PATH = re.compile(rf"(?<![\w/.-])(?:(?:{'|'.join(FOLDERS)})/[\w./*-]*[\w/*]|\w[\w.-]*\.(?:py|toml|in|lock)(?!\w))")
LINK = re.compile(r"\]\(([^)#\s]+)")
PLACEHOLDER = re.compile(r"[A-Z]{4,}")
"""A part that stands for any name, as in lifecycle/steps/KIND.py."""


def is_there(folder: Path, path: str) -> bool:
    return any(folder.glob(path)) if "*" in path else (folder / path).exists()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_on_a_page_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    quoted = "\n".join(re.findall(r"^```.*?^```$|`[^`\n]+`", text, re.MULTILINE | re.DOTALL))
    paths = {path for path in PATH.findall(quoted) if not PLACEHOLDER.search(path)}
    assert sorted(path for path in paths if not is_there(ROOT, path)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_there(page: Path) -> None:
    links = {link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link}
    assert sorted(link for link in links if not (page.parent / link).exists()) == []
