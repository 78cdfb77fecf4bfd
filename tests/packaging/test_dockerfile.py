"""The image: pinned, hash-checked, not run as root, and holding what a worker needs."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()


def lines(instruction: str) -> list[str]:
    return [" ".join(line.split()[1:]) for line in LINES if line.startswith(f"{instruction} ")]


def test_it_starts_from_one_python_version() -> None:
    [base] = lines("FROM")
    assert re.fullmatch(r"python:3\.1[123]\.\d+-slim-[a-z]+", base)


def test_packages_are_installed_by_hash_alone() -> None:
    assert [line for line in lines("RUN") if "pip " in line] == ["pip install --require-hashes -r deploy/requirements.lock"]


def test_what_it_copies_is_there_and_not_ignored() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert {copied.split()[0] for copied in lines("COPY")} == {"deploy/requirements.lock", "."}
    assert {
        "activities",
        "gateway",
        "lifecycle",
        "playbooks",
        "runtime",
        "workflows",
        "worker.py",
        "starter.py",
        "deploy/requirements.lock",
    } <= kept
    assert [path for path in kept if not (ROOT / path).exists()] == []


def test_the_worker_runs_as_somebody_without_rights_and_gets_signals_itself() -> None:
    assert lines("USER") == ["evergreen"]
    assert lines("CMD") == ['["python", "worker.py"]']
    assert (ROOT / "worker.py").is_file()
