"""No template multiplies a text or nests without end: what would is a fault with its line, found without filling it in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.conditions.vocabulary import MESSAGE
from lifecycle.domain.model import Scalar
from lifecycle.playbook.templates.syntax import TemplateFaults
from lifecycle.playbook.templates.templates import read_template, render, unknown_names
from tests.lifecycle.playbook.documents import faults, small

RECKONS = "line 3: reckons with what is no number; '*', '/', '%' and '-' are for numbers"
GROWS = "line 3: may make a text over 1000 times longer by 'replace'; write what replaces as a short text"
NESTED = "line 3: is nested over 10 deep, or has over 100 words in one pair of braces; say it more simply"
ROUNDS = "line 3: rounds to digits that are not written out; write a whole number from 0 to 12"

TOO_MUCH = {
    "a text many times": ("{{ 'x' * 1500000000 }}", RECKONS),
    "a text many times, the other way round": ("{{ 1500000000 * 'x' }}", RECKONS),
    "a joined text many times": ("{{ ('x' ~ 'y') * 1500000000 }}", RECKONS),
    "a list many times": ("{{ [1, 2] * 1500000000 }}", RECKONS),
    "a sum of texts many times": ("{{ ('x' + 'y') * 1500000000 }}", RECKONS),
    "one of two texts many times": ("{{ ('x' if contact.name else 'y') * 1500000000 }}", RECKONS),
    "a filtered text many times": ("{{ (contact.name | upper) * 1500000000 }}", RECKONS),
    "a default many times": ("{{ (stage.day | default('x')) * 1500000000 }}", RECKONS),
    "a width": ("{{ '%1500000000d' % 1 }}", RECKONS),
    "replace behind replace": ("{{ 'x'" + "| replace('x', 'xxxxxxxxxx')" * 12 + " }}", GROWS),
    "replace behind replace, of a value": ("{{ contact.name" + "| replace('a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')" * 2 + " }}", GROWS),
    "replace of nothing by something": ("{{ contact.name | replace('', '" + "x" * 1001 + "') }}", GROWS),
    "replace by a value": ("{{ contact.name | replace('a', customer.goal) }}", GROWS),
    "replace in the argument of replace": ("{{ contact.name | replace('a', 'a' | replace('a', 'b')) }}", GROWS),
    "a call by a name of an argument": (
        "{{ contact.name | default(default_value='{:1500000000}'.format(1)) }}",
        "line 3: uses 'call'; a template may print values, test them with if, "
            "and use capital, capitalize, default, int, lower, replace, round, title, trim, upper",
    ),
    "arguments from elsewhere": (
        "{{ contact.name | replace(*customer) }}",
        "line 3: gives 'replace' something that is not written out in its order; write values alone",
    ),
    "a great many digits": ("{{ 1 | round(999999999) }}", ROUNDS),
    "a great many digits before the point": ("{{ 5 | round(-999999999) }}", ROUNDS),
    "as many digits as a value says": ("{{ 5 | round(stage.day) }}", ROUNDS),
    "a power": (
        "{{ 9 ** 999999999 }}",
        "line 3: uses 'pow'; a template may print values, test them with if, "
            "and use capital, capitalize, default, int, lower, replace, round, title, trim, upper",
    ),
    "a long number": ("{{ " + "9" * 5000 + " }}", "line 3: has a number of 5000 digits, and 15 are the most"),
    "a long number of letters": ("{{ 0x" + "f" * 5000 + " }}", "line 3: has a number of 5002 digits, and 15 are the most"),
    "brackets": ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", NESTED),
    "a sum": ("{{ 1" + " + 1" * 1000 + " }}", NESTED),
    "not, and not": ("{{ " + "not " * 2000 + "1 }}", NESTED),
    "filter behind filter": ("{{ contact.name" + " | upper" * 2000 + " }}", NESTED),
    "part of part": ("{{ contact" + ".name" * 2000 + " }}", NESTED),
    "if in if": ("{% if contact.name %}" * 300 + "x" + "{% endif %}" * 300, NESTED),
    "if behind if": ("{% if contact.name %}x{% endif %}" * 300, "line 3: has over 500 values and tests; make it two messages"),
    "a block without a line of its own": (
        "x\n{% autoescape true %}{{ contact.name }}{% endautoescape %}",
        "line 4: uses 'scope'; a template may print values, test them with if, "
        "and use capital, capitalize, default, int, lower, replace, round, title, trim, upper",
    ),
    "a division by nothing": ("{{ 7 % 0 }}", "line 3: divides by nothing"),
    "a letter as long as a book": ("x" * 50_000, "line 1: has 50,013 characters, and a message has at most 50,000"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_template_that_asks_for_too_much_is_told_what_and_where(name: str) -> None:
    body, told = TOO_MUCH[name]
    with pytest.raises(TemplateFaults) as caught:
        read_template(f"Subject: S\n\n{body}\n")
    assert str(caught.value).splitlines()[0] == told


@pytest.mark.parametrize("sign", ["*", "%", "/", "//", "-"])
def test_a_value_that_is_text_is_not_reckoned_with(sign: str) -> None:
    template = read_template(f"Subject: S\n\nx\n{{{{ customer.name {sign} 1500000000 }}}}\n")
    assert [(fault.line, fault.what) for fault in unknown_names(template, MESSAGE)] == [
        (4, "reckons with 'customer.name', which is no number; write 'customer.name | int'")
    ]


def test_it_is_a_fault_of_the_playbook_with_its_line() -> None:
    found = faults(
        small("      hi: {on: login, steps: [{email: {template: hello}}]}\n"), {"hello": "Subject: S\n\nx\n{{ 'x' * 1500000000 }}\n"}
    )
    assert found == ["small/hello.md:4: reckons with what is no number; '*', '/', '%' and '-' are for numbers"]


@pytest.mark.parametrize(
    ("body", "made"),
    [
        ("{{ (contract.days_left / 7) | round | int }} weeks", "12 weeks"),
        ("{{ contract.days_left % 7 }} {{ contract.days_left // 7 * 2 }} {{ -contract.days_left }}", "0 24 -84"),
        ("{{ (contract.days_left / 9) | round(2, 'floor') }}", "9.33"),
        ("{{ customer.name | replace(' ', '-') | replace('&', 'and') }}", "Acme-and-Co"),
        ("{{ ('5' | int + 1) * 2 }}", "12"),
        ("{{ customer.goal | default('none', boolean=true) }}", "none"),
        ("{{ customer.name ~ '%' ~ 5 }}", "Acme & Co%5"),
    ],
)
def test_what_people_write_is_filled_in_as_ever(body: str, made: str) -> None:
    values: dict[str, dict[str, Scalar]] = {"contract": {"days_left": 84}, "customer": {"name": "Acme & Co", "goal": ""}}
    text = f"Subject: S\n\n{body}\n"
    assert unknown_names(read_template(text), MESSAGE) == []
    assert render(text, values)[1] == f"{made}\n"


_PIECES = st.sampled_from(
    [
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "if",
        "elif",
        "else",
        "endif",
        "for",
        "in",
        "endfor",
        "set",
        "macro",
        "block",
        "raw",
        "endraw",
        "contact.name",
        "stage.day",
        "x",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        ".",
        "|",
        "~",
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "**",
        "==",
        "<",
        "not",
        "and",
        "or",
        "is",
        "defined",
        "upper",
        "replace('a','b')",
        "replace(",
        "round(2)",
        "round(",
        "int",
        "default('x')",
        "default(",
        "'x'",
        '"y"',
        "1",
        "0",
        "1.5",
        "1e9",
        "true",
        "none\n",
    ]
)


@given(st.lists(_PIECES, max_size=14).map(" ".join))
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_any_text_reads_or_is_refused_in_words(body: str) -> None:
    try:
        template = read_template(f"Subject: S\n\n{body}\n")
    except TemplateFaults as refused:
        lines = [fault.line for fault in refused.faults]
    else:
        lines = [fault.line for fault in unknown_names(template, MESSAGE)]
    assert all(line >= 1 for line in lines)
