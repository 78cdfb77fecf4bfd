"""The pages of documentation, and the blocks of code in them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOT_PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "examples/README.md")
PAGES = [*(ROOT / name for name in ROOT_PAGES), *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    """The page's fenced blocks in that language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def is_defined(name: str) -> bool:
    """Whether the code has a class, function or constant of that name, or such a class with that attribute: `Session`, `Inbox.put`, `decide`."""
    owner, _, attribute = name.partition(".")
    if not attribute:
        return name in DEFINED
    return owner in DEFINED and any(attribute in re.findall(r"\w+", body) for body in DEFINED[owner])


def _defined() -> dict[str, list[str]]:
    """Every class, function and constant, with the text of what follows up to the next one at the margin."""
    found: dict[str, list[str]] = {}
    for folder in ("activities", "gateway", "lifecycle", "runtime", "workflows", "console"):
        for file in (ROOT / folder).rglob("*.py"):
            parts = re.split(r"^(?=\w)", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
            for part in parts:
                if head := re.match(r"(?:class|def|async def) (\w+)|([A-Z_]{2,})\b(?=[:\s=])", part):
                    found.setdefault(head[1] or head[2], []).append(part)
    return found


DEFINED = _defined()
