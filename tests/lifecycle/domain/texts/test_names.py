"""What people are greeted by: their given name where it is sure, else the whole name."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.domain.people.customer import Contact, Owner
from lifecycle.domain.texts.names import first_name

CASES = Path(__file__).parents[3] / "cases"

GIVEN = {
    "Maria Lopez": "Maria",
    "Maria": "Maria",
    "Dr. Maria Lopez": "Maria",
    "Prof. Dr. Hans Weber": "Hans",
    "dr maria lopez": "maria",
    "DR. MARIA LOPEZ": "MARIA",
    "Dr.Maria Lopez": "Maria",
    "Dr.-Ing. Hans Weber": "Hans",
    "Dipl.-Ing. (FH) Hans Weber": "Hans",
    "Prof. Dr. Dr. h.c. mult. Hans Weber": "Hans",
    "Dr. rer. nat. Anna Berg": "Anna",
    "Dr.med. Anna Berg": "Anna",
    "Univ.-Prof. Dr. Eva Maier": "Eva",
    "Mag.a Eva Huber": "Eva",
    "Ing. Jan Novák, CSc.": "Jan",
    "Dott.ssa Giulia Rossi": "Giulia",
    "Frau Maria Weber": "Maria",
    "Herr Dr. Hans Weber": "Hans",
    "Mme Claire Dupont": "Claire",
    "Sra. María del Carmen García": "María",
    "Señor José Ortega y Gasset": "José",
    "Mrs. Ana Silva": "Ana",
    "Mx Ana Silva": "Ana",
    "Sir Elton John": "Elton",
    "Rev. Jesse Jackson": "Jesse",
    "Lopez, Maria": "Maria",
    "Lopez,Maria": "Maria",
    "LOPEZ, MARIA": "MARIA",
    "Weber, Prof. Dr. Hans": "Hans",
    "de la Cruz, Ana": "Ana",
    "O'Brien, Sean": "Sean",
    "Smith, John, Jr.": "John",
    "Lopez, Maria A.": "Maria",
    "Maria Lopez, PhD": "Maria",
    "Maria Lopez, Ph.D., MBA": "Maria",
    "Hans Weber, Dr.": "Hans",
    "Maria LOPEZ": "Maria",
    "Maria A. Lopez": "Maria",
    "Jean-Pierre Dupont": "Jean-Pierre",
    "D'Angelo Russell": "D'Angelo",
    'William "Bill" Gates': "William",
    "Maria (Mia) Lopez": "Maria",
    "Maria Lopez (Acme GmbH)": "Maria",
    "  Ana \u00a0\u3000 Silva  ": "Ana",
    "\u200bAna Silva": "Ana",
    "Dr. Ben Carson": "Ben",
    "Van Morrison": "Van",
    "Žofie Nováková": "Žofie",
    "Иван Иванович Петров": "Иван",
    "राम कुमार": "राम",
    "Dr.ssa Maria Rossi": "Maria",
    "Dr.in Maria Berg": "Maria",
    "Prof.in Maria Berg": "Maria",
    "MMag. Dr. Eva Huber": "Eva",
    "Kommerzialrat Eva Huber": "Eva",
    "Freiherr Anton von Berg": "Anton",
    "The Hon. Jane Doe": "Jane",
    "Maître Claire Dupont": "Claire",
    "Pani Anna Nowak": "Anna",
    "Fru Anna Hansen": "Anna",
    "Tohtori Matti Virtanen": "Matti",
    "Dña. Ana Ruiz": "Ana",
    "Datuk Ahmad Razak": "Ahmad",
    "г-н Иван Петров": "Иван",
    "κα Μαρία Παππά": "Μαρία",
    "الدكتور أحمد حسن": "أحمد",
    "Min-jun Kim": "Min-jun",
    "Xiaoming Wang": "Xiaoming",
    "Wang, Xiaoming": "Xiaoming",
    "János Kovács": "János",
    "Kim Lee": "Kim",
    "Rechtsanwalt Hans Weber": "Hans",
    "Father John Doe": "John",
    "Ana Silva / Acme": "Ana",
    "Lee Harris": "Lee",
    "Yat-sen Sun": "Yat-sen",
    "Anna Smith-Jones": "Anna",
    "Björk Guðmundsdóttir": "Björk",
    "Maria da Silva Santos": "Maria",
    "Лев Толстой": "Лев",
    "Ана Силва": "Ана",
    "Ana S.": "Ana",
    '"Silva, Ana"': "Ana",
    "'Ana Silva'": "Ana",
}

NOT_SURE = [
    "Dr. Weber", "Frau Weber", "Herr Dr. Weber", "Mr Lopez", "Mrs. Dr. Lopez", "Dr. De Luca", "Herr von Berg", "Ms.", "Dr. M. Lopez",
    "M. Lopez", "J. R. R. Tolkien", "J.R.R. Tolkien", "J. Robert Oppenheimer", "AJ Smith", "Lopez, M.", "Md. Rahim Uddin", "LOPEZ Maria",
    "Mr and Mrs Smith", "Herr und Frau Weber", "Ana & Bo Silva", "Ana und Bo Silva", "Ana y Bo Silva", "Ana Silva and Bo Berg", "Ana/Bo Silva",
    "Acme Support Team", "Accounts Payable", "Maria Lopez, CEO", "Acme, Inc.", "Maria Lopez, Berlin", "García Márquez, Gabriel",
    "山田 太郎", "김 민준", "Nguyễn Văn An", "Иванов Иван Иванович", "Abdul Rahman", "von der Leyen Ursula", "De Luca Maria",
    "ana@acme.example", "maria.lopez", "R2 D2", "X Æ A-12",
    "Kovács János", "dr. Kovács János", "Wang Xiaoming", "Tanaka Hiroshi", "Kim Min-jun", "Park Geun-hye", "Ng Wei Ling", "Tan Ah Kow",
    "Петров Иван", "Петров И. И.", "Petrov I.I.", "Virtanen Matti", "Don Juan Pérez", "Pan Jan Kowalski", "Sri Ram", "Md Rahim", "Me Claire Dupont",
    "Major Tom", "Dean Jane Doe", "Prince Harry", "Doe / Jane",
    "Sun Yat-sen", "Ban Ki-moon", "Moon Jae-in", "Pastor López García",
    "Baron von Berg", "Eheleute Weber", "John or Jane Smith", "To whom it may concern", "New Contact", "No Name", "Dear Jane", "Mc Donald Ann",
]  # fmt: skip


@pytest.mark.parametrize(("name", "called"), GIVEN.items())
def test_the_given_name_is_what_one_is_greeted_by(name: str, called: str) -> None:
    assert first_name(name) == called


@pytest.mark.parametrize("name", NOT_SURE)
def test_where_the_given_name_is_not_sure_it_is_the_whole_name(name: str) -> None:
    assert first_name(name) == name


def test_titles_in_a_file_are_not_greeted() -> None:
    with (CASES / "17-hello-dr.csv").open(encoding="utf-8", newline="") as file:
        assert [first_name(row["champion_name"]) for row in csv.DictReader(file)] == ["Maria", "Hans"]


def test_what_somebody_said_comes_before_what_is_guessed() -> None:
    assert Contact(name="Dr. Maria Lopez", given_name="Mia", email="maria@acme.example").first_name == "Mia"
    assert Owner(name="Lee, Dr. Kim", email="kim@us.example").first_name == "Kim"
    assert Owner(name="Kim Lee", given_name="Kimmy", email="kim@us.example").first_name == "Kimmy"


@given(st.text(min_size=1, max_size=60))
def test_every_name_has_something_to_greet_with(name: str) -> None:
    assert first_name(name)
