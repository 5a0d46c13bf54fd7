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


# Every column of every app whose name ends in `_sealed` stands here: tests/keeping/test_sealed.py asks the models.
COLUMNS = (
    SealedColumns(Capture, TABLE, ("text", "title", "url", "account", "before", "action"), "school_id", "capture_id"),
    SealedColumns(CaptureNote, NOTE_TABLE, ("text",), "capture__school_id", "pk"),
    SealedColumns(Decision, TABLE, ("action",), "capture__school_id", "capture__capture_id"),
    SealedColumns(PictureSeal, SEAL_TABLE, ("key", "reference"), "school_id", "number"),
)


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
    """School and name of every sealed file that a row names: pictures, sealed pictures, uploads of the roll. No other file is kept.

    `only_lasting` leaves out those that may be gone already.
    """
    for model, column, lasts in BLOB_COLUMNS:
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


def uses_key(school_id: int, version: int) -> bool:
    """Whether anything of the school that is kept was sealed with this version of its key. Reads through the tables: not while somebody waits."""
    start = envelope_start(version)
    for columns in COLUMNS:
        for field in columns.fields:
            begins = Substr(f"{field}_sealed", 1, len(start), output_field=BinaryField())
            if columns.rows(school_id).filter(Exact(begins, Value(start, output_field=BinaryField()))).exists():
                return True
    return any(head == start for _, head, _ in blobs_of_school(school_id))
