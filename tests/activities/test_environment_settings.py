"""Where settings come from: the variables that are given, or the process's own, and nothing else that lies about."""

from pathlib import Path

import pytest

from activities.settings import Settings
from gateway.http.settings import GatewaySettings


def test_without_given_variables_the_processs_own_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVERGREEN_LEASE", "5")
    assert Settings.from_env().lease == 5


def test_given_variables_are_read_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EVERGREEN_LEASE", "5")
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("EVERGREEN_LEASE=6\n")
    assert Settings.from_env({}).lease == 60


def test_settings_made_by_hand_read_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVERGREEN_LEASE", "5")
    assert Settings().lease == 60
    assert Settings(home=Path("here")) == Settings.from_env({"EVERGREEN_HOME": "here"})


def test_a_variable_in_small_letters_is_not_ours() -> None:
    assert Settings.from_env({"evergreen_lease": "5"}).lease == 60


SECRETS = [
    "EVERGREEN_DATABASE_URL",
    "EVERGREEN_SMTP_URL",
    "EVERGREEN_WEBHOOKS",
    "EVERGREEN_OUTBOUND_SECRETS",
    "EVERGREEN_SLACK_URL",
    "EVERGREEN_LINK_SECRETS",
    "EVERGREEN_ERASURE_SECRETS",
]


def test_the_settings_that_hold_secrets_may_lie_in_files() -> None:
    assert Settings.secret_variables() == SECRETS
    assert GatewaySettings.secret_variables() == ["EVERGREEN_GATEWAY_METRICS_TOKEN"]


def test_a_secret_is_read_from_the_file_that_is_named_without_the_space_around_it(tmp_path: Path) -> None:
    (tmp_path / "smtp").write_text("smtps://us:secret@mail.example.com\n")
    (tmp_path / "links").write_text(f"{'a' * 32},\n{'b' * 32}\n")
    settings = Settings.from_env(
        {"EVERGREEN_SMTP_URL_FILE": str(tmp_path / "smtp"), "EVERGREEN_LINK_SECRETS_FILE": str(tmp_path / "links")}
    )
    assert settings.smtp_url.get_secret_value() == "smtps://us:secret@mail.example.com"
    assert [secret.get_secret_value() for secret in settings.link_secrets] == ["a" * 32, "b" * 32]


def test_what_is_no_secret_is_not_read_from_a_file(tmp_path: Path) -> None:
    assert Settings.from_env({"EVERGREEN_LEASE_FILE": str(tmp_path / "nothing")}).lease == 60


@pytest.mark.parametrize(
    ("content", "also", "sentence"),
    [
        ("smtp://a", {"EVERGREEN_SMTP_URL": "smtp://b"}, "EVERGREEN_SMTP_URL and EVERGREEN_SMTP_URL_FILE are both set: set one of them"),
        (
            None,
            {},
            "EVERGREEN_SMTP_URL_FILE names a file that cannot be read (No such file or directory): look at its path and its rights",
        ),
        ("\n", {}, "EVERGREEN_SMTP_URL_FILE names a file with nothing in it: write the value into it, or leave it unset"),
        ("\udcff", {}, "EVERGREEN_SMTP_URL_FILE names a file that cannot be read (it is no text): look at its path and its rights"),
        (
            "post://secret",
            {},
            "EVERGREEN_SMTP_URL: is no mail server: write one such as smtp://user:password@mail.example.com:587, smtps:// or smtp+starttls://",
        ),
    ],
    ids=["both", "no file", "empty", "no text", "no URL"],
)
def test_a_file_that_says_nothing_is_refused_by_its_variable(
    tmp_path: Path, content: str | None, also: dict[str, str], sentence: str
) -> None:
    if content is not None:
        (tmp_path / "smtp").write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(ValueError) as refused:
        Settings.from_env({"EVERGREEN_SMTP_URL_FILE": str(tmp_path / "smtp"), **also})
    assert str(refused.value) == sentence
