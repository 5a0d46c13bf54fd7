"""From bytes to rows with known columns: encodings, delimiters and headers as the schools' systems write them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from heedful.people.roll.reading.values import Problem, RollRefused

MOST_FILE_BYTES = 32 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_CELL = 2_000
_DELIMITERS = (",", ";", "\t")
_OTHER_FORMATS = {
    b"PK\x03\x04": "it is a zip or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "it is an old Excel workbook",
    b"%PDF": "it is a PDF",
    b"<": "it is a web page or XML",
    b"{": "it is JSON",
}
_SAID = re.compile(r"sep=[,;\t]", re.IGNORECASE)
_AS_CSV = "save it as CSV (UTF-8) and try again"


@dataclass(frozen=True)
class Row:
    """One line of a file. `cells` has every known column of the file, trimmed; a column that the file lacks is absent."""

    file: str
    line: int
    cells: Mapping[str, tuple[str, ...]]

    def get(self, column: str) -> str:
        """The first cell of this column that says something."""
        return next((cell for cell in self.cells.get(column, ()) if cell), "")

    def all(self, column: str) -> tuple[str, ...]:
        """Everything that stands in this column and its other spellings."""
        return tuple(cell for cell in self.cells.get(column, ()) if cell)

    def problem(self, column: str, text: str) -> Problem:
        return Problem(self.file, self.line, column, text)


@dataclass(frozen=True)
class Table:
    """A file's rows, its known columns, and the lines that were no rows."""

    file: str
    columns: frozenset[str]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def plain_word(header: str) -> str:
    """A header as it is compared: letters and digits, in lower case. `Reg. Group ` is `reggroup`."""
    return re.sub(r"[^a-z0-9]", "", header.lower())


def read_table(file: str, content: bytes, spellings: Mapping[str, tuple[str, ...]]) -> Table:
    """Read one file. `spellings` has for each column the headers that name it, the best first.

    A line that is torn is a problem and the rest is kept. Raises RollRefused where the file is no CSV, too large, or torn so
    that what follows can't be told. What stands in columns without a spelling is never kept.
    """
    text = _decode(file, content)
    lines = _lines(file, text, _delimiter_of(text))
    header = next(lines, None)
    if header is None or isinstance(header, Problem):
        raise RollRefused(Problem(file, 0, "", f"it is empty; {_AS_CSV}"))
    places = _places(header[1], spellings)
    rows: list[Row] = []
    problems: list[Problem] = []
    for line in lines:
        if isinstance(line, Problem):
            problems.append(line)
            continue
        number, cells = line
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header[1]) and any(cell.strip() for cell in cells[len(header[1]) :]):
            fault = f"got {len(cells)} cells under {len(header[1])} headers; put cells that hold a delimiter in quotation marks"
            problems.append(Problem(file, number, "", fault))
            continue
        if len(rows) == MOST_ROWS:
            raise RollRefused(Problem(file, number, "", f"more than {MOST_ROWS:,} rows; a school's roll has fewer"))
        rows.append(Row(file, number, {column: _cells(cells, at) for column, at in places.items()}))
    return Table(file, frozenset(places), tuple(rows), tuple(problems))


def _decode(file: str, content: bytes) -> str:
    if len(content) > MOST_FILE_BYTES:
        raise RollRefused(Problem(file, 0, "", f"{len(content) / 1024**2:.0f} MiB; at most {MOST_FILE_BYTES // 1024**2} MiB are read"))
    start = content.lstrip()[:8]
    for mark, what in _OTHER_FORMATS.items():
        if start.startswith(mark):
            raise RollRefused(Problem(file, 0, "", f"{what}; {_AS_CSV}"))
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.removeprefix("\ufeff")
    raise RollRefused(Problem(file, 0, "", f"it is no text in UTF-8, UTF-16 or Windows-1252; {_AS_CSV}"))


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    start = content[:400]
    if start[1::2].count(0) > len(start) // 4:
        return ("utf-16-le",)
    if start[::2].count(0) > len(start) // 4:
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def _delimiter_of(text: str) -> str:
    """The delimiter that the first line with words has most of, outside quotation marks; `sep=;` says it."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    if _SAID.fullmatch(first.strip(" ")):
        return first.strip(" ")[-1]
    bare = re.sub(r'"[^"]*"', "", first)
    return max(_DELIMITERS, key=bare.count)


def _lines(file: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]] | Problem]:
    """Each line with words and its number, or the problem that it is."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            if "unexpected end" in str(fault) or "field limit" in str(fault):
                way_out = "a quotation mark is opened here and never closed; what follows can't be told apart"
                raise RollRefused(Problem(file, number, "", f"{way_out}; {_AS_CSV}")) from None
            yield Problem(file, number, "", "its quotation marks don't pair; double those inside a cell")
            continue
        if len(cells) > MOST_COLUMNS:
            raise RollRefused(Problem(file, number, "", f"{len(cells)} columns; at most {MOST_COLUMNS} are read"))
        if any(len(cell) > MOST_CELL for cell in cells):
            yield Problem(file, number, "", f"a cell of more than {MOST_CELL} characters; is a quotation mark missing?")
        elif any(cell.strip() for cell in cells) and not (number == 1 and _SAID.fullmatch(delimiter.join(cells).strip(" "))):
            yield number, cells


def _places(header: list[str], spellings: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[int, ...]]:
    """Where each known column stands: all its spellings, the best first."""
    words = [plain_word(cell) for cell in header]
    found = {column: tuple(words.index(word) for word in known if word in words) for column, known in spellings.items()}
    return {column: at for column, at in found.items() if at}


def _cells(cells: list[str], at: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(" ".join(cells[place].split()) for place in at if place < len(cells))
