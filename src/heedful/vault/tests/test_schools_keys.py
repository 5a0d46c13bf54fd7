"""Each school has its own key; the installation's key wraps them; both can be replaced without losing a word."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from heedful.vault import actions, queries
from heedful.vault.actions import drop_old_keys, make_key, rotate_installation_key
from heedful.vault.envelope import VaultError, version_of
from heedful.vault.keyring import installation_keys, key_file
from heedful.vault.models import SchoolKey
from heedful.vault.queries import SchoolVault, forget_keys

pytestmark = pytest.mark.django_db
PLACE = {"table": "capture", "field": "text", "row": "0193"}


@pytest.fixture(autouse=True)
def keys_dir(tmp_path: Path, settings: Settings) -> None:
    settings.KEYS_DIR = tmp_path / "keys"
    settings.INSTALLATION_KEY = ""


def sealed_by(school_id: int, text: str = "hello") -> bytes:
    return SchoolVault(school_id).seal_text(text, **PLACE)


def opened(school_id: int, sealed: bytes) -> str:
    """Open as another process would: with nothing remembered."""
    forget_keys()
    return SchoolVault(school_id).open_text(sealed, **PLACE)


def test_cross_tenant_decrypt_fails() -> None:
    sealed = sealed_by(1)
    sealed_by(2)
    with pytest.raises(VaultError):
        SchoolVault(2).open(sealed, **PLACE)
    assert opened(1, sealed) == "hello"


def test_a_wrapped_key_of_one_school_is_none_of_another() -> None:
    sealed = sealed_by(1)
    sealed_by(2)
    stolen = SchoolKey.objects.get(school_id=1)
    SchoolKey.objects.filter(school_id=2).update(wrapped=stolen.wrapped)
    forget_keys()
    with pytest.raises(VaultError):
        SchoolVault(2).open(sealed, **PLACE)


def test_no_key_is_in_the_database_in_clear() -> None:
    sealed_by(1)
    row = SchoolKey.objects.get()
    plain, installation = queries.unwrap(row), next(iter(installation_keys().values()))
    for secret in (plain, installation):
        for stored in (bytes(row.wrapped), row.wrapped_by.encode()):
            assert secret not in stored
            assert base64.b64encode(secret) not in stored
            assert secret.hex().encode() not in stored


def test_a_lone_surrogate_and_an_empty_text_survive() -> None:
    assert opened(1, sealed_by(1, "half \ud83d")) == "half \ud83d"
    assert SchoolVault(1).open_text(b"", **PLACE) == ""


def test_a_new_key_seals_and_the_old_one_still_reads() -> None:
    old = sealed_by(1, "old")
    make_key(school_id=1)
    new = sealed_by(1, "new")
    assert (version_of(old), version_of(new)) == (1, 2)
    assert (opened(1, old), opened(1, new)) == ("old", "new")


def test_a_dropped_key_takes_what_it_sealed_with_it() -> None:
    old = sealed_by(1)
    drop_old_keys(school_id=1, keep=make_key(school_id=1))
    with pytest.raises(VaultError, match="key version 1 is gone"):
        opened(1, old)


def test_a_vault_that_sealed_with_a_dropped_key_is_stopped_before_its_rows_are_kept() -> None:
    vault = SchoolVault(1)
    vault.seal(b"x", **PLACE)
    vault.confirm()
    drop_old_keys(school_id=1, keep=make_key(school_id=1))
    with pytest.raises(VaultError, match="try again"):
        vault.confirm()
    SchoolVault(1).confirm()


def test_a_key_that_was_undone_is_not_remembered() -> None:
    def undone() -> None:
        with transaction.atomic():
            sealed_by(1)
            raise VaultError("undo")

    with pytest.raises(VaultError, match="undo"):
        undone()
    assert opened(1, sealed_by(1)) == "hello"


def test_two_processes_that_make_the_first_key_together_share_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def beaten_to_it(*, school_id: int) -> int:
        make_key(school_id=school_id)
        forget_keys()
        raise IntegrityError

    real_atomic = transaction.atomic

    class Outer:
        """Stands in for the savepoint, so that the other process's key is not undone with ours."""

        def __enter__(self) -> None: ...
        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(actions, "make_key", beaten_to_it)
    monkeypatch.setattr(queries.transaction, "atomic", Outer)
    sealed = sealed_by(1)
    monkeypatch.setattr(queries.transaction, "atomic", real_atomic)
    assert SchoolKey.objects.filter(school_id=1).count() == 1
    assert opened(1, sealed) == "hello"


def test_rotating_the_installation_key_keeps_every_school_readable() -> None:
    texts = {school: sealed_by(school, f"of {school}") for school in (1, 2, 3)}
    before = set(installation_keys())
    assert rotate_installation_key() == 3
    assert not before & set(installation_keys())
    assert len(installation_keys()) == 1
    assert [opened(school, sealed) for school, sealed in texts.items()] == ["of 1", "of 2", "of 3"]


def test_a_rotation_that_dies_before_its_rows_are_written_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = sealed_by(1)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(actions, "_store", killed)
    with pytest.raises(KeyboardInterrupt):
        rotate_installation_key()
    monkeypatch.undo()
    assert len(installation_keys()) == 2
    assert opened(1, sealed) == "hello"
    assert rotate_installation_key() == 1
    assert opened(1, sealed) == "hello"


def test_a_rotation_that_dies_before_the_old_key_is_forgotten_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = sealed_by(1)
    real, calls = actions.write_keys, []

    def killed_at_the_second(keys: list[bytes]) -> None:
        calls.append(keys)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(keys)

    monkeypatch.setattr(actions, "write_keys", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        rotate_installation_key()
    assert len(installation_keys()) == 2
    assert opened(1, sealed) == "hello"


def test_without_its_installation_key_a_school_cannot_be_read() -> None:
    sealed = sealed_by(1)
    key_file().write_bytes(base64.b64encode(bytes(32)))
    with pytest.raises(VaultError, match="not in the key file"):
        opened(1, sealed)


def test_a_key_given_by_a_setting_is_rotated_by_giving_the_new_one_first(settings: Settings) -> None:
    old, new = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))
    settings.INSTALLATION_KEY = old
    sealed = sealed_by(1)
    with pytest.raises(VaultError, match="put a new one before it"):
        rotate_installation_key()
    settings.INSTALLATION_KEY = f"{new} {old}"
    assert opened(1, sealed) == "hello"
    assert rotate_installation_key() == 1
    settings.INSTALLATION_KEY = new
    assert opened(1, sealed) == "hello"
    assert not key_file().exists()
