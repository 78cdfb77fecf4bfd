"""The production shape is well-formed: every part is there, refers to what exists, and says what the code reads."""

import base64
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from temporalio.envconfig import ClientConfig

from activities.settings import Settings
from gateway.http.settings import GatewaySettings
from gateway.sources_file import load_sources
from runtime.process.logs import LEVEL_VARIABLE
from runtime.temporal.dev_server.dev_server import DevServer
from runtime.temporal.dev_server.process import find_binary

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
PARTS = {
    "postgresql",
    "temporal-schema",
    "temporal",
    "temporal-namespace",
    "setup",
    "worker",
    "worker-before",
    "gateway",
    "temporal-ui",
    "mail",
}
OURS = ("setup", "worker", "worker-before", "gateway")
LEFT_AT_DEFAULT = {
    "EVERGREEN_HOME",  # the Dockerfile says it
    "EVERGREEN_BUILD_ID",  # two builds run side by side, and each is called by its own hash
    "EVERGREEN_HTTP_TIMEOUT",
    "EVERGREEN_LEASE",
    "EVERGREEN_LIVE",  # `make dev` asks for it, and nothing else
    "EVERGREEN_GATEWAY_PORT",
    "EVERGREEN_GATEWAY_LARGEST_BODY",
    "EVERGREEN_GATEWAY_MOST_IN_BATCH",
    "EVERGREEN_GATEWAY_BODY_TIMEOUT",
    "EVERGREEN_GATEWAY_SIGNAL_TIMEOUT",
    "EVERGREEN_GATEWAY_CONCURRENCY",
    "EVERGREEN_GATEWAY_USAGE_WINDOW",
    "EVERGREEN_GATEWAY_METRICS_PORT",
    "EVERGREEN_GATEWAY_METRICS_PUBLIC",
}
"""What docker-compose.yml leaves out on purpose: limits, and what each build says itself."""


def stack() -> dict[str, Any]:
    whole: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return whole


def services() -> dict[str, dict[str, Any]]:
    named: dict[str, dict[str, Any]] = stack()["services"]
    return named


