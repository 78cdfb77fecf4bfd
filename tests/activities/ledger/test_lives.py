"""The table of lives: what a life leaves behind is what the next one is told, however often it asks, and touches speak where no row does."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from activities.ledger.database.database import open_database
from activities.ledger.ledger import Claim, Ledger
from activities.ledger.lives import KeptLives, Lives, RecallLives, RememberLife
from lifecycle.domain.enums import Category, Stage, TouchKind
from lifecycle.domain.people.earlier_lives import EarlierLives
from lifecycle.domain.touch import Answer, Receipt
from lifecycle.state.last_known import LastKnown
from tests.activities.building import a_touch
from tests.lifecycle.building import a_customer

FIRST, SECOND = RecallLives(customer="acme", life="run-1"), RecallLives(customer="acme", life="run-2")


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    opened = open_database(database)
    yield opened
    opened.dispose()


def test_a_first_life_is_told_nothing_and_the_next_one_what_it_left(engine: sa.Engine) -> None:
    lives = Lives(engine)
    assert lives.recall(FIRST) == EarlierLives()
    remains = EarlierLives(lives=1, terms=2, offers=["gift"], opted_out={"~x": [Category.OFFER]}, newcomers_opted_out=True, reason="price")
    lives.remember(RememberLife(customer="acme", life="run-1", remains=remains))
    assert lives.recall(SECOND) == remains
    assert lives.recall(RecallLives(customer="other", life="run-3")) == EarlierLives()


def test_who_asks_again_is_told_the_same_whatever_it_has_done_meanwhile(engine: sa.Engine) -> None:
    lives, ledger = Lives(engine), Ledger(engine)
    assert lives.recall(FIRST) == EarlierLives()
    done(ledger, "acme/1/welcome/1/email")
    lives.remember(RememberLife(customer="acme", life="run-1", remains=EarlierLives(lives=1, terms=1, reason="price")))
    assert lives.recall(FIRST) == EarlierLives()


def test_terms_and_offers_are_never_forgotten_and_opt_outs_are_as_they_are_now(engine: sa.Engine) -> None:
    lives = Lives(engine)
    lives.recall(FIRST)
    for terms, offers, refused in ((3, ["gift"], {"~x": [Category.OFFER]}), (2, ["return"], {})):
        remains = EarlierLives(lives=1, terms=terms, offers=offers, opted_out=refused)
        lives.remember(RememberLife(customer="acme", life="run-1", remains=remains))
    assert lives.recall(SECOND) == EarlierLives(lives=1, terms=3, offers=["gift", "return"])


def test_a_life_of_a_build_that_wrote_no_row_is_known_by_its_touches(engine: sa.Engine) -> None:
    ledger = Ledger(engine)
    done(ledger, "acme/1/welcome/1/email")
    done(ledger, "acme/4/gift/1/offer", kind=TouchKind.OFFER, name="gift")
    done(ledger, "acme/12/late/1/email", customer="acme-2")
    assert Lives(engine).recall(FIRST) == EarlierLives(lives=1, terms=4, offers=["gift"])


def done(ledger: Ledger, key: str, **fields: Any) -> None:
    touch = a_touch(key, **fields)
    claim = ledger.reserve(touch)
    assert isinstance(claim, Claim)
    ledger.mark_acting(claim)
    ledger.settle(claim, Receipt(key=key, answer=Answer.DONE), acted=True)


def test_the_customer_is_kept_as_it_was_last_known_and_asking_changes_nothing(engine: sa.Engine) -> None:
    lives = Lives(engine)
    assert lives.kept_of("acme") is None
    begun, later = (LastKnown(stage=stage, playbook="standard@1", customer=a_customer()) for stage in (Stage.ONBOARDING, Stage.GROWTH))
    lives.recall(FIRST.model_copy(update={"last": begun}))
    lives.recall(FIRST.model_copy(update={"last": later}))
    assert lives.kept_of("acme") == KeptLives(earlier=EarlierLives(lives=1), last=begun)
    remains = EarlierLives(lives=1, terms=2, reason="price")
    lives.remember(RememberLife(customer="acme", life="run-1", remains=remains, last=later))
    assert lives.kept_of("acme") == lives.kept_of("acme") == KeptLives(earlier=remains, last=later)


def test_what_a_build_before_has_written_says_nothing_of_the_customer(engine: sa.Engine) -> None:
    lives = Lives(engine)
    lives.remember(RememberLife(customer="acme", life="run-1", remains=EarlierLives(lives=1, terms=2)))
    done(Ledger(engine), "acme/3/welcome/1/email")
    assert lives.kept_of("acme") == KeptLives(earlier=EarlierLives(lives=1, terms=3))
