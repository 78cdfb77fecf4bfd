"""`erase CUSTOMER|ADDRESS`: a customer, or a person in every customer that knows it, is taken out of all that is kept."""

import asyncio
from dataclasses import dataclass, field

from temporalio.client import Client

from activities.ledger.personal_data import is_bare
from activities.transports.outbox_copies import copies_naming, copies_of, delete
from console.commands.export import whole_life
from console.customers.customer_client import CustomerClient, NothingRuns
from console.customers.kept_data import Kept, addresses_in, kept_by
from console.customers.many_customers import LONGEST_LIST
from console.customers.person_search import Found, find_person
from console.terminal.output import print_json, say
from lifecycle.domain.errors import Failure, Mistake
from lifecycle.domain.texts.addresses import known_address
from lifecycle.domain.texts.redaction import Redaction
from runtime.environment import connected, settings_from_env
from runtime.process.sentences import complain
from runtime.temporal.healing import ended_by_force
from runtime.temporal.histories import delete_runs, open_run, runs_of, wait_for_another_run, wait_until_gone

_BACKUPS = "backups, mail servers and other systems that were sent something are not reached from here"
_RETENTION = "histories of closed runs of customers of whom nothing says so any more go with the retention of the namespace"
_OPT_OUT = "that the address has opted out, as a keyed hash, so that it is not written to again"


@dataclass
class Report:
    """What was done, what stays and why, and what could not be done, line by line."""

    done: list[str] = field(default_factory=list)
    stays: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def did(self, number: int, what: str, whats: str, how: str) -> None:
        """So many of these were dealt with; nothing is said of none."""
        if number:
            self.done.append(f"{number:,} {what if number == 1 else whats} {how}")

    def late(self, customers: list[str]) -> None:
        """The server has yet to delete runs of these."""
        self.failed += [f"The server has not deleted all closed runs of {name} yet: give the command again to see." for name in customers]

    def show(self, who: str, *, as_json: bool) -> int:
        """Print it; the status is 1 if something could not be done."""
        if as_json:
            print_json({"erased": who, "done": self.done, "stays": self.stays, "failed": self.failed})
        else:
            for line in self.done:
                say(f"Done: {line}.")
            if not self.done and not self.failed:
                say(f"Nothing is left of {who}.")
            for line in self.stays:
                say(f"Stays: {line}.")
        for line in self.failed:
            complain(line)
        return Failure.status if self.failed else 0


async def erase(who: str, why: str, by: str, *, as_json: bool) -> int:
    """Erase it, as `by` says; the status. Killed and given again it goes on. Raises Mistake, which changes nothing, and Failure."""
    if not why.strip():
        raise Mistake('Say why with --why "...".')
    client = await connected()
    with kept_by(settings_from_env()) as kept:
        work = _erase_person(client, kept, who, why, by, show=not as_json) if "@" in who else _erase_customer(client, kept, who, why, by)
        report = await work
    return report.show(who, as_json=as_json)


# ---- a customer


async def _erase_customer(client: Client, kept: Kept, customer: str, why: str, by: str) -> Report:
    report, runs = Report(), await runs_of(client, customer)
    before = await asyncio.to_thread(kept.rows.life, customer)
    keys = await asyncio.to_thread(kept.keys, customer)
    usage = await asyncio.to_thread(kept.usage.of_customer, customer)
    record = await asyncio.to_thread(kept.rows.record, customer)
    if runs.open is None and not (runs.closed or keys or before or usage or any(record.values())):
        raise Mistake(f"Nothing is kept of a customer '{customer}': 'starter.py list' shows who is enrolled.")
    life = await whole_life(client, customer)
    if runs.open is not None:
        await _remove(client, customer, why, by)
        report.done.append(f"the life of {customer} is ended, without a word to anybody")
    report.done += await asyncio.to_thread(_erase_rows, kept, customer, addresses_in(life))
    runs = await runs_of(client, customer)
    await delete_runs(client, customer, runs.closed)
    report.did(len(runs.closed), "closed run", "closed runs", "deleted at the Temporal server, with the histories")
    report.late(await wait_until_gone(client, {customer: runs.closed}))
    left = await asyncio.to_thread(kept.rows.life, customer)
    if left is not None:
        assert is_bare(left)
        report.stays.append(f"how many lives and terms {customer} has had, so that no key of a touch is ever used twice")
        if left["opted_out"]:
            report.stays.append("who has opted out, as keyed hashes, so that they are not written to again")
    report.stays.append(_BACKUPS)
    return report


async def _remove(client: Client, customer: str, why: str, by: str) -> None:
    run = await open_run(client, customer)
    try:
        await CustomerClient(client, customer).remove(why, by)
    except NothingRuns:
        return  # it has ended meanwhile
    while run is not None:
        await wait_for_another_run(client, customer, run)
        run = await open_run(client, customer)


