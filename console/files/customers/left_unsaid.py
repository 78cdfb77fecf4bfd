"""What a file's customers will not read in their own language, and whose owners nobody has put into the directory."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from console.files.customers.customers_file import CustomerRow
from lifecycle.playbook.playbook import Playbook
from lifecycle.playbook.templates.translations import missing_in

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
            yield f"{who}, in which {playbook.playbook} lacks {missing}: those messages come in '{playbook.language}'"


def unknown_owners(rows: Sequence[CustomerRow], playbook: Playbook) -> Iterator[str]:
    """A sentence on the owners whom the directory of people does not know, where there is one; addresses are not repeated."""
    people = playbook.contact_policy.people
    if people is None:
        return
    names = sorted({owner.name for row in rows if people.of_person((owner := row.customer.owner).email) is None})
    if names:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        yield (
            f"{len(names)} owner{'s' if len(names) != 1 else ''} ({', '.join(names[:_NAMED])}{more}) "
            f"{'is' if len(names) == 1 else 'are'} not in people.yaml by their address: nobody stands in for them"
        )
