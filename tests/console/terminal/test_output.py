"""How answers become sentences."""

import pytest

from console.terminal.output import answer_in_words


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("it is known already", "It is known already."),
        ("acme is paused already: merger", "acme is paused already: merger."),
        ("ticket.opened happened before it was a customer", "ticket.opened happened before it was a customer."),
        ("survey.answered: 'score' is 10 at most", "survey.answered: 'score' is 10 at most."),
        ("event 'e1' was told before", "Event 'e1' was told before."),
    ],
)
def test_an_answer_begins_with_a_capital_unless_it_begins_with_a_name(answer: str, sentence: str) -> None:
    assert answer_in_words(answer, "acme") == sentence
