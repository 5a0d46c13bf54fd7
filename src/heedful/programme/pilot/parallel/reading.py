"""Reading the present system's export: pure. Only the columns that were named are looked at; the rest, and any text, is dropped unread."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.db.models import TextChoices

from heedful.people.rules import address_of
from heedful.programme.pilot.parallel.rules import FileRefused

MOST_BYTES = 10_000_000
MOST_ROWS = 100_000
MOST_FAULTS = 12
MOST_CATEGORY_CHARACTERS = 40
# More kinds than this, or longer ones, are no categories but what somebody wrote: such a column is never taken.
MOST_CATEGORIES = 60


class Order(TextChoices):
    """In which order the export writes a day; the four digits of a year are known by themselves."""

    DAY_FIRST = "day_first", "Day first: 24/11/2026 09:30"
    MONTH_FIRST = "month_first", "Month first: 11/24/2026 09:30"


@dataclass(frozen=True)
class Columns:
    """Which column of the export holds what. `category` may be empty."""

    time: str
    account: str
    category: str = ""
    order: Order = Order.DAY_FIRST


@dataclass(frozen=True)
class Row:
    """One alert of the present system: when, on which account, and what it called it."""

    line: int
    at: datetime
    account: str
    category: str


_GUESSES: Mapping[str, tuple[str, ...]] = {
    "time": ("time", "date", "timestamp", "datetime", "created", "captured", "when"),
    "account": ("email", "user", "username", "account", "login", "student", "pupil"),
    "category": ("category", "type", "theme", "policy", "keyword group", "rule"),
}
_CLOCKS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%H:%M:%S.%f")
_DAYS = {
    Order.DAY_FIRST: ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y"),
    Order.MONTH_FIRST: ("%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y", "%m/%d/%y"),
}


def headers_of(content: bytes) -> tuple[str, ...]:
    """The names in the first line. Raises FileRefused."""
    table = _table(content)
    names = tuple(name.strip()[:80] for name in table[0])
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise FileRefused(f"line 1: the column '{twice[0]}' stands there twice. Give each column a name of its own and choose the file again.")
    return names


def guess(headers: Sequence[str]) -> dict[str, str]:
    """Which column is probably which, for a form that a person checks: an exact name first, then one that holds the word."""
    found = {}
    for what, words in _GUESSES.items():
        exact = [name for word in words for name in headers if name.lower() == word]
        part = [name for word in words for name in headers if word in name.lower()]
        found[what] = (exact or part or [""])[0]
    return found


def read_alerts(content: bytes, columns: Columns, *, zone: tzinfo) -> list[Row]:
    """Every row of the export. Raises FileRefused with line and column of each fault; then nothing of the file counts."""
    headers = headers_of(content)
    missing = [name for name in (columns.time, columns.account, columns.category) if name and name not in headers]
    if missing:
        raise FileRefused(*(f"line 1: there is no column '{name}'. Name the columns again, or choose the other export." for name in missing))
    place = {name: headers.index(name) for name in (columns.time, columns.account, columns.category) if name}
    rows, faults = [], []
    for line, cells in enumerate(_table(content)[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        cell = {name: cells[at].strip() if at < len(cells) else "" for name, at in place.items()}
        moment, account = moment_of(cell[columns.time], columns.order, zone=zone), address_of(cell[columns.account])
        if moment is None:
            faults.append(f"line {line}, column '{columns.time}': that is no time that Heedful can read. It takes {columns.order.label.split(': ')[1]} or 2026-11-24 09:30.")
        if not account:
            faults.append(f"line {line}, column '{columns.account}': there is no account. Take the line out, or fill it in.")
        if moment is not None and account:
            rows.append(Row(line, moment, account, " ".join(cell.get(columns.category, "").split())))
    kinds = {row.category for row in rows}
    if len(kinds) > MOST_CATEGORIES or any(len(kind) > MOST_CATEGORY_CHARACTERS for kind in kinds):
        raise FileRefused(f"column '{columns.category}': that looks like what pupils wrote, not like a category. Name another column, or none.")
    if faults:
        more = len(faults) - MOST_FAULTS
        raise FileRefused(*faults[:MOST_FAULTS], *([f"and {more} more like these."] if more > 0 else []))
    if not rows:
        raise FileRefused("The file has a first line and no alert below it. Choose the export of the weeks that you want to compare.")
    return rows


def moment_of(text: str, order: Order, *, zone: tzinfo) -> datetime | None:
    """A moment as an export writes it, in the school's time where it names no other; None where it can't be read."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = next((parsed for parsed in (_parsed(text, f"{day} {clock}") for day in _DAYS[order] for clock in _CLOCKS) if parsed), None)  # type: ignore[assignment]
    if found is None or (len(text) <= 10 and ":" not in text):
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(" ".join(text.replace(",", " ").split()), form)
    except ValueError:
        return None


def _table(content: bytes) -> list[list[str]]:
    if len(content) > MOST_BYTES:
        raise FileRefused(f"The file has {len(content) // 1_000_000} MB; Heedful takes up to {MOST_BYTES // 1_000_000}. Export fewer weeks at once.")
    if content[:4] == b"PK\x03\x04":
        raise FileRefused("That is a spreadsheet, not a CSV. Open it, save it as CSV, and choose that file.")
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = max((";", ",", "\t"), key=first.count)
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as fault:
        raise FileRefused(f"The file can't be read as a table: {fault}. Export it again as CSV.") from fault
    if not table or not any(cell.strip() for cell in table[0]):
        raise FileRefused("line 1: there are no names of columns. Export the file with its first line.")
    if len(table) > MOST_ROWS + 1:
        raise FileRefused(f"The file has {len(table) - 1} lines; Heedful takes up to {MOST_ROWS}. Export fewer weeks at once.")
    return table


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace").lstrip("\ufeff")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if "\x00" in text:
        raise FileRefused("That is not a text file. Export the alerts as CSV and choose that file.")
    return text
