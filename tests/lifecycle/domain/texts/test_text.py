"""Text from outside, as it may be shown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lifecycle.domain.texts.text import escape_unprintable, inline_markdown, one_line, printable, printable_lines
from tests.hostile_texts import HOSTILE, unprintable

TEXTS = st.text(max_size=200) | st.sampled_from(list(HOSTILE.values()))


@given(TEXTS)
def test_what_is_shown_moves_no_cursor_and_breaks_no_line(text: str) -> None:
    assert not unprintable(printable(text), but="")
    assert len(printable(text)) == len(text)
    assert len(one_line(text).splitlines()) <= 1
    assert one_line(one_line(text)) == one_line(text)
    assert not unprintable(printable_lines(text))
    assert printable_lines(text).count("\n") == text.count("\n")


@given(TEXTS)
def test_json_says_the_same(text: str) -> None:
    written = escape_unprintable(json.dumps({text: text}, ensure_ascii=False, indent=2))
    assert not unprintable(written)
    assert json.loads(written) == {text: text}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_markdown_shows_the_text(text: str) -> None:
    [_, inline, _] = MarkdownIt("commonmark").enable("strikethrough").parse(f"x {inline_markdown(text)} y")
    assert {child.type for child in inline.children or []} <= {"text", "text_special"}
    assert "".join(child.content for child in inline.children or []) == f"x {one_line(text)} y"


def test_a_name_of_several_words_keeps_its_underscores() -> None:
    assert inline_markdown("step wait_for of a_b_c") == "step wait_for of a_b_c"
