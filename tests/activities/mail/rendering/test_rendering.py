"""From a template to subject, text and HTML: values stay text, and nothing goes out with a hole."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from activities.ledger.failures import Refused
from activities.mail.rendering.rendering import Footer, LabelledLink, Question, render
from lifecycle.domain.texts.text import one_line
from tests.activities.building import VALUES, WELCOME

FOOTER = Footer(company="Us & Co", url="https://us.example", stop="To hear less, reply.")


class Reader(HTMLParser):
    """What a person sees of a document, and the elements that make it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def rendered_with(goal: str, template: str = "Subject: Hi\n\nYour goal: {{ customer.goal }} so far.\n") -> Reader:
    return Reader(render("goal", template, VALUES | {"customer": {"name": "Acme", "goal": goal}}, FOOTER).html)


def test_a_template_makes_a_subject_a_text_and_a_document() -> None:
    made = render("welcome", WELCOME, VALUES, FOOTER, "en")
    assert made.subject == "Welcome, Ana"
    assert made.body == "Hello Ana,\n\n**welcome** to Us & Co. Your goal: fewer stock-outs.\n\nKim Lee"
    assert made.text == f"{made.body}\n\n-- \nUs & Co https://us.example\nTo hear less, reply.\n"
    assert '<p style="margin:0 0 16px"><strong>welcome</strong> to Us &amp; Co. Your goal: fewer stock-outs.</p>' in made.html
    assert "<title>Welcome, Ana</title>" in made.html


@pytest.mark.parametrize(
    "value",
    [
        "<script>alert(1)</script>",
        "**bold** _em_ `code`",
        "[click](https://evil.example)",
        "<https://evil.example>",
        "![x](https://evil.example/x.png)",
        "# heading",
        "1. one",
        "- one",
        "> said",
        "&lt;b&gt; &amp;",
        "a\\*b\\",
        "{{ owner.email }} {% for x in y %}",
        "---",
        "|a|b|",
    ],
)
def test_a_value_with_markdown_or_html_in_it_stays_text(value: str) -> None:
    plain = rendered_with("fewer stock-outs")
    seen = rendered_with(value)
    assert f"Your goal: {value} so far." in seen.words or f"Your goal: {value} so far." in "".join(seen.words)
    assert seen.tags == plain.tags


@given(st.text(min_size=1))
@example("x\n\n# heading\n\n    code\n\n- list")
@example("\u202egnp.exe")
def test_any_value_stays_text(value: str) -> None:
    line = one_line(value)
    if not line:
        return
    seen = rendered_with(value)
    assert f"Your goal: {line} so far." in "".join(seen.words)
    assert seen.tags == rendered_with("fewer stock-outs").tags


def test_a_value_at_the_start_of_a_line_stays_text() -> None:
    seen = rendered_with("# heading", "Subject: Hi\n\n{{ customer.goal }}\n")
    assert "h1" not in seen.tags
    assert "# heading" in "".join(seen.words)


def test_a_link_may_have_a_value_for_its_address() -> None:
    made = render("link", "Subject: Hi\n\n[Start]({{ company.url }}/start?a=1&b=2)\n", VALUES, FOOTER)
    assert 'href="https://us.example/start?a=1&amp;b=2"' in made.html


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("See {{ company.url }}/start, and then rest.", ["https://us.example/start"]),
        ("({{ company.url }})", ["https://us.example"]),
        ("Two: {{ company.url }}/a?b=1&c=2 {{ company.url }}/d.", ["https://us.example/a?b=1&c=2", "https://us.example/d"]),
        ("[See {{ company.url }}/start]({{ company.url }}/there)", ["https://us.example/there"]),
        ("https://us.example.evil.example/x https://us.examples", []),
        ("{{ customer.goal }}", []),
    ],
)
def test_a_bare_address_becomes_a_link_if_it_is_the_companys_own(text: str, addresses: list[str]) -> None:
    values = VALUES | {"customer": {"goal": "https://evil.example/x"}}
    html = render("link", f"Subject: Hi\n\n{text}\n", values, FOOTER).html.split("border-top")[0]
    assert [unescape(found) for found in re.findall(r'<a href="([^"]*)"', html)] == addresses


def test_a_value_may_not_be_a_script_behind_a_link() -> None:
    values = VALUES | {"company": {"url": "javascript:alert(1)"}}
    assert "<a" not in render("link", "Subject: Hi\n\n[Start]({{ company.url }})\n", values, Footer("Us")).html


def test_a_break_in_a_value_does_not_break_the_subject() -> None:
    values = VALUES | {"contact": {"first_name": "Ana\r\nBcc: all@acme.example\u2028x"}}
    assert render("welcome", WELCOME, values, FOOTER).subject == "Welcome, Ana Bcc: all@acme.example x"


@pytest.mark.parametrize("gone", ["", "   ", "\u202e\n", None], ids=["empty", "blank", "unprintable", "nothing"])
@pytest.mark.parametrize("part", ["{{ customer.goal }}", "{{ customer.goal | upper }}", "{{ 'a' ~ customer.goal }}"])
def test_nothing_goes_out_with_a_hole(gone: str | None, part: str) -> None:
    for template in (f"Subject: Hi\n\nGoal: {part}\n", f"Subject: Goal {part}\n\nHi\n"):
        with pytest.raises(Refused, match=r"template 'goal' cannot be filled in: 'customer.goal' has no value"):
            render("goal", template, VALUES | {"customer": {"goal": gone}}, FOOTER)


