"""The present system's export: what it may look like, and what is said where it can't be read."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from heedful.programme.pilot.parallel.reading import Columns, Order, guess, headers_of, moment_of, read_alerts
from heedful.programme.pilot.parallel.rules import FileRefused

LONDON = ZoneInfo("Europe/London")
COLUMNS = Columns("Date", "User", "Category")
TEXT = "Date;User;Category;What was typed\n12/11/2026 09:30;Nia.Merrick@larkfield.example;Bullying;nobody sits with her; ok\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_it_reads_what_spreadsheets_write(encoding: str, delimiter: str) -> None:
    content = delimiter.join(["Date", "User", "Category"]) + "\r\n" + delimiter.join(["12/11/2026 09:30", "zoë@larkfield.example", "Naïve"]) + "\r\n"
    [row] = read_alerts(content.encode(encoding), COLUMNS, zone=LONDON)
    assert (row.at, row.account, row.category) == (datetime(2026, 11, 12, 9, 30, tzinfo=UTC), "zoë@larkfield.example", "Naïve")


def test_what_pupils_wrote_is_dropped_unread() -> None:
    [row] = read_alerts(TEXT.encode(), COLUMNS, zone=LONDON)
    assert (row.account, row.category) == ("nia.merrick@larkfield.example", "Bullying")
    assert "sits with" not in repr(row)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2026-11-12T09:30:00Z", Order.DAY_FIRST, "2026-11-12T09:30:00+00:00"),
        ("2026-07-12 09:30", Order.MONTH_FIRST, "2026-07-12T09:30:00+01:00"),
        ("07/12/2026 09:30:10", Order.DAY_FIRST, "2026-12-07T09:30:10+00:00"),
        ("07/12/2026 09:30:10", Order.MONTH_FIRST, "2026-07-12T09:30:10+01:00"),
        ("12.11.2026 09:30", Order.DAY_FIRST, "2026-11-12T09:30:00+00:00"),
        ("12/11/26, 09:30", Order.DAY_FIRST, "2026-11-12T09:30:00+00:00"),
        ("11/12/2026 4:05 PM", Order.MONTH_FIRST, "2026-11-12T16:05:00+00:00"),
    ],
)
def test_a_moment_is_read_in_the_schools_own_time(text: str, order: Order, expected: str) -> None:
    found = moment_of(text, order, zone=LONDON)
    assert found is not None
    assert found.isoformat() == expected


@pytest.mark.parametrize("text", ["", "yesterday", "12/11/2026", "2026-11-12", "31/02/2026 09:30", "12/13/2026 09:30", "09:30"])
def test_what_is_no_moment_is_none(text: str) -> None:
    assert moment_of(text, Order.DAY_FIRST, zone=LONDON) is None


def test_every_fault_is_said_at_once_with_line_and_column_and_without_what_stood_there() -> None:
    content = "Date,User,Category\n12/11/2026 09:30,a@b.example,x\nsoon,c@d.example,x\n12/11/2026 09:31,,x\n"
    with pytest.raises(FileRefused) as refused:
        read_alerts(content.encode(), COLUMNS, zone=LONDON)
    assert refused.value.faults == (
        "line 3, column 'Date': that is no time that Heedful can read. It takes 24/11/2026 09:30 or 2026-11-24 09:30.",
        "line 4, column 'User': there is no account. Take the line out, or fill it in.",
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no names of columns"),
        (b"PK\x03\x04rest", "a spreadsheet, not a CSV"),
        (b"\x00\x01\x02", "not a text file"),
        (b"Date,User,User\n", "stands there twice"),
        (b"Date,User\n1,2\n", "there is no column 'Category'"),
        (b"Date,User,Category\n", "no alert below it"),
        (b'Date,User,Category\n"open', "can't be read as a table"),
        (b"Date,User,Category\n12/11/2026 09:30,a@b.example," + b"somebody wrote a whole sentence in this column here" + b"\n", "looks like what pupils wrote"),
        (b"x" * 10_000_001, "Export fewer weeks"),
    ],
)
def test_a_file_that_can_not_be_taken_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(FileRefused, match=said):
        read_alerts(content, COLUMNS, zone=LONDON)


def test_a_column_of_many_kinds_is_no_category() -> None:
    lines = "".join(f"12/11/2026 09:30,a@b.example,kind {n}\n" for n in range(61))
    with pytest.raises(FileRefused, match="looks like what pupils wrote"):
        read_alerts(f"Date,User,Category\n{lines}".encode(), COLUMNS, zone=LONDON)


def test_columns_are_guessed_by_their_names() -> None:
    headers = headers_of(b"Alert ID,Captured at,Student email,Keyword category,Capture text\n")
    assert guess(headers) == {"time": "Captured at", "account": "Student email", "category": "Keyword category"}
    assert guess(("a", "b")) == {"time": "", "account": "", "category": ""}
