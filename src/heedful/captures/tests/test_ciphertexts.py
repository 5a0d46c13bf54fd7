"""Whatever is sealed is known: to key rotation, to the shredding of keys, and to a restore's check."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.models import BinaryField

from heedful.audit.queries import entries_about
from heedful.audit.rules import Action
from heedful.captures.actions.reseal import MissingFiles, rotate_school
from heedful.captures.models import Capture
from heedful.captures.queries.ciphertexts import BLOB_COLUMNS, COLUMNS, FILES, blobs_named, sealed_values, uses_key
from heedful.vault.blobs import remove_blob
from heedful.vault.models import SchoolKey
from heedful.vault.queries import SchoolVault
from tests.harness.westbrook import NOW, Westbrook

pytestmark = pytest.mark.django_db
PICTURE = b"RIFF" + (300).to_bytes(4, "little") + b"WEBP" + b"x" * 300


def test_every_sealed_column_of_every_app_is_in_the_table() -> None:
    found = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, BinaryField) and field.name.endswith("_sealed")
    }
    assert found == {(columns.model._meta.label, f"{field}_sealed") for columns in COLUMNS for field in columns.fields}


def test_every_column_that_names_a_sealed_file_is_in_the_table() -> None:
    names = {"blob", "upload", "left_behind"}
    found = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if (field.name.endswith("_blob") or field.name in names) and model.__module__.startswith("heedful.")
    }
    known = {(model._meta.label, column) for model, column, _ in BLOB_COLUMNS}
    assert found == known | {(files.model._meta.label, files.column) for files in FILES}


def test_each_value_opens_at_the_place_that_the_table_says(westbrook: Westbrook) -> None:
    row = westbrook.stored(3)
    vault = SchoolVault(row.school_id)
    opened = {value.field: vault.open(value.sealed, table=value.table, field=value.field, row=value.row) for value in sealed_values()}
    assert set(opened) == {"text", "title", "url", "account"}
    assert opened["text"] == b"i hate my life today"
    assert uses_key(row.school_id, 1)
    assert not uses_key(row.school_id, 2)


def test_a_rotation_names_all_missing_pictures_at_once_and_changes_nothing(westbrook: Westbrook) -> None:
    rows = _pictured(westbrook, 3)
    for row in rows[:2]:
        remove_blob(school_id=row.school_id, name=row.picture_blob)
    with pytest.raises(MissingFiles, match=f"{rows[0].pk}, {rows[1].pk};") as refused:
        rotate_school(school_id=westbrook.school.pk, now=NOW)
    assert refused.value.numbers == [rows[0].pk, rows[1].pk]
    assert list(SchoolKey.objects.values_list("version", flat=True)) == [1]


def test_a_rotation_may_go_on_without_them_and_says_which(westbrook: Westbrook) -> None:

    lost, whole = _pictured(westbrook, 2)
    remove_blob(school_id=lost.school_id, name=lost.picture_blob)
    rotate_school(school_id=westbrook.school.pk, now=NOW, without_missing=True)
    [entry] = entries_about(westbrook.school.pk, subject_kind="school", action=Action.SCHOOL_KEY_ROTATED)
    assert entry.details == {"version": 2, "without": [lost.pk]}
    assert [blob.capture_number for blob in blobs_named()] == [whole.pk]
    assert Capture.objects.get(pk=lost.pk).picture_blob == ""


def _pictured(westbrook: Westbrook, count: int) -> list[Capture]:
    westbrook.school.pictures = True
    westbrook.school.save()
    return [westbrook.stored(3, picture=PICTURE) for _ in range(count)]
