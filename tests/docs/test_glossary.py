"""docs/glossary.md: words in order, each where it says that it is."""

import re

import pytest

from tests.docs.pages import ROOT

ROWS = re.findall(r"^\| ([^|*]+) \| (.+) \| ([^|]*)\|$", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)[1:]
WORDS = [word for word, _, _ in ROWS]


def test_the_words_stand_in_the_order_of_the_alphabet_each_once() -> None:
    assert sorted(set(WORDS)) == WORDS


@pytest.mark.parametrize(("word", "where"), [(word, where) for word, _, where in ROWS if where.strip()], ids=lambda text: text)
def test_a_word_lives_where_it_says(word: str, where: str) -> None:
    found = re.fullmatch(r"`(\w+)`, `([\w/.]+)` ?", where)
    assert found
    name, path = found.groups()
    assert re.search(rf"^(class|def|async def) {name}\b|^{name}\b.* = ", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)


def test_every_word_in_italics_has_a_row() -> None:
    italic = {word for _, meaning, _ in ROWS for word in re.findall(r"\*([\w ]+?)(?:'s|')?\*", meaning)}
    assert sorted(word for word in italic if not {word, word.removesuffix("s"), word.removesuffix("es")} & set(WORDS)) == []
