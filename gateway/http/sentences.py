"""Sentences that answers and error messages are made of."""


def with_full_stop(text: str) -> str:
    """The text, with a full stop unless it ends in `.`, `?` or `!`."""
    return text if text.endswith((".", "?", "!")) else f"{text}."
