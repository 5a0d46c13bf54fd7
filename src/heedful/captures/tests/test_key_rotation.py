"""A school's key is replaced and the old one destroyed, while devices send and staff decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from heedful.audit.queries import entries_about, first_break
from heedful.audit.rules import Action
from heedful.captures.actions import reseal
from heedful.captures.actions.decide import close_capture, dismiss_capture, note_capture
from heedful.captures.actions.reseal import rotate_installation, rotate_school
from heedful.captures.models import Capture, CaptureNote
from heedful.captures.queries.opened import OpenCapture, open_capture
from heedful.captures.rules import Closing, FalsePositive
from heedful.vault.blobs import read_blob
from heedful.vault.envelope import VaultError, version_of
from heedful.vault.models import SchoolKey
from heedful.vault.queries import SchoolVault, forget_keys
from tests.harness.westbrook import NOW, Westbrook, build_school

pytestmark = pytest.mark.django_db
PICTURE = b"RIFF" + (300).to_bytes(4, "little") + b"WEBP" + b"x" * 300


@pytest.fixture
def row(westbrook: Westbrook, tmp_path: Path, settings: Settings) -> Capture:
    """A closed capture with every sealed value: text, title, address, account, earlier lines, action, note, picture."""
    settings.DATA_DIR = tmp_path
    settings.KEYS_DIR = tmp_path / "keys"
    westbrook.school.pictures = True
    westbrook.school.save()
    item = westbrook.incoming(3)
    row = westbrook.stored(content=replace(item.content, before=((9, "before that"),)), picture=PICTURE)
    note_capture(number=row.pk, text="A note", viewer=westbrook.dsl, now=NOW)
    dismissed = dismiss_capture(number=row.pk, reason=FalsePositive.GAME, revision=row.revision, viewer=westbrook.dsl, now=NOW)
    Capture.objects.filter(pk=row.pk).update(state="graded")
    closing = Closing("Spoke with them", None)
    return close_capture(number=row.pk, closing=closing, revision=dismissed.revision, viewer=westbrook.dsl, now=NOW)


def read(westbrook: Westbrook, row: Capture) -> OpenCapture:
    """Open it as another process would: with no key remembered."""
    forget_keys()
    return open_capture(westbrook.dsl, row.pk, now=NOW)


def versions(row: Capture) -> set[int]:
    fresh = Capture.objects.get(pk=row.pk)
    values = [bytes(getattr(fresh, f"{field}_sealed")) for field in reseal.CAPTURE_FIELDS]
    values.append(read_blob(school_id=fresh.school_id, name=fresh.picture_blob))
    values += [bytes(note.text_sealed) for note in CaptureNote.objects.all()]
    return {version_of(value) for value in values}


def test_everything_is_sealed_anew_and_the_old_key_is_gone(westbrook: Westbrook, row: Capture) -> None:
    before = read(westbrook, row)
    assert versions(row) == {1}
    assert rotate_school(school_id=westbrook.school.pk, now=NOW) == 8
    assert versions(row) == {2}
    assert list(SchoolKey.objects.values_list("version", flat=True)) == [2]
    assert read(westbrook, row) == before
    [entry] = entries_about(westbrook.school.pk, subject_kind="school", action=Action.SCHOOL_KEY_ROTATED)
    assert entry.details == {"version": 2}
    assert first_break(westbrook.school.pk) is None


def test_what_was_copied_before_cannot_be_read_after(westbrook: Westbrook, row: Capture) -> None:
    copied = bytes(row.text_sealed)
    rotate_school(school_id=westbrook.school.pk, now=NOW)
    forget_keys()
    with pytest.raises(VaultError, match="is gone"):
        SchoolVault(row.school_id).open(copied, table="capture", field="text", row=str(row.capture_id))


def test_a_rotation_that_dies_midway_leaves_all_readable_and_is_finished_by_the_next(
    westbrook: Westbrook, row: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = westbrook.stored(4)
    before = [read(westbrook, row), read(westbrook, second)]
    real = reseal._reseal_capture

    def killed_at_the_second(vault: SchoolVault, capture: Capture, version: int) -> int:
        if capture.pk == second.pk:
            raise KeyboardInterrupt
        return real(vault, capture, version)

    monkeypatch.setattr(reseal, "_reseal_capture", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        rotate_school(school_id=westbrook.school.pk, now=NOW)
    monkeypatch.undo()
    assert [read(westbrook, row), read(westbrook, second)] == before
    rotate_school(school_id=westbrook.school.pk, now=NOW)
    assert list(SchoolKey.objects.values_list("version", flat=True)) == [3]
    assert [read(westbrook, row), read(westbrook, second)] == before


def test_what_arrives_meanwhile_under_the_old_key_is_sealed_anew_too(
    westbrook: Westbrook, row: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, late = reseal._reseal_all, []

    def then_one_arrives(school_id: int, version: int) -> int:
        sealed = real(school_id, version)
        if not late:
            with monkeypatch.context() as old:
                old.setattr(SchoolVault, "_newest_version", lambda vault: setattr(vault, "_newest", 1) or 1)
                late.append(westbrook.stored(5))
        return sealed

    monkeypatch.setattr(reseal, "_reseal_all", then_one_arrives)
    rotate_school(school_id=westbrook.school.pk, now=NOW)
    assert list(SchoolKey.objects.values_list("version", flat=True)) == [2]
    assert read(westbrook, late[0]).severity == 5


def test_what_somebody_writes_while_it_is_sealed_anew_is_not_put_back(westbrook: Westbrook, row: Capture) -> None:
    stale = Capture.objects.get(pk=row.pk)
    Capture.objects.filter(pk=row.pk).update(state="graded")
    close_capture(number=row.pk, closing=Closing("Rang the family", None), revision=row.revision, viewer=westbrook.dsl, now=NOW)
    version = reseal.make_key(school_id=row.school_id)
    reseal._reseal_capture(SchoolVault(row.school_id), stale, version)
    assert read(westbrook, row).action == "Rang the family"


def test_one_schools_rotation_leaves_the_other_as_it_was(westbrook: Westbrook, row: Capture) -> None:
    other = build_school("Marsh End School", "marshend.example")
    theirs = other.stored(3)
    rotate_school(school_id=westbrook.school.pk, now=NOW)
    assert version_of(bytes(Capture.objects.get(pk=theirs.pk).text_sealed)) == 1
    assert read(other, theirs).number == theirs.pk


def test_a_school_without_captures_is_rotated_too(westbrook: Westbrook) -> None:
    assert rotate_school(school_id=westbrook.school.pk, now=NOW) == 0
    assert rotate_school(school_id=westbrook.school.pk, now=NOW + timedelta(days=1)) == 0
    assert list(SchoolKey.objects.values_list("version", flat=True)) == [2]


def test_rotating_the_installation_key_is_in_the_installations_own_chain(westbrook: Westbrook, row: Capture) -> None:
    before = read(westbrook, row)
    assert rotate_installation(now=NOW) == 1
    assert read(westbrook, row) == before
    [entry] = entries_about(0, subject_kind="installation", action=Action.INSTALLATION_KEY_ROTATED)
    assert entry.details == {"keys": 1}
