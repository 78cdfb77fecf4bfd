"""The production shape is well-formed: every part is there, refers to what exists, and says what the code reads."""

import asyncio
import base64
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import TLSConfig

from activities.environment_settings import IN_A_FILE
from activities.settings import Settings
from gateway.http.settings import GatewaySettings
from gateway.sources_file import load_sources
from lifecycle.playbook.directory_reading import PEOPLE
from runtime.health import VARIABLE as HEALTH_FILE
from runtime.process.command import TRACEBACK_VARIABLE
from runtime.process.logs import LEVEL_VARIABLE
from runtime.publishing import FOLDER, read_all
from runtime.temporal.dev_server.dev_server import DevServer
from runtime.temporal.dev_server.process import find_binary

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
PARTS = {
    "postgresql",
    "databases",
    "temporal-schema",
    "temporal",
    "temporal-namespace",
    "setup",
    "migrate",
    "worker",
    "worker-before",
    "gateway",
    "temporal-ui",
    "mail",
}
OURS = ("setup", "migrate", "worker", "worker-before", "gateway")
NOT_FOR_COMPOSE = {
    "EVERGREEN_HOME": "the Dockerfile says it",
    "EVERGREEN_BUILD_ID": "two builds run side by side, and each is called by its own hash",
    "EVERGREEN_LIVE": "`make dev` asks for it, and nothing else",
    "EVERGREEN_HEALTH_FILE": "a worker's alone, and in its container always the same",
    "EVERGREEN_GATEWAY_PORT": "the port that is published is said in the file",
    "EVERGREEN_GATEWAY_METRICS_PORT": "beside the other, and reached inside alone",
    "EVERGREEN_GATEWAY_METRICS_PUBLIC": "the other containers reach its own port",
}
"""Settings that docker-compose.yml leaves out on purpose, and why."""

OF_BOTH = [*map(Settings.variable, Settings.model_fields), *(f"{name}{IN_A_FILE}" for name in Settings.secret_variables())]
OF_THE_GATEWAY = [
    *map(GatewaySettings.variable, GatewaySettings.model_fields),
    *(f"{name}{IN_A_FILE}" for name in GatewaySettings.secret_variables()),
]


def stack() -> dict[str, Any]:
    whole: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return whole


def services() -> dict[str, dict[str, Any]]:
    named: dict[str, dict[str, Any]] = stack()["services"]
    return named


def filled_in(text: str, said: Mapping[str, str] | None = None) -> str:
    """`text` as compose makes it where these variables are set: ${NAME:-default} and ${NAME-default}, one inside another too."""
    given = said or {}

    def value(found: re.Match[str]) -> str:
        name, empty_too, default = found.groups()
        return given[name] if name in given and (given[name] or not empty_too) else default

    while (text := re.sub(r"\$\{(\w+)(:?)-([^${}]*)\}", value, before := text)) != before:
        pass
    return text


def environment(name: str, said: Mapping[str, str] | None = None) -> dict[str, str]:
    """A part's variables where these are set in .env: one without a value is passed if it is set, and left out if not."""
    given = said or {}
    found: dict[str, str] = {}
    for file in services()[name].get("env_file", []):
        if file.get("required", True):
            lines = (ROOT / file["path"]).read_text().splitlines()
            found |= dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    for key, value in services()[name].get("environment", {}).items():
        if value is not None:
            found[key] = filled_in(value, given)
        elif key in given:
            found[key] = given[key]
    return found


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
        source = filled_in(mount).split(":")[0]
        assert (ROOT / source).exists() if source.startswith("./") else source in stack()["volumes"], source


@pytest.mark.parametrize("name", sorted(PARTS))
def test_ports_are_open_to_this_machine_alone(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in services()[name].get("ports", []))


@pytest.mark.parametrize("name", sorted(PARTS))
def test_no_password_is_fixed_in_the_file(name: str) -> None:
    for key, value in services()[name].get("environment", {}).items():
        if value is not None and re.search(r"PASSWORD|PWD|SECRET|TOKEN|API_KEY", key):
            assert re.fullmatch(r"\$\{\w+:?-\w*\}", value), key
        assert not re.search(r"://[^$/]*:[^$/]*@", value or ""), key


@pytest.mark.parametrize("name", OURS)
def test_our_variables_are_ones_that_the_code_reads(name: str) -> None:
    known = {*OF_BOTH, *(OF_THE_GATEWAY if name == "gateway" else ()), LEVEL_VARIABLE, TRACEBACK_VARIABLE}
    passed = set(services()[name]["environment"])
    assert passed - known == {"TEMPORAL_NAMESPACE"}
    assert set(environment(name)) - passed == {"TEMPORAL_ADDRESS"}


