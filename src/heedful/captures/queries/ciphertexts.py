"""Where sealed values stand: what key rotation seals anew, what the shredding of keys asks after, what a restore opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import BinaryField, Model, QuerySet, Value
from django.db.models.functions import Substr
from django.db.models.lookups import Exact

from heedful.captures.models import Capture, CaptureNote, Decision, PictureSeal
from heedful.captures.sealing import NOTE_TABLE, SEAL_TABLE, TABLE
from heedful.people.models import RollImport
from heedful.vault.blobs import blobs_of_school
from heedful.vault.envelope import envelope_start

STEP = 200


@dataclass(frozen=True)
class SealedColumns:
    """The `*_sealed` columns of one table: how to reach the school, and what the vault was told of the place."""

    model: type[Model]
    table: str
    fields: tuple[str, ...]
    school: str
    row: str

    def rows(self, school_id: int | None = None) -> QuerySet[Any]:
        """The rows of one school, or of all."""
        rows = self.model._base_manager.all()
        return rows if school_id is None else rows.filter(**{self.school: school_id})


# Every column of every app whose name ends in `_sealed` stands here, or an app above registers it: test_ciphertexts.py asks the models.
COLUMNS: list[SealedColumns] = [
    SealedColumns(Capture, TABLE, ("text", "title", "url", "account", "before", "action"), "school_id", "capture_id"),
    SealedColumns(CaptureNote, NOTE_TABLE, ("text",), "capture__school_id", "pk"),
    SealedColumns(Decision, TABLE, ("action",), "capture__school_id", "capture__capture_id"),
    SealedColumns(PictureSeal, SEAL_TABLE, ("key", "reference"), "school_id", "number"),
]


@dataclass(frozen=True)
class SealedFiles:
    """A column of an app above that names sealed files which last; the vault was told that each file's row is its own name."""

    model: type[Model]
    column: str
    table: str
    field: str
    what: str  # how a person calls the row to which one belongs, e.g. "policy version"


FILES: list[SealedFiles] = []


def register(*, columns: tuple[SealedColumns, ...] = (), files: tuple[SealedFiles, ...] = ()) -> None:
    """Make known what an app above seals, once, when Heedful starts: rotation, backup and restore then look after it too."""
    COLUMNS.extend(each for each in columns if each not in COLUMNS)
    FILES.extend(each for each in files if each not in FILES)


# Every column that names a sealed file, and whether the file must be there: an upload lasts an hour, what is left behind goes any moment.
BLOB_COLUMNS: tuple[tuple[type[Model], str, bool], ...] = (
    (Capture, "picture_blob", True), (PictureSeal, "blob", True), (PictureSeal, "left_behind", False), (RollImport, "upload", False),
)  # fmt: skip


@dataclass(frozen=True)
class SealedValue:
    """One ciphertext and its place."""

    school_id: int
    table: str
    field: str
    row: str
    sealed: bytes


@dataclass(frozen=True)
class NamedBlob:
    """One sealed file that a capture names."""

    school_id: int
    name: str
    table: str
    row: str
    capture_number: int


def sealed_values() -> Iterator[SealedValue]:
    """Every sealed value of every school. The caller opens them for no page: a restore, or a check."""
    for columns in COLUMNS:
        names = [f"{field}_sealed" for field in columns.fields]
        for school_id, row, *values in columns.rows().order_by("pk").values_list(columns.school, columns.row, *names).iterator(chunk_size=STEP):
            for field, sealed in zip(columns.fields, values, strict=True):
                if sealed:
                    yield SealedValue(school_id, columns.table, field, str(row), bytes(sealed))


def names_of_blobs(*, alias: str = "default", school_id: int | None = None, only_lasting: bool = False) -> Iterator[tuple[int, str]]:
    """School and name of every sealed file that a row names: pictures, uploads of the roll, files of apps above. No other file is kept.

    `only_lasting` leaves out those that may be gone already.
    """
    for model, column, lasts in (*BLOB_COLUMNS, *((each.model, each.column, True) for each in FILES)):
        if only_lasting and not lasts:
            continue
        rows = model._base_manager.using(alias).exclude(**{column: ""})
        if school_id is not None:
            rows = rows.filter(school_id=school_id)
        yield from rows.values_list("school_id", column).iterator(chunk_size=2000)


def blobs_named(school_id: int | None = None) -> Iterator[NamedBlob]:
    """Every sealed file that a capture names."""
    rows = Capture.objects.exclude(picture_blob="")
    if school_id is not None:
        rows = rows.filter(school_id=school_id)
    for number, school, name, capture_id in rows.order_by("pk").values_list("pk", "school_id", "picture_blob", "capture_id").iterator():
        yield NamedBlob(school, name, TABLE, str(capture_id), number)


@dataclass(frozen=True)
class NamedFile:
    """One sealed file that a row of an app above names."""

    files: SealedFiles
    school_id: int
    name: str
    row: int


def files_named(school_id: int | None = None) -> Iterator[NamedFile]:
    """Every sealed file that a row of an app above names."""
    for files in FILES:
        rows = files.model._base_manager.exclude(**{files.column: ""})
        if school_id is not None:
            rows = rows.filter(school_id=school_id)
        for row, school, name in rows.order_by("pk").values_list("pk", "school_id", files.column).iterator(chunk_size=STEP):
            yield NamedFile(files, school, name, row)


def is_still_named(file: NamedFile) -> bool:
    """Whether the row names this file now."""
    return file.files.model._base_manager.filter(pk=file.row, **{file.files.column: file.name}).exists()


def uses_key(school_id: int, version: int) -> bool:
    """Whether anything of the school that is kept was sealed with this version of its key. Reads through the tables: not while somebody waits."""
    start = envelope_start(version)
    for columns in COLUMNS:
        for field in columns.fields:
            begins = Substr(f"{field}_sealed", 1, len(start), output_field=BinaryField())
            if columns.rows(school_id).filter(Exact(begins, Value(start, output_field=BinaryField()))).exists():
                return True
    return any(head == start for _, head, _ in blobs_of_school(school_id))
