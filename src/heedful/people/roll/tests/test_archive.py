"""An upload's files are found by their names, within bounds that a zip can't get round."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heedful.people.roll.reading import archive
from heedful.people.roll.reading.archive import gather, known_name
from heedful.people.roll.reading.values import RollRefused
from heedful.people.roll.tests.samples import zipped

PUPILS = b"given_name,family_name,source_id\nNia,Merrick,1\n"


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("pupils.csv", "pupils.csv"),
        ("SIMS Students 2026-11-24.CSV", "pupils.csv"),
        ("C:\\Exports\\Teachers.txt", "staff.csv"),
        ("Group memberships.csv", "groups.csv"),
        ("accounts of pupils.csv", "accounts.csv"),
        ("academicSessions.csv", "academicsessions.csv"),
        ("demographics.csv", ""),
        ("pupils.pdf", ""),
        ("", ""),
    ],
)
def test_a_file_is_known_by_its_name(name: str, known: str) -> None:
    assert known_name(name) == known


def test_a_zip_gives_its_known_files_whatever_the_folder() -> None:
    content = zipped(
        {"pupils.csv": PUPILS, "readme.txt": b"", "../../staff.csv": b"x", "__MACOSX/pupils.csv": b"no", "._pupils.csv": b"no"}, folder="a/"
    )
    assert gather([("roll.zip", content)]) == {"pupils.csv": PUPILS, "staff.csv": b"x"}


def test_single_files_come_together() -> None:
    assert set(gather([("pupils.csv", PUPILS), ("staff.csv", b"x")])) == {"pupils.csv", "staff.csv"}


def test_a_zip_bomb_is_refused_before_it_unpacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_FILE_BYTES", 100_000)
    bomb = zipped({"pupils.csv": b"0" * 5_000_000})
    assert len(bomb) < 10_000
    with pytest.raises(RollRefused, match="unpacks to more than is read"):
        gather([("roll.zip", bomb)])


def test_many_files_that_are_large_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_TOTAL_BYTES", 150_000)
    with pytest.raises(RollRefused, match="unpacks to more"):
        gather([("roll.zip", zipped({"pupils.csv": b"0" * 100_000, "staff.csv": b"0" * 100_000}))])


def test_a_size_that_lies_does_not_help() -> None:
    content = bytearray(zipped({"pupils.csv": b"0" * 5_000}))
    at = content.index(b"PK\x01\x02") + 24  # the unpacked size in the directory
    content[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(RollRefused):
        gather([("roll.zip", bytes(content))])


@pytest.mark.parametrize(
    ("uploads", "says"),
    [
        ([], "got nothing"),
        ([("photo.png", b"x"), ("notes.csv", b"x")], "got 2 files of other names"),
        ([("pupils.csv", PUPILS), ("students.csv", PUPILS)], "it is there twice"),
        ([("roll.xlsx", b"PK\x03\x04")], "got a workbook"),
        ([("roll.zip", b"PK\x03\x04 and no more")], "the zip is torn"),
        ([("roll.zip", zipped({}))], "got 1 file of other names"),
        ([("roll.zip", zipped({f"{number}.csv": b"" for number in range(201)}))], "the zip holds 201 files"),
    ],
)
def test_what_can_not_be_used_says_why(uploads: list[tuple[str, bytes]], says: str) -> None:
    with pytest.raises(RollRefused, match=says):
        gather(uploads)


def test_a_locked_zip_is_refused() -> None:
    content = bytearray(zipped({"pupils.csv": PUPILS}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    with pytest.raises(RollRefused, match="locked with a password"):
        gather([("roll.zip", bytes(content))])


@given(st.binary(max_size=300), st.integers(0, 400))
def test_no_damage_to_a_zip_does_more_than_have_it_refused(noise: bytes, at: int) -> None:
    content = zipped({"pupils.csv": PUPILS * 5, "staff.csv": PUPILS})
    try:
        gather([("roll.zip", content[:at] + noise + content[at + len(noise) :])])
    except RollRefused as refused:
        assert refused.problems  # noqa: PT017


def test_a_stored_zip_is_read_too() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("pupils.csv", PUPILS)
    assert gather([("x", out.getvalue())]) == {"pupils.csv": PUPILS}