def test_every_setting_is_passed_or_it_is_said_why_not() -> None:
    assert {*OF_BOTH, *OF_THE_GATEWAY} - set(services()["gateway"]["environment"]) == set(NOT_FOR_COMPOSE)
    both = set(OF_BOTH) - set(NOT_FOR_COMPOSE)
    assert [name for name in OURS if not both <= set(services()[name]["environment"])] == []


def test_the_example_of_an_env_file_has_all_that_compose_takes_and_nothing_else() -> None:
    text = FILE.read_text()
    taken = set(re.findall(r"\$\{(\w+)", text)) | {
        key for service in services().values() for key, value in service.get("environment", {}).items() if value is None
    }
    example = re.findall(r"^#(\w+)=", (ROOT / "deploy/env.example").read_text(), re.MULTILINE)
    assert (sorted(example), len(example)) == (sorted(taken), len(set(example)))


def test_the_values_in_the_example_of_an_env_file_are_those_that_stand_where_nothing_is_set() -> None:
    shown = dict(re.findall(r"^#(EVERGREEN_(?:GATEWAY_)?\w+)=(\d\w*)$", (ROOT / "deploy/env.example").read_text(), re.MULTILINE))
    settings, own = Settings(), GatewaySettings()
    defaults = {Settings.variable(name): str(getattr(settings, name)).removesuffix(".0") for name in Settings.model_fields}
    defaults |= {GatewaySettings.variable(name): str(getattr(own, name)).removesuffix(".0") for name in GatewaySettings.model_fields}
    assert {name: defaults[name] for name in shown} == shown
    assert len(shown) == 10


SET = {
    "EVERGREEN_REDIRECT": "kim@larkfield.example",
    "EVERGREEN_PUBLIC_URL": "https://door.larkfield.example",
    "EVERGREEN_LINK_SECRETS": "s" * 32,
    "EVERGREEN_LEASE": "90",
    "LEDGER_PASSWORD": "longer",
}


@pytest.mark.parametrize("name", OURS)
def test_our_variables_read_as_settings_of_the_other_parts(name: str) -> None:
    settings = Settings.from_env(environment(name))
    assert settings.database == "postgresql+psycopg://ledger:ledger@postgresql:5432/evergreen"
    assert settings.smtp_url.get_secret_value() == "smtp://mail:1025"
    assert settings.redirect == ""
    connection = ClientConfig.load_client_connect_config(disable_file=True, override_env_vars=environment(name))
    assert connection == {"target_host": "temporal:7233", "namespace": "default"}
    settings = Settings.from_env(environment(name, SET))
    assert settings.database == "postgresql+psycopg://ledger:longer@postgresql:5432/evergreen"
    assert (settings.redirect, settings.public_url, settings.lease) == (SET["EVERGREEN_REDIRECT"], SET["EVERGREEN_PUBLIC_URL"], 90)


def test_a_secret_in_a_file_takes_the_place_of_the_value_that_stands_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "smtp").write_text("smtps://us:secret@mail.example.com\n")
    (tmp_path / "url").write_text("postgresql+psycopg://ledger:secret@postgresql:5432/evergreen\n")
    said = {"EVERGREEN_SMTP_URL": "", "EVERGREEN_SMTP_URL_FILE": str(tmp_path / "smtp")}
    said |= {"EVERGREEN_DATABASE_URL": "", "EVERGREEN_DATABASE_URL_FILE": str(tmp_path / "url")}
    settings = Settings.from_env(environment("worker", said))
    assert settings.smtp_url.get_secret_value() == "smtps://us:secret@mail.example.com"
    assert settings.database == "postgresql+psycopg://ledger:secret@postgresql:5432/evergreen"


def test_another_temporal_is_named_with_its_tls_and_key_in_a_file_that_overrides_the_one_here(tmp_path: Path) -> None:
    assert [file["path"] for file in services()["worker"]["env_file"]] == ["deploy/temporal.default.env", "deploy/temporal.env"]
    assert all(services()[name]["env_file"][:2] == services()["worker"]["env_file"] for name in OURS)
    shown = dict(re.findall(r"^#(TEMPORAL_\w+)=(.*)$", (ROOT / "deploy/temporal.example.env").read_text(), re.MULTILINE))
    for name in ("client.pem", "client.key", "ca.pem"):
        (tmp_path / name).write_text(f"the {name}")
    here = {name: value.replace("/etc/evergreen/secrets", str(tmp_path)) for name, value in shown.items() if "_TLS_" in name}
    told = environment("worker") | {"TEMPORAL_ADDRESS": shown["TEMPORAL_ADDRESS"]} | here
    connection = ClientConfig.load_client_connect_config(disable_file=True, override_env_vars=told)
    assert (connection["target_host"], connection["namespace"]) == ("my-namespace.a1b2c.tmprl.cloud:7233", "default")
    assert connection["tls"] == TLSConfig(
        server_root_ca_cert=b"the ca.pem",
        domain="temporal.example.com",
        client_cert=b"the client.pem",
        client_private_key=b"the client.key",
    )
    assert {name: shown[name] for name in ("TEMPORAL_API_KEY", "TEMPORAL_CONFIG_FILE")} == {
        "TEMPORAL_API_KEY": "",
        "TEMPORAL_CONFIG_FILE": "/etc/evergreen/secrets/temporal.toml",
    }


