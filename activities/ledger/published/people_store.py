"""The published directory of people of ours: every version, kept for good beside the playbooks, and which one is the newest."""

import json
from functools import lru_cache

import sqlalchemy as sa

from activities.ledger.database.database import insert
from activities.ledger.published.playbook_store import OTHERS, PUBLICATIONS, VERSIONS
from lifecycle.domain.people.directory import Directory, as_document

_NAME = f"{OTHERS}people"
"""By which it stands among the playbooks' versions."""

_NEWEST = sa.select(PUBLICATIONS.c.version).where(PUBLICATIONS.c.name == _NAME).order_by(PUBLICATIONS.c.sequence.desc()).limit(1)


class PeopleStore:
    """The published people of one database. Blocks: call it from a thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._read = lru_cache(maxsize=8)(self._read_version)

    def publish(self, directory: Directory) -> bool:
        """Make this version the one that is looked into from now on; False if it already was. Raises ValueError if it has no version."""
        if not directory.version:
            raise ValueError("the directory has no version: give it its content's hash before publishing it")
        row = {"version": directory.version, "name": _NAME, "templates": "{}"}
        row["document"] = json.dumps(as_document(directory), ensure_ascii=False, sort_keys=True)
        with self.engine.begin() as connection:
            connection.execute(insert(self.engine, VERSIONS).values(row).on_conflict_do_nothing())
            if connection.scalar(_NEWEST) == directory.version:
                return False
            connection.execute(PUBLICATIONS.insert().values(name=_NAME, version=directory.version))
            return True

    def newest(self) -> Directory | None:
        """The version published last; None where none ever was, or the last one has nobody in it."""
        with self.engine.connect() as connection:
            version = connection.scalar(_NEWEST)
        directory = self._read(version) if version is not None else None
        return directory if directory is not None and directory.people else None

    def _read_version(self, version: str) -> Directory:
        with self.engine.connect() as connection:
            document = connection.scalar(sa.select(VERSIONS.c.document).where(VERSIONS.c.name == _NAME, VERSIONS.c.version == version))
        return Directory.model_validate(json.loads(document or '{"people": {}}') | {"version": version})
