"""Key rotation: everything a school has sealed, sealed anew with a new key, in steps that may stop and go on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from heedful.audit.actions import append
from heedful.audit.rules import SYSTEM, Action, Fact
from heedful.captures.models import Capture, CaptureNote
from heedful.captures.sealing import NOTE_TABLE, TABLE
from heedful.vault.actions import drop_old_keys, make_key, rotate_installation_key
from heedful.vault.blobs import read_blob, write_blob
from heedful.vault.envelope import version_of
from heedful.vault.queries import SchoolVault

CAPTURE_FIELDS = ("text", "title", "url", "account", "before", "action")
STEP = 200
INSTALLATION = 0


def rotate_school(*, school_id: int, now: datetime) -> int:
    """Give the school a new key, seal all its values anew, then destroy the old keys. Returns how many values were sealed.

    Old values stay readable until the end; when it is interrupted, running it again finishes the work.
    """
    version = make_key(school_id=school_id)
    sealed = 0
    for row in Capture.objects.filter(school_id=school_id).order_by("pk").iterator(chunk_size=STEP):
        sealed += _reseal_capture(row, version)
    for note in CaptureNote.objects.filter(capture__school_id=school_id).order_by("pk").iterator(chunk_size=STEP):
        sealed += _reseal_note(note, school_id)
    # What arrived while we worked was sealed by a process that may still know only the old key: keep its key until nothing needs it.
    if not _needs_older(school_id, version):
        drop_old_keys(school_id=school_id, keep=version)
    with transaction.atomic():
        append(
            school_id=school_id,
            actor=SYSTEM,
            fact=Fact(Action.SCHOOL_KEY_ROTATED, "school", (str(school_id),), {"version": version}),
            now=now,
        )
    return sealed


def rotate_installation(*, now: datetime) -> int:
    """A new installation key round every school's key. Returns how many keys were wrapped."""
    wrapped = rotate_installation_key()
    with transaction.atomic():
        append(
            school_id=INSTALLATION, actor=SYSTEM, fact=Fact(Action.INSTALLATION_KEY_ROTATED, "installation", (), {"keys": wrapped}), now=now
        )
    return wrapped


def _reseal_capture(row: Capture, version: int) -> int:
    vault = SchoolVault(row.school_id)
    changed: dict[str, bytes] = {}
    for field in CAPTURE_FIELDS:
        before = bytes(getattr(row, f"{field}_sealed"))
        if before and version_of(before) != version:
            place = {"table": TABLE, "field": field, "row": str(row.capture_id)}
            changed[f"{field}_sealed"] = vault.seal(vault.open(before, **place), **place)
    if row.picture_blob:
        picture = read_blob(school_id=row.school_id, name=row.picture_blob)
        if version_of(picture) != version:
            place = {"table": TABLE, "field": "picture", "row": str(row.capture_id)}
            write_blob(school_id=row.school_id, name=row.picture_blob, sealed=vault.seal(vault.open(picture, **place), **place))
    if changed:
        Capture.objects.filter(pk=row.pk).update(**changed)
    return len(changed)


def _reseal_note(note: CaptureNote, school_id: int) -> int:
    vault = SchoolVault(school_id)
    place = {"table": NOTE_TABLE, "field": "text", "row": str(note.pk)}
    CaptureNote.objects.filter(pk=note.pk).update(text_sealed=vault.seal(vault.open(bytes(note.text_sealed), **place), **place))
    return 1


def _needs_older(school_id: int, version: int) -> bool:
    rows = Capture.objects.filter(school_id=school_id).order_by("-pk").values_list("text_sealed", flat=True)[:STEP]
    return any(version_of(bytes(sealed)) != version for sealed in rows)
