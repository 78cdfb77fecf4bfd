"""Every subject makes the values of the names that it says conditions see, and no others."""

import pytest

from lifecycle.facts.facts import SUBJECTS, Facts
from lifecycle.facts.subject import PlaybookNames
from tests.lifecycle.building import a_customer

NAMES = PlaybookNames(milestones=("m",), functional=("m",), first_value=("m",), surveys=("s",), meetings=("t",), offers=("o",))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_what_it_sees_is_what_it_makes(subject: str) -> None:
    assert Facts().seen(subject, a_customer(), NAMES).keys() == SUBJECTS[subject].sees.keys()
