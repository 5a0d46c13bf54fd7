"""Sealing and opening values with a school's key. Keys are unwrapped once per process and kept in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import IntegrityError, transaction

from heedful.vault.envelope import Place, VaultError, open_sealed, seal, version_of
from heedful.vault.keyring import installation_keys
from heedful.vault.models import SchoolKey

_lock = threading.Lock()
_by_version: dict[tuple[int, int], AESGCM] = {}


def _remember(place: tuple[int, int], key: AESGCM) -> None:
    with _lock:
        _by_version[place] = key


def forget_keys() -> None:
    """Drop every unwrapped key from memory: after a rotation, and between tests."""
    with _lock:
        _by_version.clear()


def wrapping_place(school_id: int, version: int) -> Place:
    return Place(school_id, "school_key", "wrapped", str(version))


def unwrap(row: SchoolKey) -> bytes:
    """The school's data key in clear. Raises VaultError where the installation key that wrapped it is missing."""
    wrapping = installation_keys().get(row.wrapped_by)
    if wrapping is None:
        raise VaultError(f"school {row.school_id}: its key was wrapped by installation key {row.wrapped_by}, which is not in the key file")
    return open_sealed(AESGCM(wrapping), bytes(row.wrapped), wrapping_place(row.school_id, row.version))


class SchoolVault:
    """One school's keys. Cheap to make; use one per request or batch."""

    def __init__(self, school_id: int) -> None:
        self.school_id = school_id
        self._newest: int | None = None
        self._keys: dict[int, AESGCM] = {}

    def seal(self, plain: bytes, *, table: str, field: str, row: str) -> bytes:
        """Encrypt with the newest key of the school, made now if it has none."""
        version = self._newest_version()
        return seal(self._key(version), version, plain, Place(self.school_id, table, field, row))

    def seal_text(self, plain: str, *, table: str, field: str, row: str) -> bytes:
        return self.seal(plain.encode("utf-8", "surrogatepass"), table=table, field=field, row=row)

    def open(self, sealed: bytes, *, table: str, field: str, row: str) -> bytes:
        """Decrypt; raises VaultError when it is torn, from another row, or its key is gone."""
        return open_sealed(self._key(version_of(sealed)), sealed, Place(self.school_id, table, field, row))

    def open_text(self, sealed: bytes | memoryview, *, table: str, field: str, row: str) -> str:
        return self.open(bytes(sealed), table=table, field=field, row=row).decode("utf-8", "surrogatepass") if sealed else ""

    def confirm(self) -> None:
        """Raise VaultError where the key that this vault sealed with has been dropped by a rotation meanwhile.

        Call it last in the transaction that stores what was sealed, after the audit entry: a rotation waits for the same chain.
        """
        if self._newest is not None and not SchoolKey.objects.filter(school_id=self.school_id, version=self._newest).exists():
            raise VaultError(f"school {self.school_id}: key version {self._newest} was replaced while it sealed; try again")

    def _newest_version(self) -> int:
        if self._newest is None:
            newest = SchoolKey.objects.filter(school_id=self.school_id).order_by("-version").values_list("version", flat=True).first()
            self._newest = newest if newest is not None else _first_key(self.school_id)
        return self._newest

    def _key(self, version: int) -> AESGCM:
        place = (self.school_id, version)
        cached = self._keys.get(version) or _by_version.get(place)
        if cached is None:
            row = SchoolKey.objects.filter(school_id=self.school_id, version=version).first()
            if row is None:
                raise VaultError(f"school {self.school_id}: key version {version} is gone; what it sealed can't be read any more")
            cached = AESGCM(unwrap(row))
            self._keys[version] = cached
            # A key made in a transaction that is undone must not be remembered: its number comes again.
            transaction.on_commit(partial(_remember, place, cached))
        return cached


def _first_key(school_id: int) -> int:
    from heedful.vault.actions import make_key  # the action needs this module's unwrapping

    try:
        with transaction.atomic():
            return make_key(school_id=school_id)
    except IntegrityError:  # another process made it between our look and our insert
        return max(_versions(school_id))


def _versions(school_id: int) -> Iterable[int]:
    return SchoolKey.objects.filter(school_id=school_id).values_list("version", flat=True)


def key_versions(school_id: int) -> list[tuple[int, datetime]]:
    """The versions of a school's key that are kept, with when they were made; the newest last."""
    return list(SchoolKey.objects.filter(school_id=school_id).order_by("version").values_list("version", "made_at"))


def schools_with_keys() -> list[int]:
    """The ids of the schools that have a key."""
    return sorted(set(SchoolKey.objects.values_list("school_id", flat=True)))
