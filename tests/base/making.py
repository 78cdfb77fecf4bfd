"""Makes `customers.csv`: python -m tests.base.making. What it holds, and what happens to the customers afterwards, is decided here."""

import csv
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent
IMPORTED = date(2026, 9, 1)
"""The day on which the base is brought in."""

HEADER = [
    "Account ID", "Company", "Time Zone", "Country", "Language", "Segment", "ARR", "Currency", "Contract Start Date", "End Date", "Auto renew",
    "CSM", "CSM Email", "Champion Name", "Champion Email", "Sponsor Name", "Sponsor Email", "Client since", "Onboarded", "Milestones",
    "Unsubscribed", "contact:billing:all", "Is trial", "attr:crm",
]  # fmt: skip
PLACES = [
    ("Europe/Berlin", "DE", "de"), ("Europe/Vienna", "AT", "de"), ("Europe/London", "GB", "en"), ("America/New_York", "US-NY", "en"),
    ("America/Los_Angeles", "US-CA", "en"), ("Asia/Tokyo", "JP", "en"), ("Australia/Sydney", "AU-NSW", "en"), ("Asia/Kolkata", "IN", "en"),
    ("Europe/Madrid", "ES", "en"), ("America/Sao_Paulo", "BR", "en"),
]  # fmt: skip
FIRST = [
    "Ana",
    "Bo",
    "Cem",
    "Dörte",
    "Eva",
    "Femi",
    "Gül",
    "Håkon",
    "Ines",
    "Jürgen",
    "Kōji",
    "Łucja",
    "Mei",
    "Nuno",
    "Olga",
    "Pär",
    "Dr. Rita",
    "Siân",
]
LAST = [
    "Silva",
    "Berg",
    "Yılmaz",
    "O'Neill",
    "van der Meer",
    "Müller-Lüdenscheidt",
    "Nguyen",
    "Okafor",
    "Sørensen",
    "Tanaka",
    "Weber, jr.",
    "d'Angelo",
]
OWNERS = [
    ("Kim Lee", "kim.lee@larkfield.example"),
    ("Jonas Weber", "jonas.weber@larkfield.example"),
    ("Maya Okafor", "maya@larkfield.example"),
]
FAULTS = {
    17: {"CSM Email": "kim.lee@larkfield"},
    41: {"Time Zone": "Berlin"},
    58: {"End Date": "31.02.2027"},
    73: {"Country": "Deutschland"},
    96: {"ARR": "viel"},
    120: {"Champion Email": ""},
    133: {"Company": ""},
    151: {"Contract Start Date": ""},
    188: {"Milestones": "first-vlaue"},
    204: {"Champion Email": "a..b@acme.example"},
    222: {"Onboarded": "bald"},
    240: {"End Date": "01.09.2025"},
    260: {"Unsubscribed": "weekly"},
    281: {"contact:billing:all": "accounts@acme281.example"},
}
"""By the number of the customer: what is wrong in its row."""

Fields = Mapping[str, str | int | float]


@dataclass(frozen=True)
class Story:
    """What happens to every customer whose number divides by `every` and leaves `rest`: on which day after the import, the event's type
    and its fields. `{n}` stands for the number; `since_start` counts from the first day of the contract instead, which is for newcomers.
    """

    every: int
    happens: tuple[tuple[int, str, Fields], ...]
    rest: int = 0
    since_start: bool = field(default=False, kw_only=True)

    def is_of(self, number: int) -> bool:
        """Whether it happens to that customer."""
        return number % self.every == self.rest


