"""What the activities need to know of their surroundings, from EVERGREEN_* environment variables."""

import json
import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from activities.environment_settings import EnvironmentSettings
from activities.webhook_secrets import check_standard_webhooks_secret
from lifecycle.domain.texts.addresses import read_address
from lifecycle.domain.texts.wire_addresses import wire_address

SHORTEST_SECRET = 32
_LOCAL = ("localhost", "127.0.0.1", "::1")
SMTP_SCHEMES = ("smtp", "smtps", "smtp+starttls")


def _split_url(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  a port that is no number shows only when it is read
    except ValueError:
        raise ValueError("is no URL") from None
    return parts


def _check_web_url(text: str) -> str:
    parts = _split_url(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("is no web address: write one such as https://crm.example.com/tasks")
    return text.rstrip("/") if not parts.query else text


def _check_smtp_url(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    parts = _split_url(text)
    if text and (parts.scheme not in SMTP_SCHEMES or not parts.hostname):
        raise ValueError("is no mail server: write one such as smtp://user:password@mail.example.com:587, smtps:// or smtp+starttls://")
    return value


def _check_database_url(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not text:
        return value
    try:
        url = make_url(text)
    except ArgumentError:
        url = None
    if url is None or url.get_backend_name() not in ("sqlite", "postgresql"):
        raise ValueError(
            "is no database: write one such as sqlite:////var/lib/evergreen.sqlite or postgresql://user:password@host/evergreen"
        )
    return SecretStr(_with_absolute_path(url) or text) if url.get_backend_name() == "sqlite" else value


def _with_absolute_path(url: URL) -> str | None:
    """The URL of a SQLite file that is named from the working folder, which another process may not share; None if it is absolute."""
    database = url.database or ""
    path = database.removeprefix("file:")
    if path in ("", ":memory:") or url.query.get("mode") == "memory":
        raise ValueError("names no file: what was done would be forgotten with the process, and done again. Write sqlite:///data.sqlite")
    if Path(path).is_absolute():
        return None
    return url.set(database=database.removesuffix(path) + str(Path(path).absolute())).render_as_string(hide_password=False)


def _split_secrets(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _check_length(secrets: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    if any(len(secret.get_secret_value()) < SHORTEST_SECRET for secret in secrets):
        raise ValueError(
            f"a secret has at least {SHORTEST_SECRET} characters: 'openssl rand -hex 32' makes one; several are parted by commas"
        )
    return secrets


def _check_webhook_secrets(secrets: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    for secret in secrets:
        check_standard_webhooks_secret(secret)
    return secrets


def _check_build_id(text: str) -> str:
    # It names a folder of .evergreen/builds too.
    if text and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", text):
        raise ValueError("is no name for a build: write up to 64 letters, digits, dots, dashes and underscores")
    return text


def _read_json_object(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            raise ValueError('is no JSON object: write one such as {"crm-sync": "https://crm.example.com/hook"}') from None
    return value


def _in_a_variable(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, tuple):
        return ",".join(_in_a_variable(each) for each in value)
    if isinstance(value, dict):
        return json.dumps(value) if value else ""
    return str(value)


def _check_address(text: str) -> str:
    return wire_address(read_address(text)) if text else text


MailAddress = Annotated[str, AfterValidator(_check_address)]
WebUrl = Annotated[str, AfterValidator(_check_web_url)]
SmtpUrl = Annotated[SecretStr, AfterValidator(_check_smtp_url)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_check_database_url)]
LinkSecrets = Annotated[tuple[SecretStr, ...], BeforeValidator(_split_secrets), AfterValidator(_check_length)]
WebhookSecrets = Annotated[tuple[SecretStr, ...], BeforeValidator(_split_secrets), AfterValidator(_check_webhook_secrets)]
BuildId = Annotated[str, AfterValidator(_check_build_id)]
WebhookUrls = Annotated[dict[str, WebUrl], BeforeValidator(_read_json_object)]


class Settings(EnvironmentSettings):
    """Where touches go. What is left empty goes into files under `home`. `docs/settings.md` is made of the descriptions."""

    home: Path = Field(Path(".evergreen"), description="The folder for everything that has no other place: the ledger, the outbox, logs.")
    database_url: DatabaseUrl = Field(
        SecretStr(""),
        description="The ledger's database, `postgresql+psycopg://...` or `sqlite:////...`; a SQLite file under `home` where it is empty.",
    )
    smtp_url: SmtpUrl = Field(
        SecretStr(""),
        description="The mail server: `smtp://` takes TLS where it is offered, `smtps://` and `smtp+starttls://` insist on it. Without it mails go into the "
        "outbox.",
    )
    tasks_url: WebUrl = Field("", description="Takes tasks. Without it they go to Slack, or into the outbox.")
    escalations_url: WebUrl = Field("", description="Takes escalations. Without it they go to Slack, or into the outbox.")
    offers_url: WebUrl = Field("", description="Takes offers. Without it they go into the outbox.")
    webhooks: WebhookUrls = Field(
        default_factory=dict,
        repr=False,
        description="The URL of each `webhook` step by its name, as a JSON object. One without a URL goes into the outbox.",
    )
    outbound_secrets: WebhookSecrets = Field(
        (),
        repr=False,
        description="Sign what goes to these URLs, by Standard Webhooks: `whsec_...`, parted by commas, so that they can be changed one by one. Without them "
        "nothing is signed.",
    )
    slack_url: WebUrl = Field(
        "", repr=False, description="An incoming webhook of Slack, which takes tasks and escalations that have no URL of their own."
    )
    public_url: WebUrl = Field(
        "", description="Where customers reach the gateway. Without it and the secrets of links, mails carry no links of ours."
    )
    link_secrets: LinkSecrets = Field(
        (),
        repr=False,
        description="Sign and hide what links say, parted by commas: the first makes new ones, all are accepted, so that they can be changed one by one.",
    )
    erasure_secrets: LinkSecrets = Field(
        (),
        repr=False,
        description="Key the hashes under which the opt-outs of erased people stay, parted by commas: the first makes new ones, and those that made any are "
        "to stay behind it. Every worker, gateway and command on one database needs the same. Where it is empty, the file `secrets/erasure.secret` under "
        "`home`, made at first use.",
    )
    http_timeout: Annotated[float, Field(gt=0, le=600)] = Field(10.0, description="Seconds that another side has to answer.")
    lease: Annotated[float, Field(ge=0.1, le=3600)] = Field(
        60.0,
        description="Seconds that one attempt at a touch keeps the others away; an activity's start-to-close timeout belongs above it.",
    )
    build_id: BuildId = Field(
        "", description="What a worker calls its build; a hash of the code and packages that decide where it is empty."
    )
    health_file: Path | None = Field(
        None,
        description="Where a worker says every few seconds how it is, for `python -m runtime.health`: a file of its own for each worker. Without it, it "
        "says nothing.",
    )
    redirect: MailAddress = Field(
        "",
        description="Test mode: everything goes to this one address in the place of customers and systems, marked with whom it was for.",
    )
    live: bool = Field(
        False, description="Says to `make dev` that customers may get mail from it; it asks where a mail server elsewhere is set."
    )

    def to_env(self) -> dict[str, str]:
        """The variables that say the same to a process in any folder, but for the health file, which is one worker's own. Holds secrets."""
        named = {name: getattr(self, name) for name in type(self).model_fields} | {"home": self.home.absolute(), "health_file": None}
        written = {self.variable(name): _in_a_variable(value) for name, value in named.items()}
        return {name: text for name, text in written.items() if text}

    @property
    def database(self) -> str:
        """The database's URL: the one that is set, or the SQLite file under `home`. May hold a password."""
        return self.database_url.get_secret_value() or f"sqlite:///{(self.home / 'ledger.sqlite').absolute()}"

    @property
    def mail_server(self) -> str:
        """The host, and port, of the mail server that is set; empty where none is."""
        return urlsplit(self.smtp_url.get_secret_value()).netloc.rpartition("@")[2]

    @property
    def mails_customers(self) -> bool:
        """Whether mail goes out to whomever it is for: a mail server on another machine is set, and nothing is redirected."""
        host = urlsplit(self.smtp_url.get_secret_value()).hostname
        return host is not None and host not in _LOCAL and not self.redirect

    @property
    def outbox(self) -> Path:
        """The folder that takes what has no server or URL to go to."""
        return self.home / "outbox"