def filled_in(value: str) -> str:
    """`value` as it is when nothing is set: ${NAME:-default} is default, ${NAME-default} and a bare name are not used."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def environment(name: str) -> dict[str, str]:
    return {key: filled_in(value) for key, value in services()[name].get("environment", {}).items()}


def test_every_part_is_there() -> None:
    assert set(services()) == PARTS


@pytest.mark.parametrize("name", sorted(PARTS))
def test_images_are_pinned_by_version(name: str) -> None:
    image = filled_in(services()[name]["image"])
    assert re.fullmatch(r"[a-z/-]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)?", image), image


def test_the_build_before_is_an_image_that_somebody_names_and_never_the_one_that_is_built_here() -> None:
    before, now = (filled_in(services()[name]["image"]) for name in ("worker-before", "worker"))
    assert before == "evergreen:0.0.0" != now
    assert "build" not in services()["worker-before"]
    released = {f"evergreen:{folder.name}" for folder in (ROOT / "tests" / "releases").iterdir() if folder.is_dir()}
    assert before not in released


@pytest.mark.parametrize("name", sorted(PARTS))
def test_what_a_part_waits_for_can_come_about(name: str) -> None:
    for other, how in services()[name].get("depends_on", {}).items():
        waited_for = services()[other]
        match how["condition"]:
            case "service_healthy":
                assert "healthcheck" in waited_for, other
            case "service_completed_successfully":
                assert waited_for["restart"].startswith("on-failure"), other
            case condition:
                assert condition == "service_started"


@pytest.mark.parametrize("name", sorted(PARTS))
def test_a_part_that_falls_over_is_started_again(name: str) -> None:
    assert re.fullmatch(r"unless-stopped|on-failure:\d+", services()[name]["restart"])


@pytest.mark.parametrize("name", sorted(PARTS))
def test_mounted_files_and_volumes_exist(name: str) -> None:
    for mount in services()[name].get("volumes", []):
        source = mount.split(":")[0]
        assert (ROOT / source).exists() if source.startswith("./") else source in stack()["volumes"], source


@pytest.mark.parametrize("name", sorted(PARTS))
def test_ports_are_open_to_this_machine_alone(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in services()[name].get("ports", []))


@pytest.mark.parametrize("name", sorted(PARTS))
def test_no_password_is_fixed_in_the_file(name: str) -> None:
    for key, value in services()[name].get("environment", {}).items():
        if re.search(r"PASSWORD|PWD|SECRET|TOKEN|API_KEY", key):
            assert re.fullmatch(r"\$\{\w+:-\w*\}", value), key
        assert not re.search(r"://[^$/]*:[^$/]*@", value), key


@pytest.mark.parametrize("name", OURS)
def test_our_variables_are_ones_that_the_code_reads(name: str) -> None:
    known = {f"EVERGREEN_{field.upper()}" for field in Settings.model_fields} | {LEVEL_VARIABLE}
    if name == "gateway":
        known |= {f"EVERGREEN_GATEWAY_{field.upper()}" for field in GatewaySettings.model_fields}
    told = {key for key in environment(name) if key.startswith("EVERGREEN_")}
    assert told <= known
    assert set(environment(name)) - told == {"TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"}


def test_every_variable_that_the_code_reads_is_in_the_file_or_left_at_its_default_there() -> None:
    fields = {f"EVERGREEN_{field.upper()}" for field in Settings.model_fields}
    fields |= {f"EVERGREEN_GATEWAY_{field.upper()}" for field in GatewaySettings.model_fields}
    assert fields - set(environment("gateway")) == LEFT_AT_DEFAULT


@pytest.mark.parametrize("name", OURS)
def test_our_variables_read_as_settings_of_the_other_parts(name: str) -> None:
    told = environment(name)
    settings = Settings.from_env(told)
    assert settings.database == "postgresql+psycopg://evergreen:evergreen@postgresql:5432/evergreen"
    assert settings.smtp_url.get_secret_value() == "smtp://mail:1025"
    connection = ClientConfig.load_client_connect_config(disable_file=True, override_env_vars=told)
    assert connection == {"target_host": "temporal:7233", "namespace": "default"}


@pytest.mark.parametrize("name", OURS)
def test_our_commands_run_files_that_exist(name: str) -> None:
    python, *words = services()[name].get("command", ["python", "worker.py"])
    assert python == "python"
    assert (ROOT / (f"{words[1]}/__main__.py" if words[0] == "-m" else words[0])).is_file()


def test_the_build_before_runs_beside_the_new_one_only_when_asked_and_is_never_built_anew() -> None:
    before, now = services()["worker-before"], services()["worker"]
    assert (before["profiles"], "build" in before, "build" in now) == (["upgrade"], False, True)
    assert {key: value for key, value in before.items() if key not in ("profiles", "image")} == {
        key: value for key, value in now.items() if key not in ("build", "image")
    }


def test_the_gateway_is_reached_where_it_listens_and_is_asked_whether_it_is_ready() -> None:
    own = GatewaySettings.from_env(environment("gateway"))
    assert (own.host, own.sources, own.metrics_token.get_secret_value()) == ("0.0.0.0", None, "")
    assert (own.metrics_public, own.metrics_host, own.own_metrics_port) == (False, "0.0.0.0", 8091)
    assert services()["gateway"]["ports"] == [f"127.0.0.1:{own.port}:{own.port}"]
    assert f"http://127.0.0.1:{own.port}/readyz" in services()["gateway"]["healthcheck"]["test"][-1]
    assert environment("gateway").items() >= environment("worker").items()


def test_the_example_of_a_sources_file_reads(tmp_path: Path) -> None:
    shutil.copy(ROOT / "deploy/sources.example.yaml", tmp_path / "sources.yaml")
    (tmp_path / "secrets").mkdir()
    for secret in ("product.token", "warehouse.whsec", "crm.token", "stripe.signing"):
        (tmp_path / "secrets" / secret).write_text(f"whsec_{base64.b64encode(secret.ljust(32).encode()).decode()}\n")
    assert [source.name for source in load_sources(tmp_path / "sources.yaml", {})] == ["product", "warehouse", "crm", "stripe"]


def test_the_ledgers_database_is_the_one_that_postgresql_makes() -> None:
    assert environment("worker")["EVERGREEN_DATABASE_URL"].endswith(f"/{environment('postgresql')['POSTGRES_DB']}")


def test_the_schema_script_sets_up_both_databases(tmp_path: Path) -> None:
    tool = tmp_path / "temporal-sql-tool"
    tool.write_text('#!/bin/sh\necho "$@"\n')
    tool.chmod(0o755)
    where = environment("temporal-schema") | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["sh", ROOT / "deploy/set-up-schema.sh"], env=where, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        f"--plugin postgres12 --ep postgresql -p 5432 -u evergreen --db {database} {what}"
        for database, schema in (("temporal", "temporal"), ("temporal_visibility", "visibility"))
        for what in ("create", "setup-schema -v 0.0", f"update-schema -d /etc/temporal/schema/postgresql/v12/{schema}/versioned")
    ]


@pytest.mark.server
async def test_the_namespace_script_makes_it_once() -> None:
    async with await DevServer.start(None) as server:
        where = {
            "PATH": f"{find_binary().parent}:{os.environ['PATH']}",
            "HOME": os.environ.get("HOME", "/"),
            "TEMPORAL_ADDRESS": server.address,
            "TEMPORAL_NAMESPACE": "customers",
            "RETENTION": environment("temporal-namespace")["RETENTION"],
        }
        said = [
            subprocess.run(["sh", ROOT / "deploy/set-up-namespace.sh"], env=where, capture_output=True, text=True, check=True).stdout
            for _ in range(2)
        ]
    assert "customers successfully registered" in said[0]
    assert said[1] == "namespace customers is there\n"


def test_docker_itself_reads_the_file() -> None:
    if not shutil.which("docker") or subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode != 0:
        pytest.skip("no docker with compose on this machine")
    subprocess.run(["docker", "compose", "--file", FILE, "config", "--quiet"], check=True)
