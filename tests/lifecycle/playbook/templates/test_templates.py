"""What a message template needs is found without rendering it, and no hole is ever printed."""

import pytest
from jinja2 import UndefinedError

from lifecycle.conditions.vocabulary import MESSAGE
from lifecycle.playbook.templates.syntax import TemplateFaults
from lifecycle.playbook.templates.templates import read_template, render, unknown_names


def needs(body: str) -> list[str]:
    return read_template(f"Subject: S\n\n{body}\n").needs


def faults(text: str) -> str:
    with pytest.raises(TemplateFaults) as caught:
        read_template(text)
    return str(caught.value)


def test_what_is_printed_is_needed() -> None:
    assert needs("Hello {{ contact.first_name }}, {{ owner['name'] }}") == ["contact.first_name", "owner.name"]


def test_the_subject_is_read_too() -> None:
    assert read_template("Subject: For {{ customer.name }}\n\nHello\n").needs == ["customer.name"]


@pytest.mark.parametrize(
    ("body", "needed"),
    [
        pytest.param("{% if customer.goal %}{{ customer.goal }}{% endif %}", [], id="printed only where it is there"),
        pytest.param("{% if customer.goal is defined %}{{ customer.goal }}{% endif %}", [], id="asked for by 'is defined'"),
        pytest.param("{% if customer.goal and health.score %}{{ health.score }}{% endif %}", [], id="both asked for"),
        pytest.param("{{ customer.goal or 'more' }}", [], id="with another value at hand"),
        pytest.param("{{ customer.goal if customer.goal else 'more' }}", [], id="in a conditional expression"),
        pytest.param("{{ customer.goal | default('more') }}", [], id="with a default"),
        pytest.param("{% if customer.goal %}x{% endif %}{{ customer.goal }}", ["customer.goal"], id="printed outside the if as well"),
        pytest.param("{% if customer.goal %}x{% else %}{{ customer.goal }}{% endif %}", ["customer.goal"], id="printed in the else"),
        pytest.param(
            "{% if customer.goal or health.score %}{{ health.score }}{% endif %}", ["health.score"], id="perhaps only the other is there"
        ),
        pytest.param("{% if health.band == 'green' %}x{% endif %}", ["health.band"], id="compared"),
        pytest.param(
            "{% if customer.goal %}{% if health.band == 'red' %}{{ customer.goal }}{% endif %}{% endif %}", ["health.band"], id="nested"
        ),
    ],
)
def test_what_an_if_asks_for_first_is_not_needed(body: str, needed: list[str]) -> None:
    assert needs(body) == needed


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("Hello\n", "line 1: begins with its subject: write 'Subject: ...' on the first line", id="no subject"),
        pytest.param(
            "Subject: \n\nHello\n", "line 1: begins with its subject: write 'Subject: ...' on the first line", id="an empty subject"
        ),
        pytest.param("Subject: S\nHello\n", "line 2: needs an empty line after the subject, and then the message", id="no empty line"),
        pytest.param("Subject: S\n\n", "line 2: needs an empty line after the subject, and then the message", id="no message"),
        pytest.param(
            "Subject: S\n\n{{ a\n", "line 3: is no template: unexpected end of template, expected 'end of print statement'", id="unclosed"
        ),
        pytest.param(
            "Subject: S\n\nx\n{% for a in b %}{% endfor %}\n",
            "line 4: uses 'for'; a template may print values, test them with if, "
            "and use capital, capitalize, default, int, lower, replace, round, title, trim, upper",
            id="a loop",
        ),
        pytest.param(
            "Subject: S\n\n{{ owner.name.upper() }}\n",
            "line 3: uses 'call'; a template may print values, test them with if, "
            "and use capital, capitalize, default, int, lower, replace, round, title, trim, upper",
            id="a call",
        ),
    ],
)
def test_a_template_that_does_not_read_says_where_and_why(text: str, told: str) -> None:
    assert faults(text).splitlines()[0] == told


def test_a_filter_that_is_not_on_the_list_is_refused() -> None:
    assert "filter" in faults("Subject: S\n\n{{ owner.name | tojson }}\n")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("customer.nmae", "knows no 'customer.nmae'; did you mean customer.name?"),
        ("custmer.name", "knows no 'custmer.name'; did you mean customer?"),
        ("customer", "'customer' is a group, write one of customer.name, customer.goal, customer.industry"),
        ("health.trend", "knows no 'health.trend', only health.score, health.band"),
    ],
)
def test_an_unknown_name_gets_a_hint(path: str, told: str) -> None:
    template = read_template(f"Subject: S\n\n{{{{ {path} }}}}\n")
    assert [(fault.line, fault.what) for fault in unknown_names(template, MESSAGE)] == [(3, told)]


def test_a_message_is_rendered_with_one_line_of_subject() -> None:
    text = "Subject: For {{ customer.name }}\n\nHello {{ contact.first_name }}{% if customer.goal %}, {{ customer.goal }}{% endif %}\n"
    values = {"customer": {"name": "Acme\nInc", "goal": ""}, "contact": {"first_name": "Ana"}}
    assert render(text, values) == ("For Acme Inc", "Hello Ana\n")


def test_a_hole_is_never_printed() -> None:
    with pytest.raises(UndefinedError, match="has no value"):
        render("Subject: S\n\nHello {{ contact.first_name }}\n", {"contact": {}})
