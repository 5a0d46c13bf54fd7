"""A backup that is torn, changed or not for this key is refused, and changes nothing; an archive alone opens nothing."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from heedful.vault.archive import ArchiveRefused, Entry, new_identity, read_archive, write_archive
from tests.keeping.conftest import Source
from tests.keeping.installation import Installation, keys_of

Places = Callable[[str], Installation]
Sources = Callable[[str], Source]
CHUNK = 64 * 1024 + 16  # as age seals: 64 KiB and a tag


@pytest.fixture(scope="module")
def identity() -> tuple[str, str]:
    return new_identity()


@pytest.fixture(scope="module")
def archive(identity: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "heedful-x.archive.age"
    entries = (Entry(f"rows/part-{number}", bytes([number]) * 100_000) for number in range(6))
    write_archive(path, entries, recipient=identity[1], facts=lambda: {"counts": {}})
    return path


def test_an_archive_gives_back_what_was_put_in(archive: Path, identity: tuple[str, str], tmp_path: Path) -> None:
    manifest = read_archive(archive, secret=identity[0], into=tmp_path / "out")
    assert manifest.facts == {"counts": {}}
    assert (tmp_path / "out" / "rows" / "part-5").read_bytes() == bytes([5]) * 100_000
    assert (tmp_path / "out" / "rows" / "part-5").stat().st_mode & 0o077 == 0


def _spoilt(sealed: bytes) -> dict[str, bytes]:
    first = len(sealed) % CHUNK  # the header and the last, shorter chunk together; what follows is cut by chunks from the header on
    header = sealed.index(b"\n---") + 48 + 16
    second, third = header + CHUNK, header + 2 * CHUNK
    return {
        "torn": sealed[: len(sealed) // 2],
        "short of one byte": sealed[:-1],
        "short of its last chunk": sealed[: len(sealed) - (len(sealed) - header) % CHUNK],
        "longer": sealed + b"\x00",
        "one bit changed": sealed[:300_000] + bytes([sealed[300_000] ^ 1]) + sealed[300_001:],
        "header changed": sealed[:40] + bytes([sealed[40] ^ 1]) + sealed[41:],
        "chunks reordered": sealed[:header] + sealed[second:third] + sealed[header:second] + sealed[third:],
        "empty": b"",
        "something else": b"PK\x03\x04" + bytes(first),
    }


@pytest.mark.parametrize("how", sorted(_spoilt(bytes(range(256)) * 4000 + b"\n---" + bytes(400_000))))
def test_a_spoilt_archive_is_refused(how: str, archive: Path, identity: tuple[str, str], tmp_path: Path) -> None:
    path = tmp_path / "heedful-x.archive.age"
    path.write_bytes(_spoilt(archive.read_bytes())[how])
    with pytest.raises(ArchiveRefused, match=r"torn or was changed|first bytes were changed"):
        read_archive(path, secret=identity[0], into=tmp_path / "out")


def test_another_key_and_no_key_at_all_are_refused_in_words(archive: Path) -> None:
    with pytest.raises(ArchiveRefused, match="was not made for this key"):
        read_archive(archive, secret=new_identity()[0], into=None)
    with pytest.raises(ArchiveRefused, match="no recovery key"):
        read_archive(archive, secret="correct horse", into=None)


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "rows/../../outside", "rows/.hidden"])
def test_a_name_that_leads_out_of_the_folder_is_refused(name: str, identity: tuple[str, str], tmp_path: Path) -> None:
    path = tmp_path / "heedful-x.archive.age"
    write_archive(path, [Entry(name, b"x")], recipient=identity[1], facts=dict)
    with pytest.raises(ArchiveRefused, match="not whole"):
        read_archive(path, secret=identity[0], into=tmp_path / "out")
    assert not (tmp_path / "outside").exists()


def test_a_full_disk_leaves_no_archive_of_that_name(identity: tuple[str, str], tmp_path: Path) -> None:
    def entries():  # type: ignore[no-untyped-def]
        yield Entry("rows/part", b"x")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_archive(tmp_path / "a.archive.age", entries(), recipient=identity[1], facts=dict)
    assert list(tmp_path.iterdir()) == []


def test_a_refused_restore_changes_nothing_where_something_is(place: Places, source: Sources, tmp_path: Path) -> None:
    there, archive, recovery = place("sqlite"), source("sqlite").archive, source("sqlite").recovery
    there.heedful("school", "make", "Marsh End")
    other_key = there.makes_recovery_key(tmp_path / "other")
    torn = tmp_path / "torn" / archive.name
    torn.parent.mkdir()
    torn.write_bytes(archive.read_bytes()[:-1000])
    shutil.copy(keys_of(archive), keys_of(torn))
    before = there.fingerprint()
    assert "is not empty" in there.fails_to_restore(archive, recovery)
    assert "was not made for this key" in there.fails_to_restore(archive, other_key, "--replace")
    assert "was not made for this key" in there.fails_to_restore(archive, recovery, "--replace", "--keys", str(archive))
    assert "torn or was changed" in there.fails_to_restore(torn, recovery, "--replace")
    assert "there is no file" in there.fails_to_restore(tmp_path / "none.archive.age", recovery, "--replace")
    assert there.fingerprint() == before
    said = there.restores(archive, recovery, "--replace")
    assert "before-restore-" in said
    [aside] = there.data_dir.glob("before-restore-*")
    assert Installation(aside).fingerprint() == before
    assert len(there.does("contents")["captures"]) == 6


def test_a_postgresql_database_that_is_in_use_is_left_as_it_is(source: Sources, tmp_path: Path) -> None:
    of = source("postgresql")
    there = Installation(tmp_path / "elsewhere", of.here.database_url)
    assert "is not empty; make a new one" in there.fails_to_restore(of.archive, of.recovery)
    assert not there.data_dir.exists()
    assert of.here.does("contents")["captures"] == of.filled["captures"]


def test_the_archive_alone_opens_nothing(source: Sources) -> None:
    here, archive, recovery = source("sqlite").here, source("sqlite").archive, source("sqlite").recovery
    sealed = archive.read_bytes() + keys_of(archive).read_bytes()
    secrets = [key for path in (here.data_dir / "keys").iterdir() for key in (path.read_bytes().strip(), *_decoded(path.read_bytes()))]
    assert len(secrets) > 6
    for word in (b"SQLite format 3", b"Westbrook", b"Okonedo", b"hate my life", b"people.pupil", *secrets):
        assert word not in sealed
    # Not even with the recovery key, which opens the keys file alone.
    with pytest.raises(ArchiveRefused):
        read_archive(archive, secret=recovery.read_text("ascii"), into=None)
    assert keys_of(archive).stat().st_mode & 0o077 == archive.stat().st_mode & 0o077 == 0


def _decoded(content: bytes) -> list[bytes]:
    try:
        return [base64.b64decode(content, validate=True)]
    except ValueError:
        return []


def test_a_restore_that_was_broken_off_keeps_the_server_from_starting(place: Places) -> None:
    here = place("sqlite")
    (here.data_dir / "restoring").mkdir(parents=True)
    done = here.try_("school", "list")
    assert done.returncode != 0
    assert "was not finished" in done.stderr
