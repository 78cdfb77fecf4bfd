"""A worker of another build meets what its starter would meet, wherever its code lies."""

import json
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from temporalio.client import Client

from activities.settings import Settings
from runtime.builds.build_worker import BuildWorker, worker_environment

TELLS = """
import json, os, sys
print(json.dumps({"folder": os.getcwd(), "path": sys.path[0], "env": dict(os.environ)}))
"""
HERE = cast(
    Client, SimpleNamespace(namespace="default", service_client=SimpleNamespace(config=SimpleNamespace(target_host="127.0.0.1:7233")))
)


def told_to(tmp_path: Path, settings: Settings) -> dict[str, object]:
    """What a worker in the folder `archive` meets."""
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "worker.py").write_text(TELLS)
    worker = BuildWorker.start(tmp_path / "archive", "old", worker_environment(HERE, settings), tmp_path / "log", sys.executable)
    while worker.running:
        time.sleep(0.01)
    told: dict[str, object] = json.loads((tmp_path / "log").read_text())
    return told


def test_a_path_means_to_it_what_it_means_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("PGSSLROOTCERT", "root.crt")
    told = told_to(tmp_path, Settings.from_env({"EVERGREEN_DATABASE_URL": "sqlite:///data.sqlite"}))
    assert (told["folder"], told["path"]) == (str(tmp_path / "here"), str(tmp_path / "archive"))
    env = cast(dict[str, str], told["env"])
    assert env["EVERGREEN_DATABASE_URL"] == f"sqlite:///{tmp_path}/here/data.sqlite"
    assert env["EVERGREEN_HOME"] == str(tmp_path / "here" / ".evergreen")
    assert env["PGSSLROOTCERT"] == "root.crt"


def test_it_has_the_settings_that_it_is_given_and_no_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVERGREEN_TASKS_URL", "https://old.example.com")
    monkeypatch.setenv("EVERGREEN_LOG_LEVEL", "warning")
    env = cast(dict[str, str], told_to(tmp_path, Settings(home=tmp_path, offers_url="https://crm.example.com"))["env"])
    assert "EVERGREEN_TASKS_URL" not in env
    assert (env["EVERGREEN_OFFERS_URL"], env["EVERGREEN_LOG_LEVEL"]) == ("https://crm.example.com", "warning")
    assert env["EVERGREEN_BUILD_ID"] == "old"


def test_a_secret_that_lies_in_a_file_is_told_to_it_as_its_value_for_an_older_build_reads_no_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "smtp").write_text("smtps://us:secret@mail.example.com\n")
    monkeypatch.setenv("EVERGREEN_SMTP_URL_FILE", str(tmp_path / "smtp"))
    monkeypatch.setenv("EVERGREEN_HEALTH_FILE", str(tmp_path / "health"))
    env = cast(dict[str, str], told_to(tmp_path, Settings.from_env())["env"])
    assert env["EVERGREEN_SMTP_URL"] == "smtps://us:secret@mail.example.com"
    assert "EVERGREEN_SMTP_URL_FILE" not in env
    assert "EVERGREEN_HEALTH_FILE" not in env, "it is this worker's own"


def test_it_meets_the_server_of_this_machine_and_not_that_of_a_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"API_KEY": "secret", "TLS_CLIENT_CERT_PATH": "client.pem", "PROFILE": "cloud", "ADDRESS": "cloud:7233"}.items():
        monkeypatch.setenv(f"TEMPORAL_{name}", value)
    env = cast(dict[str, str], told_to(tmp_path, Settings(home=tmp_path))["env"])
    assert {name: value for name, value in env.items() if name.startswith("TEMPORAL_")} == {
        "TEMPORAL_ADDRESS": "127.0.0.1:7233",
        "TEMPORAL_NAMESPACE": "default",
        "TEMPORAL_CONFIG_FILE": os.devnull,
    }
