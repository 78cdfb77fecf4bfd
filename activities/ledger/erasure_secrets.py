"""The secrets that opt-outs of erased people are hashed with: from the settings, or of a file that is made at first use.

The database knows a mark of each secret with which it may hold hashes, from which none can be got: with other secrets a process would write
to people who have opted out, so it does not start.
"""

import hashlib
import secrets

import sqlalchemy as sa

from activities.ledger.database.database import METADATA
from activities.private_files import make_once
from activities.settings import Settings
from lifecycle.domain.errors import Failure
from lifecycle.domain.texts import erasure

MARKS = sa.Table(
    "erasure_secrets",
    METADATA,
    sa.Column("mark", sa.Text, primary_key=True),
)

FILE = "erasure.secret"
"""The file in the folder `secrets` of the data folder."""

_LOCK = 0x45726173


class OtherSecret(Failure):
    """The database holds hashes that were made with another secret than the process has."""


def know_secrets(engine: sa.Engine, settings: Settings) -> None:
    """Tell the process the secrets, and the database their marks. Raises OtherSecret, and OSError where the file can't be made or read."""
    own = [secret.get_secret_value() for secret in settings.erasure_secrets]
    with engine.begin() as connection:
        _be_alone(connection)
        marks = set(connection.scalars(sa.select(MARKS.c.mark)))
        own = own or _of_file(settings, make=not marks)
        if marks - {_mark(secret) for secret in own}:
            raise OtherSecret(_sentence(settings, given=bool(settings.erasure_secrets), found=bool(own)))
        if own and _mark(own[0]) not in marks:
            connection.execute(MARKS.insert().values(mark=_mark(own[0])))
    erasure.know(own)


def _of_file(settings: Settings, *, make: bool) -> list[str]:
    file = settings.home / "secrets" / FILE
    if make:
        make_once(file, lambda: secrets.token_hex(32))
    return [file.read_text(encoding="utf-8").strip()] if file.exists() else []


def _sentence(settings: Settings, *, given: bool, found: bool) -> str:
    variable, file = Settings.variable("erasure_secrets"), settings.home / "secrets" / FILE
    here = f"{variable} lacks it" if given else f"{file} holds another" if found else f"there is no {file}"
    return (
        f"The database has opt-outs of erased people under another secret than this process knows ({here}), so it could write to them: "
        f"set {variable} to that of the machine that made them (its setting, or its file secrets/{FILE}), behind a new one where it was changed."
    )


def _mark(secret: str) -> str:
    return hashlib.blake2b(secret.encode(), digest_size=12, person=b"mark").hexdigest()


def _be_alone(connection: sa.Connection) -> None:
    """Let no other process enter a mark meanwhile: two that start at once would each make a secret of their own."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