@pytest.mark.parametrize("name", OURS)
def test_our_commands_run_files_that_exist(name: str) -> None:
    python, *words = services()[name].get("command", ["python", "worker.py"])
    assert python == "python"
    assert (ROOT / (f"{words[1]}/__main__.py" if words[0] == "-m" else words[0])).is_file()


def test_the_build_before_runs_beside_the_new_one_only_when_asked_and_is_never_built_anew() -> None:
    before, now = services()["worker-before"], services()["worker"]
    assert (before["profiles"], "build" in before, "build" in now) == (["upgrade"], False, True)
    assert {key: value for key, value in before.items() if key not in ("profiles", "image", "volumes", "environment")} == {
        key: value for key, value in now.items() if key not in ("build", "image", "volumes", "environment", "healthcheck")
    }
    assert environment("worker-before") == environment("worker")
    assert environment("worker-before", SET) == environment("worker", SET)


@pytest.mark.parametrize("name", ["EVERGREEN_DATABASE_URL", "EVERGREEN_SMTP_URL"])
def test_a_build_before_that_reads_no_files_is_not_left_without_ledger_or_mail_server(name: str) -> None:
    in_a_file = {name: "", f"{name}{IN_A_FILE}": "/etc/evergreen/secrets/it"}
    assert environment("worker", in_a_file)[name] == ""
    assert environment("worker-before", in_a_file)[name] == environment("worker")[name] != ""
    assert environment("worker-before", {**in_a_file, f"{name}_BEFORE": ""})[name] == ""


IN_THE_IMAGE = f"/opt/evergreen/{FOLDER.name}"


