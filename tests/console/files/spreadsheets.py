"""A small table of customers, in whatever cells and columns."""

from pathlib import Path

from console.files.customers.customers_file import CustomerRow, read_customers
from runtime.playbook_files import load

ROOT = Path(__file__).parents[3]
CASES = ROOT / "tests" / "cases"
STANDARD, _ = load(ROOT / "playbooks" / "standard.yaml")
HEADER = ("id", "name", "timezone", "country", "owner_name", "owner_email", "contract_start", "term_days", "annual_value")
CELLS = ("acme", "Acme GmbH", "Europe/Berlin", "DE", "Kim Lee", "kim@us.example", "2026-03-02", "365", "12000")


def row(id: str = "acme", **cells: str) -> list[str]:
    return [cells.get(column, cell) for column, cell in zip(HEADER, (id, *CELLS[1:]), strict=True)]


def table(*rows: list[str], header: tuple[str, ...] = HEADER, separator: str = ";") -> str:
    return "\n".join(separator.join(cells) for cells in (header, *rows)) + "\n"


def read(text: str) -> tuple[list[CustomerRow], list[str], list[str]]:
    notes: list[str] = []
    rows, faults = read_customers(text, STANDARD, notes)
    return rows, [str(fault) for fault in faults], notes
