"""Published playbooks: every version's document and templates, kept for good, and which one is the newest."""

import json
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa

from activities.ledger.database.database import METADATA, insert
from activities.ledger.failures import NotNow
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.templates.templates import variants
from lifecycle.playbook.templates.translations import with_languages

VERSIONS = sa.Table(
    "playbooks",
    METADATA,
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("templates", sa.Text, nullable=False),
)
# Publishing is a line in a book of its own, so that going back to an older version is publishing it again.
PUBLICATIONS = sa.Table(
    "publications",
    METADATA,
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("name", sa.Text, nullable=False, index=True),
    sa.Column("version", sa.Text, nullable=False),
)


OTHERS = "."
"""How the names of other documents begin that are published beside the playbooks, as the people of ours are; no playbook's does."""


@dataclass(frozen=True)
class PublishedPlaybook:
    """One version of a playbook, whole, with its templates' texts by name."""

    playbook: Playbook
    templates: dict[str, str]


class PlaybookStore:
    """The published playbooks of one database. Blocks: call it from a thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        # A version never changes, so it is read and checked once a process.
        self._read = lru_cache(maxsize=32)(self._read_version)

    def publish(self, playbook: Playbook, templates: dict[str, str]) -> bool:
        """Make this version the newest of its name; False if it already was. An older version published again is the newest again.

        Raises ValueError if the playbook has no version, or if its version stands for other templates.
        """
        if not playbook.version:
            raise ValueError(f"playbook '{playbook.playbook}' has no version: give it its content's hash before publishing it")
        # The version is a hash of what is used, and so says nothing about other files beside it.
        used = {full: text for name in playbook.templates for full, text in variants(name, templates).items()}
        row = {
            "version": playbook.version,
            "name": playbook.playbook,
            "document": playbook.model_dump_json(by_alias=True, exclude_none=True),
            "templates": json.dumps(used, ensure_ascii=False, sort_keys=True),
        }
        with self.engine.begin() as connection:
            connection.execute(insert(self.engine, VERSIONS).values(row).on_conflict_do_nothing())
            kept = connection.execute(sa.select(VERSIONS.c.templates).where(_is_version(playbook.playbook, playbook.version))).scalar_one()
            if json.loads(kept) != used:
                raise ValueError(
                    f"{playbook.ref} is published with other templates: its version must be the hash of playbook and templates"
                )
            if connection.scalar(_newest_version(playbook.playbook)) == playbook.version:
                return False
            connection.execute(PUBLICATIONS.insert().values(name=playbook.playbook, version=playbook.version))
            return True

    def newest(self, name: str) -> PublishedPlaybook:
        """The version published last. Raises NotNow if there is none: somebody may publish one."""
        with self.engine.connect() as connection:
            version = connection.scalar(_newest_version(name)) if not name.startswith(OTHERS) else None
        if version is None:
            raise NotNow(f"no playbook '{name}' is published: publish it, and whoever waits for it goes on")
        return self._read(name, version)

    def get(self, ref: str) -> PublishedPlaybook:
        """The version that `name@version` names, or the newest of `name`. Raises NotNow if it is not published."""
        name, _, version = ref.partition("@")
        return self._read(name, version) if version else self.newest(name)

    def names(self) -> list[str]:
        """The names of all playbooks that are published."""
        with self.engine.connect() as connection:
            playbooks = sa.select(PUBLICATIONS.c.name).distinct().where(~PUBLICATIONS.c.name.startswith(OTHERS, autoescape=True))
            return list(connection.scalars(playbooks.order_by(PUBLICATIONS.c.name)))

    def versions(self, name: str) -> list[str]:
        """Every version that was ever the newest, in the order of publication."""
        with self.engine.connect() as connection:
            rows = sa.select(PUBLICATIONS.c.version).where(PUBLICATIONS.c.name == name).order_by(PUBLICATIONS.c.sequence)
            return list(connection.execute(rows).scalars())

    def _read_version(self, name: str, version: str) -> PublishedPlaybook:
        with self.engine.connect() as connection:
            body = sa.select(VERSIONS.c.document, VERSIONS.c.templates).where(_is_version(name, version))
            found = connection.execute(body).one_or_none()
        if found is None or name.startswith(OTHERS):
            raise NotNow(f"playbook {name}@{version} is not published: publish that version, and whoever waits for it goes on")
        templates: dict[str, str] = json.loads(found.templates)
        # What an older build has published does not say the languages.
        return PublishedPlaybook(with_languages(Playbook.model_validate_json(found.document), templates), templates)


def _is_version(name: str, version: str) -> sa.ColumnElement[bool]:
    return sa.and_(VERSIONS.c.name == name, VERSIONS.c.version == version)


def _newest_version(name: str) -> sa.Select[str]:
    return sa.select(PUBLICATIONS.c.version).where(PUBLICATIONS.c.name == name).order_by(PUBLICATIONS.c.sequence.desc()).limit(1)
