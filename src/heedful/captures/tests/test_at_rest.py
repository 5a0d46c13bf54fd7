"""What lies on the disk: no word of a pupil's, in any column of any table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import override_settings

from heedful.captures.actions.decide import close_capture, grade_capture, note_capture
from heedful.captures.models import Capture, CaptureNote
from heedful.captures.queries.around import open_context
from heedful.captures.queries.opened import open_capture
from heedful.captures.rules import Closing, ContextReason, Outcome
from heedful.captures.sealing import Content
from heedful.escalation.actions import make_notices
from heedful.escalation.models import Clock
from heedful.vault.envelope import VaultError
from tests.harness.westbrook import NOW, Westbrook

pytestmark = pytest.mark.django_db
# One invented word in each value, so that a find says which one leaked.
WORDS = {
    "text": "quernstone", "title": "marmalade-heron", "path": "thistledown", "query": "copperplate", "account": "wimbrel.tansy",
    "before": "saltmarsh", "note": "bellwether", "action": "lanternjaw",
}  # fmt: skip
CONTENT = Content(
    text=f"i want to kill myself {WORDS['text']}", title=f"Chat {WORDS['title']}",
    url=f"https://chat.example/{WORDS['path']}?q={WORDS['query']}", account=f"{WORDS['account']}@westbrook.example",
    before=((20, f"we met at the {WORDS['before']}"),),
)  # fmt: skip


@pytest.fixture
def row(westbrook: Westbrook) -> Capture:
    """A capture with everything that a person or a pupil can write in it."""
    row = westbrook.stored(content=CONTENT, account=None, identity_confidence="uncertain")
    note_capture(number=row.pk, text=f"Spoke with the {WORDS['note']}", viewer=westbrook.dsl, now=NOW)
    graded = grade_capture(number=row.pk, grade=5, revision=row.revision, viewer=westbrook.dsl, now=NOW)
    closing = Closing(f"Rang the {WORDS['action']}", Outcome.SUPPORT_OFFERED)
    make_notices(clock_id=Clock.objects.get().pk, now=NOW)
    return close_capture(number=row.pk, closing=closing, revision=graded.revision, viewer=westbrook.dsl, now=NOW)


def everything_stored() -> bytes:
    """Every value of every row of every table, as bytes."""
    found: list[bytes] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - the name of a table of ours
            for values in cursor.fetchall():
                found += [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in values]
    return b"\n".join(found).lower()


def the_file() -> bytes:
    """SQLite's database file as it would lie on the disk, free pages included; PostgreSQL keeps many, which are not ours to read."""
    return connection.connection.serialize().lower() if connection.vendor == "sqlite" else b""


def test_no_word_is_in_any_column_of_any_table_nor_in_the_file(row: Capture) -> None:
    stored = everything_stored() + the_file()
    assert b"chat.example" in stored  # the host may be: a search is in its address, not in its host
    assert [name for name, word in WORDS.items() if word.encode() in stored] == []


def test_a_reader_with_the_right_finds_every_word_again(row: Capture, westbrook: Westbrook) -> None:
    around = open_context(westbrook.dsl, row.pk, reason=ContextReason.MEANING, now=NOW)
    opened = repr((open_capture(westbrook.dsl, row.pk, now=NOW), around)).lower()
    assert [name for name, word in WORDS.items() if word not in opened] == []


def test_equal_texts_give_unequal_bytes(westbrook: Westbrook) -> None:
    first, second = westbrook.stored(3), westbrook.stored(3)
    assert bytes(first.text_sealed) != bytes(second.text_sealed)
    assert bytes(first.account_sealed) != bytes(second.account_sealed)


def test_a_value_moved_to_another_row_or_column_does_not_open(westbrook: Westbrook) -> None:
    first, second = westbrook.stored(3), westbrook.stored(3)
    Capture.objects.filter(pk=second.pk).update(text_sealed=first.text_sealed)
    with pytest.raises(VaultError):
        open_capture(westbrook.dsl, second.pk, now=NOW)
    Capture.objects.filter(pk=first.pk).update(title_sealed=first.text_sealed)
    with pytest.raises(VaultError):
        open_capture(westbrook.dsl, first.pk, now=NOW)


def test_a_note_is_bound_to_its_row(row: Capture, westbrook: Westbrook) -> None:
    note = CaptureNote.objects.get()
    other = note_capture(number=row.pk, text="Another", viewer=westbrook.dsl, now=NOW)
    CaptureNote.objects.filter(pk=other.pk).update(text_sealed=note.text_sealed)
    with pytest.raises(VaultError):
        open_capture(westbrook.dsl, row.pk, now=NOW)


def test_a_picture_is_sealed_on_the_disk(westbrook: Westbrook, tmp_path: Path) -> None:
    picture = b"RIFF" + (300).to_bytes(4, "little") + b"WEBP" + b"quernstone" * 30
    westbrook.school.pictures = True
    westbrook.school.save()
    with override_settings(DATA_DIR=tmp_path):
        row = westbrook.stored(text="nobody likes you", picture=picture)
    [file] = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix == ".sealed"]
    assert row.picture_blob == file.stem
    assert b"quernstone" not in file.read_bytes()
    assert b"WEBP" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


def test_no_picture_is_kept_where_the_school_has_not_switched_pictures_on(westbrook: Westbrook, tmp_path: Path) -> None:
    picture = b"RIFF" + (300).to_bytes(4, "little") + b"WEBP" + b"x" * 300
    with override_settings(DATA_DIR=tmp_path):
        row = westbrook.stored(text="nobody likes you", picture=picture)
    assert row.picture_blob == ""
    assert not list(tmp_path.rglob("*.sealed"))


def test_a_long_line_is_sealed_whole(westbrook: Westbrook) -> None:
    text = "nobody likes you " + "ø𝓴🔪" * 600
    row = westbrook.stored(content=replace(CONTENT, text=text[:2000]))
    assert open_capture(westbrook.dsl, row.pk, now=NOW).pieces[0].text == "nobody likes you"
