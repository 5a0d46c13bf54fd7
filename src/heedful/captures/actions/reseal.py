"""Key rotation: everything a school has sealed, sealed anew with a new key, in steps that may stop and go on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import BinaryField, Q, Value
from django.db.models.functions import Substr
from django.db.models.lookups import Exact

from heedful.audit.actions import append
from heedful.audit.rules import SYSTEM, Action, Fact
from heedful.captures.models import Capture, PictureSeal
from heedful.captures.queries.ciphertexts import COLUMNS, NamedFile, SealedColumns, blobs_named, files_named, is_still_named
from heedful.captures.queries.sealed import seals_of_school
from heedful.captures.sealing import SEAL_TABLE, TABLE
from heedful.vault.actions import drop_old_keys, make_key, rotate_installation_key
from heedful.vault.blobs import has_blob, read_blob, shred_blob, write_blob
from heedful.vault.envelope import VaultError, envelope_start, version_of
from heedful.vault.line import keepers_in_line
from heedful.vault.queries import SchoolVault

CAPTURE_FIELDS = ("text", "title", "url", "account", "before", "action")
STEP = 200
INSTALLATION = 0


class MissingFiles(Exception):
    """Files are not where they should be. Nothing was changed; the text says to what they belong, and the ways out."""

    def __init__(self, numbers: Sequence[int], files: Sequence[NamedFile] = ()) -> None:
        self.numbers = list(numbers)
        lost = [f"the pictures of {len(self.numbers)} captures: {', '.join(map(str, self.numbers))}"] if numbers else []
        lost += [f"the file of {file.files.what} {file.row}" for file in files]
        super().__init__(
            f"missing from the data folder: {'; '.join(lost)}; "
            "put them back from a backup, or go on without them with --without-missing, which is recorded"
        )


def rotate_school(*, school_id: int, now: datetime, without_missing: bool = False) -> int:
    """Give the school a new key, seal all its values anew, then destroy the old keys. Returns how many values were sealed.

    Raises MissingFiles, and then changes nothing, unless `without_missing`: then those captures are without their picture.
    Old values stay readable until the end; when it is interrupted, running it again finishes the work.
    """
    with keepers_in_line():
        lost, lost_files = pictures_missing(school_id), files_missing(school_id)
        if (lost or lost_files) and not without_missing:
            raise MissingFiles(lost, lost_files)
        version = make_key(school_id=school_id)
        _let_go(lost)
        _let_go_of_files(lost_files)
        sealed = _reseal_all(school_id, version)
        with transaction.atomic():
            # Whoever stores for this school now waits for this entry, and then finds the old key gone (SchoolVault.confirm).
            details: dict[str, object] = {"version": version} | ({"without": lost} if lost else {})
            if lost_files:
                details["without_files"] = [[file.files.table, file.row] for file in lost_files]
            append(school_id=school_id, actor=SYSTEM, fact=Fact(Action.SCHOOL_KEY_ROTATED, "school", (str(school_id),), details), now=now)
            sealed += _reseal_all(school_id, version)  # what came in meanwhile, sealed with the key before
            drop_old_keys(school_id=school_id, keep=version)
    return sealed


def pictures_missing(school_id: int) -> list[int]:
    """The numbers of the captures whose picture's file is not in the data folder; all of them at once."""
    lost = [blob for blob in blobs_named(school_id) if not has_blob(school_id=school_id, name=blob.name)]
    # One that was sealed from everybody, or deleted, while we looked is not missing.
    return [blob.capture_number for blob in lost if Capture.objects.filter(pk=blob.capture_number, picture_blob=blob.name).exists()]


def files_missing(school_id: int) -> list[NamedFile]:
    """The files of apps above that are not in the data folder, all of them at once."""
    lost = [file for file in files_named(school_id) if not has_blob(school_id=school_id, name=file.name)]
    return [file for file in lost if is_still_named(file)]


def _let_go_of_files(lost: Sequence[NamedFile]) -> None:
    for file in lost:
        file.files.model._base_manager.filter(pk=file.row).update(**{file.files.column: ""})


def _let_go(lost: Sequence[int]) -> None:
    """These captures have no picture any more; the entry of the rotation keeps which."""
    for first in range(0, len(lost), STEP):
        Capture.objects.filter(pk__in=lost[first : first + STEP]).update(picture_blob="")


def rotate_installation(*, now: datetime) -> int:
    """A new installation key round every school's key. Returns how many keys were wrapped."""
    with keepers_in_line():
        wrapped = rotate_installation_key()
    with transaction.atomic():
        append(
            school_id=INSTALLATION, actor=SYSTEM, fact=Fact(Action.INSTALLATION_KEY_ROTATED, "installation", (), {"keys": wrapped}), now=now
        )
    return wrapped


