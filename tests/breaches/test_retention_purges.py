"""What went wrong elsewhere: data kept for decades, and taken all at once. Here time passes, and nothing is left of it, nor a key to a copy."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from heedful.assurance.actions import run_night
from heedful.audit.queries import entries_about, first_break
from heedful.audit.rules import Action
from heedful.captures.actions.decide import dismiss_capture, note_capture
from heedful.captures.models import Capture, CaptureNote, Deletion
from heedful.captures.rules import FalsePositive
from heedful.escalation.models import Clock, Notice
from heedful.vault.envelope import VaultError
from heedful.vault.models import SchoolKey
from heedful.vault.queries import SchoolVault, forget_keys
from tests.harness.westbrook import NOW, Westbrook

pytestmark = pytest.mark.django_db(transaction=True)
PICTURE = b"RIFF" + (300).to_bytes(4, "little") + b"WEBP" + b"x" * 300


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    settings.KEYS_DIR = tmp_path / "keys"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


class Nights:
    """Time that a test lets pass: `clock.moment` is now, for keys too."""

    def __init__(self) -> None:
        self.moment = NOW

    def pass_(self, day: int) -> None:
        """The night of this day from the start."""
        self.moment = NOW + timedelta(days=day)
        run_night(now=self.moment)


@pytest.fixture
def nights(monkeypatch: pytest.MonkeyPatch) -> Nights:
    clock = Nights()
    monkeypatch.setattr(timezone, "now", lambda: clock.moment)
    return clock


def test_retention_purges(nights: Nights, westbrook: Westbrook, tmp_path: Path) -> None:
    school = westbrook.school
    school.pictures = True
    school.save()
    item = westbrook.incoming(3)
    with_everything = {"content": replace(item.content, before=((9, "before that"),)), "picture": PICTURE}
    dismissed = westbrook.stored(3, **with_everything)
    unreviewed = westbrook.stored(5, **with_everything)
    noted = westbrook.stored(1)  # record only
    nothing = westbrook.stored(0, picture=PICTURE)
    note_capture(number=dismissed.pk, text="A game", viewer=westbrook.dsl, now=NOW)
    dismiss_capture(number=dismissed.pk, reason=FalsePositive.GAME, revision=dismissed.revision, viewer=westbrook.dsl, now=NOW)
    copied = bytes(unreviewed.text_sealed)

    nights.pass_(7)
    assert Capture.objects.filter(pk=nothing.pk).exists()
    nights.pass_(8)
    assert not Capture.objects.filter(pk=nothing.pk).exists(), "what the server takes for nothing"
    nights.pass_(30)
    assert Capture.objects.count() == 3, "on its last day everything is still there"
    nights.pass_(31)
    assert set(Capture.objects.values_list("pk", flat=True)) == {unreviewed.pk}, "false positives and what is on record only"
    unreviewed.refresh_from_db()
    assert (unreviewed.picture_blob, bytes(unreviewed.before_sealed)) == ("", b"")
    assert list(tmp_path.glob("blobs/*/*.sealed")) == []
    assert bytes(unreviewed.text_sealed), "the text itself stays its 90 days"
    assert noted.pk != unreviewed.pk

    for day in (77, 87, 90):  # two weeks before, three days before, and the last day
        nights.pass_(day)
    assert Notice.objects.filter(news__kind="retention_soon").count() == 4, "lead and deputy, twice"
    assert Capture.objects.count() == 1
    nights.pass_(91)
    assert (Capture.objects.count(), CaptureNote.objects.count(), Clock.objects.count()) == (0, 0, 0)
    nights.pass_(130)
    versions = list(SchoolKey.objects.filter(school_id=school.pk).order_by("version").values_list("version", flat=True))
    assert 1 not in versions
    assert len(versions) <= 2, "one that seals, and at most one that was the newest until just now"
    forget_keys()
    with pytest.raises(VaultError, match="is gone"):
        SchoolVault(school.pk).open(copied, table="capture", field="text", row=str(unreviewed.capture_id))

    assert first_break(school.pk) is None
    deleted = entries_about(school.pk, subject_kind="capture", action=Action.CAPTURES_DELETED)
    assert sorted(itertools.chain(*(entry.subject_ids for entry in deleted))) == sorted(str(row.pk) for row in (dismissed, unreviewed, noted, nothing))
    log = {(row.kind, row.count, row.days) for row in Deletion.objects.filter(school=school, kind__startswith="captures.")}
    assert log == {
        ("captures.nothing", 1, 7), ("captures.parts", 2, 30), ("captures.false_positive", 1, 30), ("captures.record_only", 1, 30), ("captures.unreviewed", 1, 90),
    }  # fmt: skip

