"""The files of an upload: a zip or single files, within bounds. Nothing is ever unpacked onto a disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import PurePosixPath

from heedful.people.roll.reading.tables import MOST_FILE_BYTES
from heedful.people.roll.reading.values import Problem, RollRefused

MOST_UPLOAD_BYTES = 32 * 1024 * 1024
MOST_TOTAL_BYTES = 96 * 1024 * 1024
MOST_MEMBERS = 200
ZIP_MARK = b"PK\x03\x04"
# By the words in a file's name, what it holds; OneRoster's names are exact.
_BY_WORD = (
    ("accounts.csv", ("account",)),
    ("groups.csv", ("group", "membership")),
    ("staff.csv", ("staff", "teacher", "employee")),
    ("pupils.csv", ("pupil", "student", "learner")),
)
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods", ".numbers")
ONEROSTER_FILES = frozenset(
    {"manifest.csv", "users.csv", "orgs.csv", "classes.csv", "enrollments.csv", "academicsessions.csv", "roles.csv", "userprofiles.csv"}
)


def known_name(path: str) -> str:
    """The name under which a file is read, from how it is called; empty where it is none of ours."""
    name = PurePosixPath(path.replace("\\", "/")).name.lower()
    if name in ONEROSTER_FILES:
        return name
    if not name.endswith((".csv", ".txt", ".tsv")):
        return ""
    return next((known for known, words in _BY_WORD if any(word in name for word in words)), "")


def gather(uploads: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """The known files among these names and contents, zips opened. Raises RollRefused for what is too large, torn or twice there."""
    found: dict[str, bytes] = {}
    strangers = 0
    for name, content in uploads:
        if len(content) > MOST_UPLOAD_BYTES:
            raise RollRefused(Problem("upload", 0, "", f"more than {MOST_UPLOAD_BYTES // 1024**2} MiB; a school's roll is smaller"))
        if name.lower().endswith(_WORKBOOKS):
            raise RollRefused(Problem("upload", 0, "", "got a workbook; save each sheet as CSV (UTF-8) and give those"))
        is_zip = content.startswith(ZIP_MARK) and not known_name(name)
        for known, inside in _members(content) if is_zip else [(known_name(name), content)]:
            if not known:
                strangers += 1
            elif known in found:
                raise RollRefused(Problem(known, 0, "", "it is there twice; give one"))
            else:
                found[known] = inside
    if not found:
        seen = f"{strangers} file{'' if strangers == 1 else 's'} of other names" if strangers else "nothing"
        way_out = "call them pupils.csv, staff.csv, groups.csv or accounts.csv, or give a OneRoster zip"
        raise RollRefused(Problem("upload", 0, "", f"got {seen}; {way_out}"))
    return found


def _members(content: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OverflowError):
        raise RollRefused(Problem("upload", 0, "", "the zip is torn, or packed in a way that isn't read; export it again")) from None


def _read(archive: zipfile.ZipFile) -> list[tuple[str, bytes]]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_MEMBERS:
        raise RollRefused(Problem("upload", 0, "", f"the zip holds {len(entries)} files; at most {MOST_MEMBERS}"))
    members, total = [], 0
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        known = known_name(entry.filename)
        if not known or name.name.startswith(".") or "__MACOSX" in name.parts:
            continue
        if entry.flag_bits & 0x1:
            raise RollRefused(Problem(known, 0, "", "it is locked with a password; export it without one"))
        with archive.open(entry) as member:  # sizes in the directory may lie: read up to the bound and no further
            inside = member.read(MOST_FILE_BYTES + 1)
        total += len(inside)
        if len(inside) > MOST_FILE_BYTES or total > MOST_TOTAL_BYTES:
            most = f"{MOST_FILE_BYTES // 1024**2} MiB a file and {MOST_TOTAL_BYTES // 1024**2} MiB in all"
            raise RollRefused(Problem(known, 0, "", f"the zip unpacks to more than is read; at most {most}"))
        members.append((known, inside))
    return members