CHAMPION = {"email": "champion@acme{n}.example"}
SPONSOR = {"email": "sponsor@acme{n}.example"}
USED_SINCE_A_MONTH = tuple((day, "usage.reported", {"count": 400.0}) for day in (1, 8, 15, 22))
STORIES = {
    "the champion opts out": Story(13, ((5, "contact.opted_out", CHAMPION),)),
    "the champion opts out of surveys and offers in the middle": Story(
        31, ((20, "contact.opted_out", CHAMPION | {"category": "survey"}), (20, "contact.opted_out", CHAMPION | {"category": "offer"}))
    ),
    "the company closes": Story(17, ((9, "customer.churned", {"kind": "natural", "reason": "closed down"}),)),
    "a cancellation is announced": Story(19, ((12, "contract.cancelled", {"reason": "price"}),)),
    "and withdrawn": Story(38, ((26, "contract.cancellation_withdrawn", {"reason": "a better price"}),)),
    "the customer leaves over a missing feature": Story(
        61, ((13, "customer.churned", {"kind": "choice", "reason": "missing feature"}),)
    ),
    "and comes back": Story(122, ((40, "customer.won_back", {"reason": "the feature is there"}),)),
    "the champion leaves": Story(23, ((3, "contact.left", CHAMPION),)),
    "and is followed": Story(
        46, ((17, "contact.added", {"name": "Noa Lind", "email": "noa.lind@acme{n}.example", "role": "champion"}),)
    ),
    "the sponsor leaves": Story(37, ((6, "contact.left", SPONSOR),)),
    "a ticket stays open": Story(29, ((15, "ticket.opened", {"ticket": "T-1", "level": 2}),)),
    "a ticket is solved": Story(
        21, ((6, "ticket.opened", {"ticket": "T-2", "level": 3}), (8, "ticket.resolved", {"ticket": "T-2"})), rest=4
    ),
    "badly": Story(42, ((14, "survey.answered", {"survey": "support", "score": 1, "comment": "Nobody called"}),), rest=4),
    "two tickets are solved in a week": Story(
        27,
        (
            (10, "ticket.opened", {"ticket": "T-3", "level": 1}),
            (11, "ticket.changed", {"ticket": "T-3", "level": 2}),
            (13, "ticket.opened", {"ticket": "T-4", "level": 4}),
            (14, "ticket.resolved", {"ticket": "T-3"}),
            (16, "ticket.resolved", {"ticket": "T-4"}),
        ),
        rest=2,
    ),
    "a payment fails and recovers": Story(
        25, ((7, "payment.failed", {"invoice": "INV-1"}), (9, "payment.recovered", {"invoice": "INV-1"})), rest=1
    ),
    "a payment fails": Story(41, ((7, "payment.failed", {"invoice": "INV-2"}),)),
    "a renewal is told early": Story(15, ((10, "contract.renewed", {"reason": "it pays off"}),), rest=4),
    "a renewal is signed at the last moment": Story(70, ((24, "contract.renewed", {"reason": "no time before"}),), rest=54),
    "it means to stay": Story(43, ((5, "renewal.intent", {"intent": "high"}),), rest=1),
    "it does not": Story(47, ((5, "renewal.intent", {"intent": "low"}),)),
    "a review is declined": Story(11, ((48, "meeting.declined", {"meeting": "renewal-review"}), (30, "meeting.declined", {"meeting": "quarterly-review"}))),
    "a review is held": Story(
        7, ((28, "meeting.held", {"meeting": "quarterly-review"}), (52, "meeting.held", {"meeting": "renewal-review"}))
    ),
    "a detractor answers": Story(10, ((34, "survey.answered", {"survey": "nps", "score": 2}),), rest=1),
    "a promoter answers": Story(30, ((36, "survey.answered", {"survey": "nps", "score": 10}),), rest=2),
    "somebody undecided answers": Story(30, ((35, "survey.answered", {"survey": "nps", "score": 7}),), rest=12),
    "the product is used": Story(5, USED_SINCE_A_MONTH),
    "and less of late": Story(35, tuple((day, "usage.reported", {"count": 90.0}) for day in (29, 36, 43, 50))),
    "a start as it should be": Story(
        20,
        (
            (1, "handoff.completed", {"goal": "fewer stock-outs", "promises": "a connector by May"}),
            (2, "handoff.accepted", {}),
            (3, "feature.used", {"feature": "connect-source"}),
            (4, "meeting.accepted", {"meeting": "kickoff"}),
            (7, "meeting.held", {"meeting": "kickoff"}),
            (10, "feature.used", {"feature": "build-dashboard"}),
            (12, "milestone.reached", {"milestone": "plan-agreed"}),
            (20, "feature.used", {"feature": "publish-dashboard"}),
            (26, "milestone.reached", {"milestone": "first-value"}),
        ),
        rest=16,
        since_start=True,
    ),
    "a start that stops half-way": Story(
        20,
        (
            (3, "handoff.completed", {}),
            (4, "handoff.accepted", {}),
            (5, "meeting.declined", {"meeting": "kickoff"}),
            (9, "feature.used", {"feature": "connect-source"}),
        ),
        rest=6,
        since_start=True,
    ),
    "the trial is bought": Story(30, ((16, "contract.signed", {"start": "2026-09-18", "end": "2027-09-18", "annual_value": 18000.0}),), rest=7),
}  # fmt: skip
"""What happens in the sixty days after the import, each in words."""


