"""Settings from the environment, and what is said about a bad one."""

from pathlib import Path

import pytest
from sqlalchemy import make_url

from activities.settings import Settings


def test_without_a_word_everything_goes_into_the_home() -> None:
    settings = Settings.from_env({})
    assert settings == Settings()
    assert settings.home == Path(".evergreen")
    assert settings.database == f"sqlite:///{Path('.evergreen/ledger.sqlite').absolute()}"
    assert settings.outbox == Path(".evergreen/outbox")


def test_the_environment_is_read() -> None:
    told = {
        "EVERGREEN_HOME": "/var/lib/evergreen",
        "EVERGREEN_DATABASE_URL": "postgresql+psycopg://user:secret@db/evergreen",
        "EVERGREEN_SMTP_URL": "smtps://user:secret@mail.example.com",
        "EVERGREEN_TASKS_URL": "https://crm.example.com/tasks/",
        "EVERGREEN_WEBHOOKS": '{"crm-sync": "https://crm.example.com/hook?token=secret"}',
        "EVERGREEN_PUBLIC_URL": "",
        "EVERGREEN_HTTP_TIMEOUT": "2.5",
        "EVERGREEN_LEASE": "5",
        "EVERGREEN_SOMETHING_OF_ANOTHER_PROGRAM": "x",
        "PATH": "/bin",
    }
    settings = Settings.from_env(told)
    assert settings.home == Path("/var/lib/evergreen")
    assert settings.database == told["EVERGREEN_DATABASE_URL"]
    assert settings.smtp_url.get_secret_value() == told["EVERGREEN_SMTP_URL"]
    assert settings.tasks_url == "https://crm.example.com/tasks"
    assert settings.webhooks == {"crm-sync": "https://crm.example.com/hook?token=secret"}
    assert (settings.http_timeout, settings.lease) == (2.5, 5.0)
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "mysql://user:secret@db/x", "EVERGREEN_DATABASE_URL: is no database: write one such as "),
        ("DATABASE_URL", "secret", "EVERGREEN_DATABASE_URL: is no database: "),
        ("DATABASE_URL", "sqlite://", "EVERGREEN_DATABASE_URL: names no file: what was done would be forgotten with the process"),
        ("DATABASE_URL", "sqlite:///:memory:", "EVERGREEN_DATABASE_URL: names no file: "),
        ("DATABASE_URL", "sqlite:///file:secret?mode=memory&uri=true", "EVERGREEN_DATABASE_URL: names no file: "),
        ("SMTP_URL", "http://secret", "EVERGREEN_SMTP_URL: is no mail server: write one such as "),
        ("SMTP_URL", "smtp://mail.example.com:secret", "EVERGREEN_SMTP_URL: is no URL"),
        ("TASKS_URL", "crm.example.com/secret", "EVERGREEN_TASKS_URL: is no web address: write one such as "),
        ("ESCALATIONS_URL", "ftp://secret", "EVERGREEN_ESCALATIONS_URL: is no web address"),
        ("OFFERS_URL", "https://", "EVERGREEN_OFFERS_URL: is no web address"),
        ("PUBLIC_URL", "secret", "EVERGREEN_PUBLIC_URL: is no web address"),
        ("WEBHOOKS", "{secret", "EVERGREEN_WEBHOOKS: is no JSON object: write one such as "),
        ("WEBHOOKS", '["secret"]', "EVERGREEN_WEBHOOKS: "),
        ("WEBHOOKS", '{"crm": "secret"}', "EVERGREEN_WEBHOOKS entry 'crm': is no web address"),
        ("REDIRECT", "nobody", "EVERGREEN_REDIRECT: "),
        ("LIVE", "perhaps", "EVERGREEN_LIVE: input should be a valid boolean"),
        ("HTTP_TIMEOUT", "soon", "EVERGREEN_HTTP_TIMEOUT: input should be a valid number"),
        ("LEASE", "0", "EVERGREEN_LEASE: input should be greater than or equal to 0.1"),
    ],
)
def test_a_bad_value_is_named_in_a_sentence_that_does_not_repeat_it(name: str, value: str, sentence: str) -> None:
    with pytest.raises(ValueError) as told:
        Settings.from_env({f"EVERGREEN_{name}": value})
    assert str(told.value).startswith(sentence)
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("told", ["whsec_c2hvcnQ=", "no base64 at all", f"whsec_{'Zm9v' * 8},whsec_c2hvcnQ="])
def test_a_secret_that_cannot_sign_is_refused_and_not_repeated(told: str) -> None:
    with pytest.raises(ValueError) as refused:
        Settings.from_env({"EVERGREEN_OUTBOUND_SECRETS": told})
    assert str(refused.value) == (
        "EVERGREEN_OUTBOUND_SECRETS: a Standard Webhooks secret is 'whsec_' and the base64 of at least 24 bytes; "
        "'echo whsec_$(openssl rand -base64 32)' makes one"
    )


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("sqlite:///data.sqlite", "sqlite:///{here}/data.sqlite"),
        ("sqlite+pysqlite:///./a/b.db?timeout=3", "sqlite+pysqlite:///{here}/a/b.db?timeout=3"),
        ("sqlite:////var/lib/data.sqlite", "sqlite:////var/lib/data.sqlite"),
        ("postgresql+psycopg://a:b%40c@h/x?sslmode=require", "postgresql+psycopg://a:b%40c@h/x?sslmode=require"),
    ],
)
def test_a_database_file_is_the_same_one_to_a_process_in_any_folder(
    told: str, meant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.from_env({"EVERGREEN_DATABASE_URL": told}).database == meant.format(here=tmp_path)


def test_a_database_file_that_is_named_as_sqlite_names_it_is_so_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_env({"EVERGREEN_DATABASE_URL": "sqlite:///file:data.sqlite?uri=true"})
    assert make_url(settings.database).database == f"file:{tmp_path}/data.sqlite"


def test_what_is_set_is_told_to_another_process_in_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = {
        "EVERGREEN_HOME": "data",
        "EVERGREEN_DATABASE_URL": "sqlite:///data.sqlite",
        "EVERGREEN_SMTP_URL": "smtps://user:secret@mail.example.com",
        "EVERGREEN_WEBHOOKS": '{"crm-sync": "https://crm.example.com/hook?token=secret"}',
        "EVERGREEN_LINK_SECRETS": f"{'a' * 32},{'b' * 32}",
        "EVERGREEN_LEASE": "5",
    }
    settings = Settings.from_env(told)
    there = settings.to_env()
    assert there["EVERGREEN_HOME"] == str(tmp_path / "data")
    assert "EVERGREEN_TASKS_URL" not in there
    assert Settings.from_env(there) == settings.model_copy(update={"home": tmp_path / "data"})


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("", ""),
        ("smtp://mail.example", "mail.example"),
        ("smtps://kim:secret@mail.example:465", "mail.example:465"),
        ("smtp://[::1]:25", "[::1]:25"),
    ],
)
def test_the_mail_server_is_named_without_its_password(url: str, server: str) -> None:
    assert Settings.from_env({"EVERGREEN_SMTP_URL": url}).mail_server == server
