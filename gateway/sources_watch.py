"""Takes up an edit of the sources file, and of the secrets and adapters beside it, while the gateway runs."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from gateway.adapters.adapter_file import SUFFIX
from gateway.http.documents import UnreadableFile, read
from gateway.senders.secret_values import FILE
from gateway.senders.sources import Source, Sources
from gateway.sources_file import load_sources

EVERY = 1.0
"""Seconds between two looks at the files."""

_log = structlog.get_logger(__name__)


class SourcesWatch:
    """Looks at the files by their content, and has the callers that they name used once two looks in a row find the same.

    An edit that does not read is said in the log, once, and the callers before it stay. `use` raises UnreadableFile for one that it can't
    use, and has changed nothing then.
    """

    def __init__(self, file: Path, use: Callable[[Sequence[Source]], None]) -> None:
        self._file = file
        self._use = use
        self._beside: set[Path] = set()
        self._used = self._last = self._content()

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await asyncio.sleep(EVERY)
            await self.look()

    async def look(self) -> bool:
        """Look once; whether an edit was taken up."""
        content = await asyncio.to_thread(self._content)
        # An editor may write in several goes: half a file may read, and lack a caller.
        settled, self._last = content == self._last, content
        if not settled or content == self._used:
            return False
        self._used = content
        try:
            sources = await asyncio.to_thread(load_sources, self._file)
            self._use(sources)
        except UnreadableFile as unreadable:
            _log.error("an edit of the sources is not taken up, and the callers before it stay", faults=unreadable.faults)
            return False
        _log.info("an edit of the sources is taken up", sources=[source.name for source in sources])
        return True

    def _content(self) -> str:
        """A hash of the file and of those that it names."""
        text = _bytes_of(self._file)
        try:
            self._beside = set(_named_in(read(text.decode(), Sources, str(self._file)), self._file.parent))
        except (UnreadableFile, UnicodeDecodeError):
            pass  # those of the last content that read are looked at further
        hashed = hashlib.blake2b(text)
        for path in sorted(self._beside):
            hashed.update(b"\0" + str(path).encode() + b"\0" + _bytes_of(path))
        return hashed.hexdigest()


def _named_in(sources: Sources, folder: Path) -> list[Path]:
    """The files of secrets and adapters that the sources name."""
    found = []
    for source in sources.sources.values():
        references = [reference.get_secret_value() for reference in (*source.tokens, *source.secrets)]
        found += [folder / reference.removeprefix(FILE) for reference in references if reference.startswith(FILE)]
        if source.adapter is not None and source.adapter.endswith(SUFFIX):
            found.append(folder / source.adapter)
    return found


def _bytes_of(path: Path) -> bytes:
    """What stands in the file; nothing where it can't be read, which `load_sources` says better."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
