"""The secret of opt-outs of erased people: made at first use, the same for all on one database, and nobody tests a guess without it."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from activities.ledger.erasure_secrets import OtherSecret, know_secrets
from activities.settings import Settings
from lifecycle.domain.texts import erasure
from lifecycle.facts.people import hash_of_address, is_keyed, keyed_hash, salt_from, stands_for

FIRST, NEW = "a-first-secret-that-nobody-could-guess", "a-new-secret-that-nobody-could-guess-too"
ADDRESS = "zelda@quix.example"


@pytest.fixture(autouse=True)
def knows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of its own, as it were."""
    monkeypatch.setattr(erasure, "_known", [b""])


def settings(home: Path, *secrets: str) -> Settings:
    return Settings(home=home, erasure_secrets=tuple(SecretStr(secret) for secret in secrets))


def hashed() -> str:
    return keyed_hash(hash_of_address(ADDRESS), salt_from("acme run-1"))


def test_the_first_use_makes_a_file_for_its_owner_alone_and_the_next_goes_by_it(engine: sa.Engine, tmp_path: Path) -> None:
    know_secrets(engine, settings(tmp_path))
    file = tmp_path / "secrets" / "erasure.secret"
    kept, made = file.read_text(), hashed()
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode), len(kept)) == (0o600, 0o700, 65)
    assert sorted(path.name for path in file.parent.iterdir()) == ["erasure.secret"]
    know_secrets(engine, settings(tmp_path))
    assert (file.read_text(), hashed()) == (kept, made)


def test_a_hash_stands_for_its_address_to_whom_knows_the_secret_and_to_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    erasure.know([FIRST])
    name = hashed()
    assert (is_keyed(name), len(name), stands_for(name, "ZELDA@quix.example"), stands_for(name, "bo@quix.example")) == (
        True,
        21,
        True,
        False,
    )
    erasure.know([NEW])
    assert (stands_for(name, ADDRESS), hashed() == name) == (True, False)
    for others in ([b""], []):
        monkeypatch.setattr(erasure, "_known", [b"", *others])
        assert not stands_for(name, ADDRESS)


@pytest.mark.parametrize(
    ("made_with", "started_with", "why"),
    [
        pytest.param([FIRST], [FIRST], None, id="the same"),
        pytest.param([FIRST], [NEW, FIRST], None, id="a new one before the old one"),
        pytest.param([FIRST], [NEW], "EVERGREEN_ERASURE_SECRETS lacks it", id="another"),
        pytest.param([], [FIRST], "EVERGREEN_ERASURE_SECRETS lacks it", id="another than the file of the machine before"),
        pytest.param([FIRST], [], "there is no {home}/secrets/erasure.secret", id="none, on another machine"),
        pytest.param([], [], "there is no {home}/secrets/erasure.secret", id="the file of another machine"),
    ],
)
def test_a_process_that_lacks_a_secret_with_which_hashes_were_made_does_not_start(
    engine: sa.Engine, tmp_path: Path, made_with: list[str], started_with: list[str], why: str | None
) -> None:
    know_secrets(engine, settings(tmp_path / "first", *made_with))
    here = tmp_path / "second"
    if why is None:
        know_secrets(engine, settings(here, *started_with))
        return
    with pytest.raises(OtherSecret) as refused:
        know_secrets(engine, settings(here, *started_with))
    assert str(refused.value) == (
        f"The database has opt-outs of erased people under another secret than this process knows ({why.format(home=here)}), so it could "
        "write to them: set EVERGREEN_ERASURE_SECRETS to that of the machine that made them (its setting, or its file secrets/erasure.secret), "
        "behind a new one where it was changed."
    )
    assert not (here / "secrets").exists()


def test_a_secret_that_was_ever_first_is_needed_for_good(engine: sa.Engine, tmp_path: Path) -> None:
    know_secrets(engine, settings(tmp_path, FIRST))
    know_secrets(engine, settings(tmp_path, NEW, FIRST))
    for lacking in (NEW, FIRST):
        with pytest.raises(OtherSecret):
            know_secrets(engine, settings(tmp_path, lacking))


def test_many_that_start_at_once_go_by_one_secret(engine: sa.Engine, tmp_path: Path) -> None:
    start = Barrier(6)

    def rush() -> None:
        start.wait()
        know_secrets(engine, settings(tmp_path))

    with ThreadPoolExecutor(6) as pool:
        for future in [pool.submit(rush) for _ in range(6)]:
            future.result()
    know_secrets(engine, settings(tmp_path))
