"""A base of three hundred, messy as a CRM exports it, is brought in and lived for sixty days: every message that goes out is one that may.

`went_out.txt` holds all of it; `python -m tests.base.test_first_sixty_days` writes it anew, and its difference is to be read line by line.
"""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

from console.files.customers.customers_file import CustomerRow, read_customers
from console.files.tables.table import RowFault
from lifecycle.domain.enums import Category, Stage
from lifecycle.domain.time.business_days import add_business_days, is_business_day
from lifecycle.domain.time.zones import local
from lifecycle.domain.touch import CATCH_UP, Touch
from lifecycle.explain.owner_lists import OwnerList, late_start, lists_of
from lifecycle.explain.simulator import Simulation
from lifecycle.facts.events import Event
from lifecycle.rules.past import why_not_enrolled
from runtime.playbook_files import load
from tests.base.making import FAULTS, FOLDER, STORIES, happenings

ROOT = Path(__file__).parents[2]
STANDARD, _ = load(ROOT / "playbooks" / "standard.yaml")
BEGINS = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)
ENDS = BEGINS + timedelta(days=60)
WENT_OUT = FOLDER / "went_out.txt"
NEWCOMERS = ("onboarding", "trial")


def read() -> tuple[list[CustomerRow], list[RowFault]]:
    rows, faults = read_customers((FOLDER / "customers.csv").read_text(encoding="utf-8-sig"), STANDARD, [])
    return rows, faults


def enrolled() -> list[CustomerRow]:
    return [row for row in read()[0] if why_not_enrolled(row.customer, STANDARD.contract, BEGINS) is None]


def events(row: CustomerRow) -> list[Event]:
    """What happens to some of them meanwhile."""
    return [
        Event(id=f"{type_}-{day}-{place}", type=type_, at=BEGINS + timedelta(days=day, hours=2), data=data)
        for place, (day, type_, data) in enumerate(happenings(int(row.customer.id[2:]), row.customer.contract.start))
        if day < 60
    ]


@cache
def lived() -> dict[str, tuple[CustomerRow, Simulation]]:
    lives = {}
    for row in enrolled():
        life = Simulation(row.customer, STANDARD, BEGINS, listed=True)
        for event in events(row):
            life.advance(event.at)
            life.tell(event)
        life.advance(ENDS)
        lives[row.customer.id] = (row, life)
    return lives


@cache
def owner_lists() -> list[OwnerList]:
    """What their owners are told at once that they have missed by coming in late."""
    late = [found for row in enrolled() if (found := late_start(row.customer, STANDARD, BEGINS)) is not None]
    return lists_of(late, STANDARD, "customers.csv", "base", BEGINS)


def touches(row_of: str | None = None) -> list[tuple[CustomerRow, Touch]]:
    return [(row, touch) for row, life in lived().values() for touch in life.touches if row_of in (None, row.customer.id)]


def messages() -> list[tuple[CustomerRow, Touch]]:
    return [(row, touch) for row, touch in touches() if touch.kind.reaches_the_customer]


def lines() -> list[str]:
    """Everything that went out, by customer and moment of its own clock."""
    return [
        f"{row.customer.id} {local(touch.at, touch.timezone):%Y-%m-%d %H:%M} {touch.kind.value} {touch.name} ({touch.play})"
        + (f" to {', '.join(person.email for person in touch.to)}" if touch.to else f" to {touch.owner}")
        for row, touch in touches()
    ]


def whose(each: OwnerList) -> str:
    return str(each.touch.values["owner"].get("email", each.touch.owner))


def lines_of_lists() -> list[str]:
    """Every list that an owner gets: when it goes by the owner's clock, and its text."""
    return [
        line
        for each in owner_lists()
        for line in (
            f"list {local(each.touch.at, each.touch.timezone):%Y-%m-%d %H:%M} to {whose(each)}",
            *(f"  {line}" for line in each.touch.text.splitlines()),
        )
    ]


def test_each_fault_of_the_file_is_told_once_with_its_line_and_the_others_are_read() -> None:
    rows, faults = read()
    assert (len(rows), len(faults)) == (300 - len(FAULTS), len(FAULTS))
    assert len({fault.line for fault in faults}) == len(FAULTS)


def test_what_went_out_is_what_is_written_down() -> None:
    assert [*lines(), *lines_of_lists()] == WENT_OUT.read_text(encoding="utf-8").splitlines()


def test_nobody_of_whom_we_know_is_welcomed_as_new() -> None:
    old = {row.customer.id for row in enrolled() if row.customer.past.since is not None or row.customer.past.onboarded}
    assert len(old) > 150
    welcomed = [
        row.customer.id
        for row, touch in touches()
        if touch.play in STANDARD.stages[Stage.ONBOARDING].plays or touch.play in STANDARD.stages[Stage.TRIAL].plays
    ]
    assert old.isdisjoint(welcomed)
    assert len(set(welcomed)) > 20


