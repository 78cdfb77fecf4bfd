"""Files as spreadsheets save them: in which encoding, and what is said where it had to be found out."""

from pathlib import Path

import pytest

from console.files.tables.text_file import read_table_text, read_text
from lifecycle.domain.errors import Mistake

TEXT = "id;name\r\nacme;Müller & Söhne – Größe\r\n"
ANNOUNCED = ["utf-8", "utf-8-sig", "utf-16", "utf-32"]
MARKED = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff", "utf-32-be": b"\0\0\xfe\xff"}


def read(path: Path, content: bytes) -> tuple[str, list[str]]:
    path.write_bytes(content)
    notes: list[str] = []
    return read_table_text(path, notes), notes


@pytest.mark.parametrize("encoding", ANNOUNCED)
def test_a_file_is_read_in_the_encoding_that_it_announces(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path / "a.csv", TEXT.encode(encoding)) == (TEXT, [])


@pytest.mark.parametrize(("encoding", "mark"), MARKED.items())
def test_a_mark_of_any_order_is_known(tmp_path: Path, encoding: str, mark: bytes) -> None:
    assert read(tmp_path / "a.csv", mark + TEXT.encode(encoding)) == (TEXT, [])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_nuls(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path / "a.csv", TEXT.encode(encoding)) == (TEXT, [])


@pytest.mark.parametrize(
    ("word", "shown"),
    [("Müller", "Müller"), ("Café", "Café"), ("L’Oréal", "L’Oréal"), ("12 €", "€"), ("Señor ¿Qué?", "Señor"), ("GRÖSSE", "GRÖSSE")],
)
def test_windows_1252_is_read_and_said_with_a_word_to_look_at(tmp_path: Path, word: str, shown: str) -> None:
    text = f"id;name\nacme;{word}\n"
    note = f"the file is no UTF-8 and is read as Windows-1252, by which line 2 says '{shown}'"
    assert read(tmp_path / "a.csv", text.encode("cp1252")) == (text, [note])


@pytest.mark.parametrize(
    ("word", "encoding"),
    [("Иванов", "cp1251"), ("Ελλάδα", "cp1253"), ("Łódź", "cp1250"), ("Müller", "mac_roman"), ("Café", "mac_roman"), ("中国", "gbk")],
)
def test_an_encoding_that_cannot_be_known_is_refused(tmp_path: Path, word: str, encoding: str) -> None:
    file = tmp_path / "a.csv"
    with pytest.raises(Mistake, match=r"is not UTF-8 text \(byte \d+\): save it as UTF-8\.$"):
        read(file, f"id;name\nacme;{word}\n".encode(encoding))


def test_a_file_that_breaks_off_within_a_character_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Mistake, match=r"begins as UTF-16-LE and is none \(byte 4\): save it as UTF-8\.$"):
        read(tmp_path / "a.csv", b"\xff\xfei\0d\0;")


def test_what_is_no_table_is_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "tables.yaml"
    file.write_bytes("tables: {ü: x}".encode("cp1252"))
    with pytest.raises(Mistake, match="is not UTF-8 text"):
        read_text(file)