def happenings(number: int, start: date) -> list[tuple[int, str, dict[str, str | int | float]]]:
    """What happens to the customer of that number, whose contract began on that day: on which day after the import, of which type, its fields."""
    late = (start - IMPORTED).days
    return sorted(
        (
            (day + (late if story.since_start else 0), type_, {name: _filled(value, number) for name, value in fields.items()})
            for story in STORIES.values()
            if story.is_of(number) and not (story.since_start and late < 0)
            for day, type_, fields in story.happens
        ),
        key=lambda each: each[:2],
    )


def _filled(value: str | int | float, number: int) -> str | int | float:
    return value.replace("{n}", str(number)) if isinstance(value, str) else value


def day(value: date) -> str:
    return f"{value:%d.%m.%Y}"


def amount(value: int) -> str:
    return f"{value:,}".replace(",", ".") + ",00 €"


def rows(chance: random.Random) -> list[list[str]]:
    made = []
    for number in range(1, 301):
        zone, country, language = PLACES[number % len(PLACES)]
        kind = ("loyal", "loyal", "loyal", "young", "ending", "over", "new", "trial", "automatic", "silent")[
            number % 10 if number % 7 else 0
        ]
        start, end, since, onboarded, milestones = contract(kind, chance)
        owner = OWNERS[number % len(OWNERS)]
        champion = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
        sponsor = f"{chance.choice(FIRST)} {chance.choice(LAST)}" if number % 4 else ""
        cells = dict(
            zip(
                HEADER,
                [
                    f"C-{number:04}", f"Acme {number}" + ("\nHolding" if number % 50 == 0 else "") + (" GmbH, Süd" if number % 9 == 0 else ""), zone, country,
                    language, "standard" if number % 3 else "", amount(chance.choice([900, 4000, 12000, 48000, 96000])), "EUR", day(start), day(end),
                    {"automatic": "ja", "silent": "nein"}.get(kind, ""), owner[0], owner[1], champion, f"champion@acme{number}.example", sponsor,
                    f" sponsor@acme{number}.example " if sponsor else "", day(since) if since else "", onboarded, milestones,
                    "offer, survey" if number % 11 == 0 else "all" if number % 37 == 0 else "",
                    f"Buchhaltung <billing@acme{number}.example>" if number % 6 == 0 else "",
                    "ja" if kind == "trial" else "", f"00{number}",
                ],
                strict=True,
            )
        )  # fmt: skip
        made.append([*(cells | FAULTS.get(number, {})).values()])
    return made


def contract(kind: str, chance: random.Random) -> tuple[date, date, date | None, str, str]:
    """First and last day of the term that runs, since when it is a customer, whether it is onboarded, and its milestones."""
    back = timedelta(days=chance.randrange(120, 250))
    start = IMPORTED - back
    match kind:
        case "young":
            start = IMPORTED - timedelta(days=chance.randrange(10, 60))
            return start, start + timedelta(days=365), None, "", "data-connected" if chance.random() < 0.5 else ""
        case "ending":
            start = IMPORTED - timedelta(days=chance.randrange(290, 360))
            return start, start + timedelta(days=365), start - timedelta(days=730), "ja", "first-value"
        case "over":
            start = IMPORTED - timedelta(days=chance.randrange(380, 460))
            return start, start + timedelta(days=365), start, "ja", ""
        case "new":
            start = IMPORTED + timedelta(days=chance.randrange(0, 20))
            return start, start + timedelta(days=365), None, "", ""
        case "trial":
            start = IMPORTED - timedelta(days=3)
            return start, start + timedelta(days=30), None, "", ""
        case _:
            return (
                start,
                start + timedelta(days=365),
                start - timedelta(days=365 * chance.randrange(1, 4)),
                "ja",
                "first-value=" + day(start),
            )


def main() -> None:
    chance = random.Random(300)
    with (FOLDER / "customers.csv").open("w", encoding="utf-8-sig", newline="") as file:
        file.write("sep=;\r\n")
        table = csv.writer(file, delimiter=";")
        table.writerow(HEADER)
        table.writerows(rows(chance))


if __name__ == "__main__":
    main()
