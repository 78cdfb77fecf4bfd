"""What a file's customers will not read in their own language."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from console.files.customers_file import CustomerRow
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.translations import missing_in

_NAMED = 3


def unsaid_to(rows: Sequence[CustomerRow], playbook: Playbook) -> Iterator[str]:
    """A sentence for each language of these customers in which the playbook has not said everything."""
    readers: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        readers[row.customer.language].append(row.customer.id)
    for language, ids in sorted(readers.items()):
        missing = missing_in(playbook, language)
        if not missing:
            continue
        more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
        who = f"{len(ids)} customer{'s' if len(ids) != 1 else ''} ({', '.join(ids[:_NAMED])}{more}) read{'s' if len(ids) == 1 else ''} '{language}'"
        if missing.is_everything:
            yield f"{who}, in which {playbook.playbook} has no message: they get all of them in '{playbook.language}'"
        else:
            yield f"{who}, in which {missing} of {playbook.playbook} are missing: those messages come in '{playbook.language}'"
