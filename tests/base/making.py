"""Makes `customers.csv` and `events.csv`: python -m tests.base.making. What they hold is decided here and kept in the files."""

import csv
import random
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
