"""Whatever an MIS or a spreadsheet calls CSV becomes rows; what is none is refused with the way out."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heedful.people.roll.reading.tables import MOST_CELL, read_table
from heedful.people.roll.reading.values import RollRefused

SPELLINGS = {"name": ("knownas", "name"), "year": ("yeargroup", "year")}
TEXT = 'Name,Year\r\nZoë,8\r\n"O\'Neill, Finn",10\r\n'


def rows(content: bytes) -> list[tuple[int, str, str]]:
    return [(row.line, row.get("name"), row.get("year")) for row in read_table("pupils.csv", content, SPELLINGS).rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings_are_told_apart(encoding: str) -> None:
    assert rows(TEXT.encode(encoding)) == [(2, "Zoë", "8"), (3, "O'Neill, Finn", "10")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("hint", ["", "sep={}\r\n"])
def test_delimiters_are_told_apart(delimiter: str, hint: str) -> None:
    text = hint.format(delimiter) + f'Year{delimiter}Name\n8{delimiter}"Zoë, of 8K; new"\n'
    assert [row[1:] for row in rows(text.encode())] == [("Zoë, of 8K; new", "8")]


def test_headers_are_known_by_their_letters_and_the_best_spelling_that_says_something_counts() -> None:
    assert rows(b"NAME , Known-As,year_group,Home address\nElizabeth,,8,x\nElizabeth,Beth,9,x\n") == [
        (2, "Elizabeth", "8"),
        (3, "Beth", "9"),
    ]


def test_blank_lines_are_nothing_and_lines_are_counted_as_an_editor_does() -> None:
    assert rows(b'\nname,year\n\n"two\nlines",8\n,,\nFinn,9\n') == [(4, "two lines", "8"), (7, "Finn", "9")]


def test_cells_beyond_the_headers_and_torn_quotes_are_problems_of_their_lines() -> None:
    table = read_table("pupils.csv", b'name,year\nLee,Ann,8\nFinn,9\n"Ann" Lee,8\nNia,7\n', SPELLINGS)
    assert [row.get("name") for row in table.rows] == ["Finn", "Nia"]
    assert [(problem.line, problem.text[:9]) for problem in table.problems] == [(2, "got 3 cel"), (4, "its quota")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is empty"),
        (b"\n \n", "it is empty"),
        (b"PK\x03\x04rest", "a zip or an Excel workbook"),
        (b"%PDF-1.7", "a PDF"),
        (b"<html><body>", "a web page"),
        (b"name,year\n\x00\x01\x02", "no text"),
        (b"\x81\x8d\x90name,year\n", "no text"),
        (b'name,year\nFinn,9\n"Ann,8\nNia,7\n', "line 3: a quotation mark is opened here and never closed"),
        (b'name,year\n"' + b"Ann,8\n" * 50_000, "never closed"),
        (b"name," * 300, "301 columns"),
    ],
)
def test_what_is_no_csv_is_refused_with_the_way_out(content: bytes, says: str) -> None:
    with pytest.raises(RollRefused) as refused:
        read_table("pupils.csv", content, SPELLINGS)
    assert says in str(refused.value)


def test_a_cell_without_end_is_a_problem() -> None:
    table = read_table("pupils.csv", b"name,year\n" + b"a" * (MOST_CELL + 1) + b",8\nNia,7\n", SPELLINGS)
    assert [row.get("name") for row in table.rows] == ["Nia"]
    assert [problem.line for problem in table.problems] == [2]


def test_columns_without_a_spelling_are_never_kept() -> None:
    table = read_table("pupils.csv", b"name,password,year\nNia,a secret,7\n", SPELLINGS)
    assert "secret" not in repr(table)


@given(st.binary(max_size=600))
def test_no_bytes_do_more_than_be_refused(content: bytes) -> None:
    try:
        read_table("pupils.csv", content, SPELLINGS)
    except RollRefused as refused:
        assert refused.problems  # noqa: PT017


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.tuples(WORDS, WORDS), max_size=8), st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_what_a_spreadsheet_writes_is_read_as_it_stood(people: list[tuple[str, str]], delimiter: str, encoding: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([("name", "year"), *people])
    got = [(name, year) for _, name, year in rows(out.getvalue().encode(encoding))]
    assert got == [(" ".join(a.split()), " ".join(b.split())) for a, b in people if a.strip() or b.strip()]
