"""Making and rotating keys."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction
from django.db.models import Max

from heedful.vault.envelope import KEY_BYTES, VaultError, fingerprint, seal
from heedful.vault.keyring import installation_keys, write_keys
from heedful.vault.models import SchoolKey
from heedful.vault.queries import forget_keys, unwrap, wrapping_place


def make_key(*, school_id: int) -> int:
    """Give the school a new data key; what is sealed from now on uses it. Returns its version."""
    newest = SchoolKey.objects.filter(school_id=school_id).aggregate(newest=Max("version"))["newest"] or 0
    name, wrapping = next(iter(installation_keys().items()))
    version = newest + 1
    _store(SchoolKey(school_id=school_id, version=version), secrets.token_bytes(KEY_BYTES), name, wrapping)
    return version


def drop_old_keys(*, school_id: int, keep: int) -> int:
    """Delete every key of the school but version `keep`. What they sealed and nobody sealed anew is gone for good."""
    deleted, _ = SchoolKey.objects.filter(school_id=school_id).exclude(version=keep).delete()
    forget_keys()
    return deleted


def destroy_keys(*, school_id: int, versions: Iterable[int]) -> list[int]:
    """Delete these versions of the school's key, never the newest. What they sealed is gone for good. Returns those that were there."""
    newest = SchoolKey.objects.filter(school_id=school_id).aggregate(newest=Max("version"))["newest"]
    doomed = SchoolKey.objects.filter(school_id=school_id, version__in=list(versions)).exclude(version=newest)
    found = sorted(doomed.values_list("version", flat=True))
    # What was wrapped is overwritten first: a deleted row's bytes may stay in the database's file.
    doomed.update(wrapped=bytes(KEY_BYTES + 33))
    SchoolKey.objects.filter(school_id=school_id, version__in=found).delete()
    forget_keys()
    return found


def rotate_installation_key() -> int:
    """Make a new installation key, wrap every school's keys with it, then forget the old one. Returns how many keys were wrapped.

    A crash at any point leaves all keys readable: both installation keys are in the file until the rows are committed.
    Where HEEDFUL_INSTALLATION_KEY holds the keys, its first one is the new one; raises VaultError when it holds no second.
    """
    given = list(installation_keys().values())
    if settings.INSTALLATION_KEY and len(given) < 2:
        raise VaultError(
            "HEEDFUL_INSTALLATION_KEY holds one key; put a new one before it, a space between, then rotate, then take the old one out"
        )
    new = given[0] if settings.INSTALLATION_KEY else secrets.token_bytes(KEY_BYTES)
    if not settings.INSTALLATION_KEY:
        write_keys([new, *given])
    wrapped = 0
    # Again until none is left: a school's first key may be made meanwhile by a process that read the old file.
    while rows := list(SchoolKey.objects.exclude(wrapped_by=fingerprint(new))):
        with transaction.atomic():
            for row in rows:
                _store(row, unwrap(row), fingerprint(new), new)
        wrapped += len(rows)
    if not settings.INSTALLATION_KEY:
        write_keys([new])
    forget_keys()
    return wrapped


def _store(row: SchoolKey, plain: bytes, name: str, wrapping: bytes) -> None:
    row.wrapped = seal(AESGCM(wrapping), 0, plain, wrapping_place(row.school_id, row.version))
    row.wrapped_by = name
    row.save()