@pytest.mark.parametrize(
    "body",
    [
        "{% if customer.goal %}Your goal: {{ customer.goal }}.{% else %}No goal yet.{% endif %}",
        "{% if customer.goal == '' %}No goal yet.{% endif %}",
        "{{ customer.goal | default('No goal yet.') }}",
    ],
)
def test_a_template_may_ask_whether_a_value_is_there(body: str) -> None:
    assert render("goal", f"Subject: Hi\n\n{body}\n", VALUES | {"customer": {"goal": ""}}, FOOTER).body == "No goal yet."


def test_a_zero_is_a_value() -> None:
    assert render("day", "Subject: Day {{ stage.day }}\n\nHi\n", {"stage": {"day": 0}}, FOOTER).subject == "Day 0"


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("Hello\n", "template 'broken' does not read: begins with its subject"),
        ("Subject: \n\nHi\n", "template 'broken' does not read: begins with its subject"),
        ("Subject: Hi\n\n{{ contact.first_name \n", "template 'broken' does not read: is no template"),
        ("Subject: Hi\n\n{{ ''.__class__ }}\n", "template 'broken' does not read"),
        ("Subject: Hi\n\n{{ customer }}\n", "template 'broken' cannot be filled in: 'customer' is a group of values"),
        ("Subject: Hi\n\n{{ nobody.name }}\n", "template 'broken' cannot be filled in: 'nobody' has no value"),
        ("Subject: Hi\n\n{{ 1 / (2 - 2) }}\n", "template 'broken' cannot be filled in"),
        ("Subject: Hi\n\n{{ 'x' * 1000000 }}\n", "template 'broken' does not read: reckons with what is no number"),
    ],
    ids=["no subject", "empty subject", "open brace", "private", "group", "no branch", "arithmetic", "multiplied"],
)
def test_a_template_with_a_fault_refuses_the_message_in_a_sentence(template: str, why: str) -> None:
    with pytest.raises(Refused) as refusal:
        render("broken", template, VALUES, FOOTER)
    assert refusal.value.why.startswith(why)


LONG = {"customer": {"goal": "so " * 300}}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("{{ customer.goal }}" * 400, id="printed again and again"),
        pytest.param("{{ customer.goal | replace('so', '" + "x" * 800 + "') }}", id="replaced by something long"),
        pytest.param("{{ customer.goal ~ customer.goal }}" * 200, id="joined"),
    ],
)
def test_a_message_that_gets_too_long_is_refused_before_it_is_whole(body: str) -> None:
    with pytest.raises(Refused) as refusal:
        render("long", f"Subject: Hi\n\n{body}\n", LONG, FOOTER)
    assert refusal.value.why == "template 'long' makes a text of over 200000 characters"


@pytest.mark.parametrize("body", ["{{ customer.goal * 1000000000 }}", "{{ customer.goal % 1 }}", "{{ (customer.goal or 1) * 2 }}"])
def test_a_text_that_is_reckoned_with_refuses_the_message(body: str) -> None:
    with pytest.raises(Refused, match=r"template 'reckons' cannot be filled in: TypeError: '[*%]' takes two numbers"):
        render("reckons", f"Subject: Hi\n\n{body}\n", LONG, FOOTER)


def test_the_layout_serves_narrow_screens_and_screen_readers() -> None:
    html = render("welcome", WELCOME, VALUES, FOOTER, "de").html
    assert '<html lang="de">' in html
    assert 'name="viewport"' in html
    assert "max-width:600px" in html
    assert html.count("<table") == html.count('<table role="presentation"')


def test_a_question_stands_between_the_body_and_the_signature_and_is_no_part_of_the_body() -> None:
    question = Question(
        "Will you <come>?", (LabelledLink("Yes", "https://us.example/a?x=1&y=2"), LabelledLink("No", "https://us.example/b"))
    )
    made = render("welcome", WELCOME, VALUES, FOOTER, "en", question)
    assert made.body.endswith("Kim Lee")
    assert made.text.removeprefix(made.body).startswith(
        "\n\nWill you <come>?\nYes: https://us.example/a?x=1&y=2\nNo: https://us.example/b\n\n-- \n"
    )
    assert "Will you &lt;come&gt;?" in made.html
    assert re.findall(r'<a href="([^"]*)"[^>]*>(Yes|No)<', made.html) == [
        ("https://us.example/a?x=1&amp;y=2", "Yes"),
        ("https://us.example/b", "No"),
    ]


def test_a_long_row_of_choices_is_one_link_in_the_text() -> None:
    scores = tuple(LabelledLink(str(score), f"https://us.example/{score}") for score in range(11))
    made = render(
        "welcome", WELCOME, VALUES, FOOTER, "en", Question("Answer:", scores, "0 = no", LabelledLink("Answer", "https://us.example/all"))
    )
    assert "\n\nAnswer: https://us.example/all\n\n-- \n" in made.text
    assert "https://us.example/10" not in made.text
    assert "0 = no" in made.html


def test_links_of_the_footer_stand_in_both_parts() -> None:
    made = render("welcome", WELCOME, VALUES, Footer("Us", links=(LabelledLink("Stop", "https://us.example/s"),), language="de"), "fr")
    assert made.text.endswith("-- \nUs\nStop: https://us.example/s\n")
    assert '<a href="https://us.example/s" style="color:#505357">Stop</a>' in made.html
    assert '<html lang="fr">' in made.html and '<td lang="de"' in made.html