def _erase_rows(kept: Kept, customer: str, addresses: set[str]) -> list[str]:
    report, keys = Report(), kept.keys(customer)
    copies = copies_of(kept.outbox, keys)
    people = addresses | addresses_in(None, (copy.text for copy in copies))
    report.did(kept.answers.erase(kept.answers.of_people(customer, keys, people)), "answer", "answers", "to links deleted")
    report.did(delete(kept.outbox, copies), "copy", "copies", "deleted in the outbox")
    sums, seen = kept.usage.erase(customer)
    report.did(sums, "usage sum", "usage sums", "deleted")
    report.did(seen, "id", "ids", "of usage reports deleted")
    rows = kept.rows.erase_customer(customer)
    report.did(rows.touches, "touch", "touches", "deleted in the ledger")
    report.did(rows.invitations, "invitation", "invitations", "deleted in the ledger")
    report.did(rows.holds, "hold", "holds", "of this customer deleted in the ledger")
    report.did(rows.record, "row", "rows", "of the record deleted")
    report.did(rows.lives, "row", "rows", "of earlier lives reduced to what stays")
    kept.rows.compact()
    return report.done


# ---- a person


async def _erase_person(client: Client, kept: Kept, address: str, why: str, by: str, *, show: bool) -> Report:
    try:
        known_address(address)
    except ValueError as fault:
        raise Mistake(f"'{address}' {fault}.") from None
    report, found = Report(), await find_person(client, address, show=show)
    redaction = Redaction([address], found.names)
    by_rows = await asyncio.to_thread(kept.rows.customers_of, address)
    copies = await asyncio.to_thread(copies_naming, kept.outbox, redaction)
    refusing = await asyncio.to_thread(kept.rows.refusing, address)
    known = {name for name, each in (found.open | found.closed).items() if each.there or each.erased}
    if not known and not by_rows and not copies and not refusing and not found.failed:
        raise Mistake(f"Nothing is kept of '{address}': nobody is known by that address, and nothing is left to erase.")
    deleted = {customer: await _erase_from(client, customer, found, address, (why, by), report) for customer in sorted(known | by_rows)}
    for customer in sorted(known | by_rows):
        await asyncio.to_thread(_erase_person_rows, kept, customer, redaction, address, report)
    report.did(await asyncio.to_thread(delete, kept.outbox, copies), "copy", "copies", "of what was sent deleted in the outbox")
    await asyncio.to_thread(kept.rows.compact)
    report.late(await wait_until_gone(client, deleted))
    failed = sorted(found.failed.items())
    report.failed += [f"{name} could not be asked: {reason}" for name, reason in failed[:LONGEST_LIST]]
    if len(failed) > LONGEST_LIST:
        report.failed.append(f"So it is with {len(failed) - LONGEST_LIST:,} more: give the command again when workers run.")
    again = {name for name in known if name in found.open and (await CustomerClient(client, name).known_of(address)).erased}
    refusing = await asyncio.to_thread(kept.rows.refusing, address)
    if again or refusing:
        report.stays.append(_OPT_OUT)
    report.stays += [_RETENTION, _BACKUPS]
    return report


async def _erase_from(client: Client, customer: str, found: Found, address: str, said: tuple[str, str], report: Report) -> list[str]:
    """Take the person out of one customer's lives and histories; the runs that the server is to delete."""
    try:
        if (ending := await ended_by_force(client, customer)) is not None:
            raise Mistake(ending.sentence(customer))
        if customer in found.open and found.open[customer].there:
            run = await open_run(client, customer)
            answer = await CustomerClient(client, customer, watchful=True).erase(address, *said)
            report.done.append(answer)
            await wait_for_another_run(client, customer, run)
        runs = await runs_of(client, customer)
        await delete_runs(client, customer, runs.closed)
        report.did(len(runs.closed), "closed run", "closed runs", f"of {customer} deleted at the Temporal server, with the histories")
    except (Mistake, Failure) as failure:
        report.failed.append(f"{customer}: {failure}")
        return []
    return runs.closed


def _erase_person_rows(kept: Kept, customer: str, redaction: Redaction, address: str, report: Report) -> None:
    keys = kept.keys(customer)
    answers = kept.answers.erase(kept.answers.of_people(customer, keys, [address]))
    report.did(answers, "answer", "answers", f"to links of {customer} deleted")
    naming = [copy for copy in copies_of(kept.outbox, keys) if redaction.finds(copy.text)]
    report.did(delete(kept.outbox, naming), "copy", "copies", f"of what was sent for {customer} deleted in the outbox")
    rows = kept.rows.erase_person(customer, redaction)
    report.did(rows.touches, "touch", "touches", f"of {customer} freed of name and address in the ledger")
    report.did(rows.invitations, "invitation", "invitations", f"of {customer} freed of the guest")
    report.did(rows.holds, "hold", "holds", f"of {customer} freed of name and address")
    report.did(rows.record, "row", "rows", f"of the record of {customer} freed of name and address")
    report.did(rows.lives, "row", "rows", f"of the lives of {customer}: the opt-out is kept under a keyed hash")