def test_every_message_comes_at_a_civil_hour_of_a_business_day_where_the_customer_is() -> None:
    uncivil = []
    for row, touch in messages():
        here = local(touch.at, touch.timezone)
        if not 9 <= here.hour < 18 or not is_business_day(here.date(), row.customer.country):
            uncivil.append((touch.key, f"{here}"))
    assert uncivil == []


def told(row: CustomerRow, type_: str, before: datetime = ENDS, **fields: str) -> list[Event]:
    """The events of that type with those fields that were told until then."""
    return [
        event
        for event in events(row)
        if event.type == type_ and event.at <= before and fields.items() <= {**event.data, "id": event.id}.items()
    ]


def refuses(row: CustomerRow, email: str, category: Category, at: datetime) -> bool:
    contact = row.customer.contact(email)
    if contact is not None and category in contact.opted_out:
        return True
    said = [event.data.get("category", "all") for event in told(row, "contact.opted_out", at, email=email)]
    return category is not Category.OPERATIONAL and any(each in ("all", category.value) for each in said)


def test_nobody_hears_what_it_refuses_or_after_it_left_and_each_in_its_language() -> None:
    wrong = []
    for row, touch in messages():
        for person in touch.to:
            known = row.customer.contact(person.email) is not None or told(row, "contact.added", touch.at, email=person.email)
            gone = told(row, "contact.left", touch.at, email=person.email)
            if not known or gone or refuses(row, person.email, touch.category, touch.at) or touch.language != row.customer.language:
                wrong.append((touch.key, person.email))
    assert wrong == []


def test_nobody_gets_more_than_the_cap_nor_two_within_two_days_and_nothing_twice() -> None:
    by_person: dict[str, list[datetime]] = defaultdict(list)
    for _, touch in messages():
        if touch.category is not Category.OPERATIONAL and not touch.cancels:
            for person in touch.to:
                by_person[person.email].append(local(touch.at, touch.timezone).replace(tzinfo=None))  # by the calendar
    cap = STANDARD.contact_policy.cap
    assert (str(cap.per), str(cap.apart)) == ("7d", "2d")
    most = max(sum(at <= other < at + timedelta(days=7) for other in times) for times in by_person.values() for at in times)
    assert most <= cap.emails
    gaps = [after - before for times in by_person.values() for before, after in pairwise(sorted(times))]
    assert len(gaps) > 100 and min(gaps) >= timedelta(days=2)
    assert [key for key, count in Counter(touch.key for _, touch in touches()).items() if count > 1] == []


def test_every_owner_gets_one_list_of_what_its_customers_have_missed_and_no_customer_a_task_of_its_own() -> None:
    assert [touch.key for _, touch in touches() if touch.play == CATCH_UP] == []
    owners = [whose(each) for each in owner_lists()]
    assert len(owners) == len(set(owners)) and set(owners) <= {"sales", *(row.customer.owner.email for row in enrolled())}
    listed = [name for each in owner_lists() for name in each.customers]
    missed = [name for name, (_, life) in lived().items() if any(entry.what == CATCH_UP for entry in life.life.log.timeline)]
    assert sorted(listed) == sorted(missed) and len(listed) == len(set(listed))


ABOUT_THE_END = {
    "onboarding-save",
    "save",
    "renewal-save",
    "trial-ending",
    "goodbye",
    "win-back-7",
    "win-back-30",
    "win-back-90",
    "farewell",
}
IN_ANY_CASE = {"payment-failed", "onboarding-payment-failed", "renewal-payment-failed", "champion-left", "new-champion", "ticket-survey"}


def test_who_has_announced_its_end_hears_of_nothing_else_until_it_takes_that_back() -> None:
    wrong, kept = [], 0
    for row, touch in messages():
        said = told(row, "contract.cancelled", touch.at)
        back = told(row, "contract.cancellation_withdrawn", touch.at) or told(row, "contract.signed", touch.at)
        if said and not back and touch.play not in ABOUT_THE_END | IN_ANY_CASE:
            wrong.append(touch.key)
        kept += bool(said) and touch.name == "cancellation-received"
    assert (wrong, kept > 5) == ([], True)


def asked_after(row: CustomerRow, event: Event, *steps: str) -> bool:
    """Whether a person of ours is asked for one of those steps within two business days of the event."""
    soon = add_business_days(local(event.at, row.customer.timezone).date(), 2, row.customer.country)
    return any(
        touch.key.rsplit("/", 1)[1] in steps and touch.at >= event.at and local(touch.at, touch.timezone).date() <= soon
        for _, touch in touches(row.customer.id)
    )