def _reseal_all(school_id: int, version: int) -> int:
    vault, sealed = SchoolVault(school_id), 0
    captures = Capture.objects.filter(school_id=school_id).filter(_is_older(CAPTURE_FIELDS, version) | ~Q(picture_blob=""))
    for row in captures.order_by("pk").iterator(chunk_size=STEP):
        sealed += _reseal_capture(vault, row, version)
    for columns in COLUMNS:
        if columns.model not in {Capture, PictureSeal}:
            sealed += _reseal_rows(vault, columns, version)
    for seal in seals_of_school(school_id):
        sealed += _reseal_seal(vault, seal, version)
    return sealed + sum(_reseal_file(vault, file, version) for file in files_named(school_id))


def _reseal_rows(vault: SchoolVault, columns: SealedColumns, version: int) -> int:
    """Seal anew the values of rows that nobody changes once they are written: notes, and what decisions keep to be undone."""
    names, sealed = [f"{field}_sealed" for field in columns.fields], 0
    rows = columns.rows(vault.school_id).filter(_is_older(columns.fields, version)).order_by("pk")
    for pk, row, *values in rows.values_list("pk", columns.row, *names).iterator(chunk_size=STEP):
        before = {name: bytes(value) for name, value in zip(names, values, strict=True)}
        changed = {
            name: _anew(vault, before[name], version, table=columns.table, field=name.removesuffix("_sealed"), row=str(row)) for name in names
        }
        changed = {name: value for name, value in changed.items() if value != before[name]}
        sealed += len(changed) if columns.rows().filter(pk=pk, **before).update(**changed) else 0
    return sealed


def _is_older(fields: Sequence[str], version: int) -> Q:
    """Rows with a value in one of these sealed columns that another key version sealed."""
    start, older = envelope_start(version), Q()
    for field in fields:
        column = f"{field}_sealed"
        begins = Substr(column, 1, len(start), output_field=BinaryField())
        older |= ~Q(**{column: b""}) & ~Q(Exact(begins, Value(start, output_field=BinaryField())))
    return older


def _reseal_capture(vault: SchoolVault, row: Capture, version: int) -> int:
    """Seal one capture anew; again when somebody decided on it meanwhile, so that what they wrote is not put back."""
    while True:
        changed = {
            f"{field}_sealed": _anew(vault, bytes(getattr(row, f"{field}_sealed")), version, field=field, row=str(row.capture_id))
            for field in CAPTURE_FIELDS
        }
        changed = {column: sealed for column, sealed in changed.items() if sealed != bytes(getattr(row, column))}
        if not changed or Capture.objects.filter(pk=row.pk, revision=row.revision).update(**changed):
            break
        row.refresh_from_db()
    return len(changed) + _reseal_picture(vault, row, version)


def _reseal_picture(vault: SchoolVault, row: Capture, version: int) -> int:
    if not row.picture_blob:
        return 0
    try:
        before = read_blob(school_id=row.school_id, name=row.picture_blob)
    except VaultError:
        if _has_its_picture(row):
            raise
        return 0
    after = _anew(vault, before, version, field="picture", row=str(row.capture_id))
    if after == before:
        return 0
    write_blob(school_id=row.school_id, name=row.picture_blob, sealed=after)
    if not _has_its_picture(row):  # sealed from everybody, or deleted, while we wrote: what we wrote must not stay
        shred_blob(school_id=row.school_id, name=row.picture_blob)
        return 0
    return 1


def _reseal_file(vault: SchoolVault, file: NamedFile, version: int) -> int:
    """Seal anew one file of an app above."""
    try:
        before = read_blob(school_id=file.school_id, name=file.name)
    except VaultError:
        if is_still_named(file):
            raise
        return 0
    after = _anew(vault, before, version, table=file.files.table, field=file.files.field, row=file.name)
    if after == before:
        return 0
    write_blob(school_id=file.school_id, name=file.name, sealed=after)
    if not is_still_named(file):  # let go of while we wrote
        shred_blob(school_id=file.school_id, name=file.name)
        return 0
    return 1


def _has_its_picture(row: Capture) -> bool:
    return Capture.objects.filter(pk=row.pk, picture_blob=row.picture_blob).exists()


def _reseal_seal(vault: SchoolVault, seal: PictureSeal, version: int) -> int:
    """Seal anew the key of a picture that nobody opens, and the reference of a request. The picture's file stays as it is."""
    places = {"key_sealed": "key", "reference_sealed": "reference"}
    changed = {}
    for column, field in places.items():
        before = bytes(getattr(seal, column))
        after = _anew(vault, before, version, table=SEAL_TABLE, field=field, row=str(seal.number))
        if after != before:
            changed[column] = after
    if not changed:
        return 0
    # Where somebody asked, declined or destroyed meanwhile, the last pass finds what they left.
    standing = PictureSeal.objects.filter(pk=seal.pk, asked_at=seal.asked_at, destroyed_at=seal.destroyed_at)
    return len(changed) if standing.update(**changed) else 0


def _anew(vault: SchoolVault, before: bytes, version: int, *, field: str, row: str, table: str = TABLE) -> bytes:
    """The same value sealed with the newest key; as it is where it is empty or sealed with that key already."""
    if not before or version_of(before) == version:
        return before
    place = {"table": table, "field": field, "row": row}
    return vault.seal(vault.open(before, **place), **place)
