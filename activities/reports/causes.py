"""Why touches did not go out, in few words: the ledger keeps whole sentences, with days and names in them."""

from functools import lru_cache

_WORDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("held by ",), "held by somebody"),
    (("paused",), "paused"),
    (("opted out",), "opted out"),
    (("no longer with the customer", "who was invited has left", "person is erased"), "the person has left"),
    (("nobody holds the role",), "nobody holds the role"),
    (("there is no value",), "a value is missing"),
    (("behind play",), "another play had priority"),
    (("cap of ", " apart, and the last was"), "too many messages"),
    (("no business day", "is outside ", " is none of "), "outside the hours"),
    (("was made before",), "the offer was made before"),
    (("provider could not", "provider gave no reason"), "the provider could not"),
    (("its window", "window was over", "which has passed", "was due "), "too late for its window"),
    (("what it works towards", "milestone ", "is resolved"), "what it works towards was so"),
    (("a later one had come due", "until the next one came due", "later one"), "a later one was due"),
    (("goes out once", "gone out meanwhile", "cools down"), "it had gone out already"),
    (("play still runs", "of its runs go on", "no room", "leaves no room"), "it was under way already"),
    (("condition",), "its condition did not hold"),
    (("the customer is closed", "the customer has left", "the stage "), "the stage ended"),
    (("removed it",), "an edit removed it"),
    (("tier",), "another tier"),
    (("enrol", "this life was begun"), "before the enrolment"),
    (("begins again",), "it began again"),
)

LONGEST = 60
OTHER = "another reason"
NONE_TOLD = "no reason told"


@lru_cache(maxsize=4096)
def cause_of(reason: str) -> str:
    """The kind of reason that a sentence of the ledger gives. A short one of a playbook's or a person's own words stands for itself."""
    for beginnings, words in _WORDS:
        if any(beginning in reason for beginning in beginnings):
            return words
    if not reason.strip():
        return NONE_TOLD
    return reason if len(reason) <= LONGEST and not any(letter.isdigit() for letter in reason) else OTHER