def test_what_customers_say_is_answered_by_a_person() -> None:
    """A guest who declines, a mark that says no, a ticket: wherever the customer stands."""
    answers = ("answer-now", "answer-soon", "answer", "task")
    forgotten, answered = [], Counter[str]()
    for row, life in lived().values():
        for event in events(row):
            if told(row, "customer.churned", event.at, kind="natural"):
                continue
            sent = [touch for touch in life.touches if touch.at < event.at and touch.name in event.data.values()]
            steps: tuple[str, ...]
            match event.type:
                case "meeting.declined" if sent:
                    steps = ("move-trial-session", "move-meeting", "move-review", "move-renewal-review")
                case "survey.answered" if sent and event.data["survey"] == "support":
                    steps = ("not-solved",)
                case "survey.answered" if sent and event.data["survey"] == "nps" and int(str(event.data["score"])) <= 6:
                    steps = ("call-detractor",)
                case "ticket.opened":
                    steps = answers
                case _:
                    continue
            answered[event.type] += 1
            if not told(row, "contract.cancelled", event.at) and not asked_after(row, event, *steps):
                forgotten.append((row.customer.id, event.type, f"{event.at:%m-%d}"))
    assert forgotten == []
    assert min(answered[type_] for type_ in ("meeting.declined", "survey.answered", "ticket.opened")) > 3


def test_nothing_is_said_that_is_not_so() -> None:
    """Each text that takes something for granted, and what must have been told by then."""
    wrong = []
    for row, touch in touches():
        used = {str(event.data["feature"]) for event in told(row, "feature.used", touch.at)}
        reached = {str(event.data["milestone"]) for event in told(row, "milestone.reached", touch.at)} | set(row.customer.past.milestones)
        so = {
            "kickoff-nudge": not told(row, "meeting.declined", touch.at, meeting="kickoff"),
            "write-handoff": not told(row, "handoff.completed", touch.at),
            "training": "connect-source" in used,
            "checkin-30": "build-dashboard" in used and "first-value" not in reached,
            "checkin-60": "publish-dashboard" in used,
            "chase-dashboard": "connect-source" in used or "data-connected" in reached,
            "chase-launch": "build-dashboard" in used,
            "chase-value": "publish-dashboard" in used,
            "chase-plan": bool(told(row, "meeting.held", touch.at, meeting="kickoff")),
            "agree-plan": "plan-agreed" not in reached,
            "silence": not told(row, "ticket.opened", touch.at) or len(told(row, "ticket.resolved", touch.at)) > 0,
        }
        if not all(so.get(name, True) for name in (touch.name, touch.play, touch.key.rsplit("/", 1)[1])):
            wrong.append(touch.key)
        if touch.play == "handoff-gate" and "nobody has accepted" in touch.text:
            completed, accepted = (told(row, f"handoff.{what}", touch.at) for what in ("completed", "accepted"))
            if not completed or accepted:
                wrong.append(touch.key)
    assert wrong == []


def test_how_a_contract_goes_on_is_asked_of_who_decides_and_not_of_the_accounts() -> None:
    asked = [touch for _, touch in messages() if touch.name in ("renewal-60", "renewal-30", "renewal-7", "renewal-grace", "renews-itself")]
    assert len(asked) > 30
    assert [touch.key for touch in asked for person in touch.to if person.email.startswith("billing@")] == []


def test_every_story_happens_to_somebody_who_is_enrolled() -> None:
    numbers = {int(row.customer.id[2:]): row.customer.contract.start for row in enrolled()}
    lived_by = {name: sum(story.is_of(number) for number in numbers) for name, story in STORIES.items()}
    assert min(lived_by.values()) > 0, lived_by


def test_no_win_back_goes_to_whom_nobody_has_heard_of() -> None:
    plays = STANDARD.stages[Stage.WIN_BACK].plays
    silent = {
        row.customer.id for row in enrolled() if not any(event.type in ("customer.churned", "contract.cancelled") for event in events(row))
    }
    assert [touch.key for row, touch in messages() if touch.play in plays and row.customer.id in silent] == []
    lapsed = [row.customer.id for row, life in lived().values() if life.life.stage is Stage.LAPSED]
    assert [touch.key for row, touch in messages() if row.customer.id in lapsed and touch.play in STANDARD.stages[Stage.LAPSED].plays] == []


if __name__ == "__main__":
    WENT_OUT.write_text("".join(f"{line}\n" for line in [*lines(), *lines_of_lists()]), encoding="utf-8")