@pytest.mark.parametrize(
    ("said", "now", "before"),
    [
        ({}, "./playbooks", "./playbooks"),
        ({"EVERGREEN_PLAYBOOKS": "/srv/playbooks"}, "/srv/playbooks", "/srv/playbooks"),
        ({"EVERGREEN_PLAYBOOKS": "/srv/new", "EVERGREEN_PLAYBOOKS_BEFORE": "/srv/old"}, "/srv/new", "/srv/old"),
    ],
    ids=["of this checkout", "a folder of one's own", "another for the build before"],
)
def test_playbooks_and_people_are_mounted_where_a_worker_publishes_them_from(said: dict[str, str], now: str, before: str) -> None:
    for name, folder in (("worker", now), ("worker-before", before)):
        assert f"{folder}:{IN_THE_IMAGE}:ro" in [filled_in(mount, said) for mount in services()[name]["volumes"]]
    assert re.search(r"^WORKDIR /opt/evergreen$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert FOLDER == ROOT / "playbooks"
    assert read_all(FOLDER)
    assert PEOPLE == "people.yaml"


def test_nothing_that_is_ours_can_be_written_but_the_data() -> None:
    for name in OURS:
        writable = [mount for mount in services()[name]["volumes"] if not mount.endswith(":ro")]
        assert writable == ["evergreen:/var/lib/evergreen"]


def test_the_database_is_at_this_builds_version_before_anything_of_ours_opens_it() -> None:
    assert services()["migrate"]["command"] == ["python", "starter.py", "migrate"]
    done = {"condition": "service_completed_successfully"}
    assert services()["migrate"]["depends_on"] == {"databases": done}
    assert {name: services()[name]["depends_on"]["migrate"] for name in ("worker", "worker-before", "gateway")} == {
        "worker": done,
        "worker-before": done,
        "gateway": done,
    }


def test_a_worker_says_how_it_is_where_its_health_check_reads_it() -> None:
    assert services()["worker"]["healthcheck"]["test"] == ["CMD", "python", "-m", "runtime.health"]
    assert Settings.from_env(environment("worker")).health_file == Path(environment("worker")[HEALTH_FILE])
    mounted = [mount.split(":")[1] for mount in services()["worker"]["volumes"]]
    assert not any(environment("worker")[HEALTH_FILE].startswith(f"{folder}/") for folder in mounted)
    assert HEALTH_FILE not in environment("gateway")


def test_the_gateway_is_reached_where_it_listens_and_is_asked_whether_it_is_ready() -> None:
    own = GatewaySettings.from_env(environment("gateway"))
    assert (own.host, own.sources, own.metrics_token.get_secret_value()) == ("0.0.0.0", None, "")
    assert (own.metrics_public, own.metrics_host, own.own_metrics_port) == (False, "0.0.0.0", 8091)
    assert services()["gateway"]["ports"] == [f"127.0.0.1:{own.port}:{own.port}"]
    assert f"http://127.0.0.1:{own.port}/readyz" in services()["gateway"]["healthcheck"]["test"][-1]
    assert environment("gateway").items() >= {**environment("worker"), HEALTH_FILE: ""}.items() - {(HEALTH_FILE, "")}


def test_the_example_of_a_sources_file_reads(tmp_path: Path) -> None:
    shutil.copy(ROOT / "deploy/sources.example.yaml", tmp_path / "sources.yaml")
    (tmp_path / "secrets").mkdir()
    for secret in ("product.token", "warehouse.whsec", "crm.token", "dashboard.token", "stripe.signing"):
        (tmp_path / "secrets" / secret).write_text(f"whsec_{base64.b64encode(secret.ljust(32).encode()).decode()}\n")
    assert [source.name for source in load_sources(tmp_path / "sources.yaml", {})] == ["product", "warehouse", "crm", "dashboard", "stripe"]


def test_the_ledger_and_temporal_have_a_database_and_a_user_each_and_nobody_of_ours_is_the_superuser() -> None:
    said = {"POSTGRES_PASSWORD": "root's", "LEDGER_PASSWORD": "ledgers", "TEMPORAL_DATABASE_PASSWORD": "temporals"}
    made = environment("databases", said)
    assert (made["POSTGRES_USER"], made["LEDGER_PASSWORD"], made["TEMPORAL_DATABASE_PASSWORD"]) == ("evergreen", "ledgers", "temporals")
    for name in OURS:
        assert Settings.from_env(environment(name, said)).database == "postgresql+psycopg://ledger:ledgers@postgresql:5432/evergreen"
    for name in ("temporal", "temporal-schema"):
        assert (environment(name, said)["POSTGRES_USER"], environment(name, said)["POSTGRES_PWD"]) == ("temporal", "temporals")
    knows = [name for name in PARTS if "root's" in environment(name, said).values()]
    assert sorted(knows) == ["databases", "postgresql"]


def test_the_schema_script_sets_up_both_databases(tmp_path: Path) -> None:
    tool = tmp_path / "temporal-sql-tool"
    tool.write_text('#!/bin/sh\necho "$@"\n')
    tool.chmod(0o755)
    where = environment("temporal-schema") | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["sh", ROOT / "deploy/set-up-schema.sh"], env=where, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        f"--plugin postgres12 --ep postgresql -p 5432 -u temporal --db {database} {what}"
        for database, schema in (("temporal", "temporal"), ("temporal_visibility", "visibility"))
        for what in ("setup-schema -v 0.0", f"update-schema -d /etc/temporal/schema/postgresql/v12/{schema}/versioned")
    ]


@pytest.mark.server
async def test_the_namespace_script_makes_it_once_and_has_it_keep_closed_runs_for_as_long_as_is_said() -> None:
    async with await DevServer.start(None) as server:
        where = {
            "PATH": f"{find_binary().parent}:{os.environ['PATH']}",
            "HOME": os.environ.get("HOME", "/"),
            "TEMPORAL_ADDRESS": server.address,
            "TEMPORAL_NAMESPACE": "customers",
            "RETENTION": environment("temporal-namespace")["RETENTION"],
        }

        async def run_script() -> str:
            """As compose does, again where it fails: a server that has only just made a namespace does not find it for some seconds."""
            times = int(services()["temporal-namespace"]["restart"].removeprefix("on-failure:"))
            while True:
                done = subprocess.run(["sh", ROOT / "deploy/set-up-namespace.sh"], env=where, capture_output=True, text=True, check=False)
                if done.returncode == 0:
                    return done.stdout
                assert times, done.stderr
                times -= 1
                await asyncio.sleep(2)

        async def retention() -> int:
            client = await Client.connect(server.address, namespace="customers")
            described = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="customers"))
            return described.config.workflow_execution_retention_ttl.seconds // 3600

        assert "customers successfully registered" in await run_script()
        assert await retention() == 720
        where["RETENTION"] = environment("temporal-namespace", {"TEMPORAL_RETENTION": "2160h"})["RETENTION"]
        assert await run_script() == "namespace customers is there, and keeps closed runs for 2160h\n"
        assert await retention() == 2160


def test_docker_itself_reads_the_file() -> None:
    if not shutil.which("docker") or subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode != 0:
        pytest.skip("no docker with compose on this machine")
    subprocess.run(["docker", "compose", "--file", FILE, "config", "--quiet"], check=True)
