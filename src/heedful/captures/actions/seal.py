"""Sealing a picture from everybody, and destroying it with two people. Nothing here shows a picture, and nothing opens one again."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import transaction

from heedful.audit.actions import append, wait_in_line
from heedful.audit.rules import Action, Actor, Fact
from heedful.captures.models import Capture, PictureSeal
from heedful.captures.queries.queue import NotFound, capture_to_decide
from heedful.captures.queries.sealed import keepers_of, left_behind, seal_to_look_after
from heedful.captures.rules import Agency, NotAllowedNow, reference_of
from heedful.captures.sealing import lock_picture, open_picture, seal_reference
from heedful.escalation.actions import tell_people
from heedful.escalation.rules import NoticeKind
from heedful.people.models import User
from heedful.people.rules import RoleName
from heedful.vault.blobs import read_blob, shred_blob, write_blob
from heedful.vault.envelope import VaultError
from heedful.vault.line import keepers_place_if_free
from heedful.vault.queries import SchoolVault

PAGE_URL_NAME = "sealed_picture"
TOLD_OF_A_SEAL = (RoleName.DSL, RoleName.HEAD)


def seal_picture_of(*, number: int, viewer: User, now: datetime) -> PictureSeal:
    """Close the picture of a capture to everybody, for good, and tell the safeguarding lead and the head.

    Raises NotFound where there is no picture. A second press, also at the same moment, finds what the first one did.
    """
    capture = capture_to_decide(viewer, number)
    blob = capture.picture_blob
    if not blob:
        return _sealed_before(capture)
    vault, name = SchoolVault(capture.school_id), str(uuid4())
    locked, own_key = lock_picture(vault, capture.pk, _picture_to_lock(vault, capture))
    write_blob(school_id=capture.school_id, name=name, sealed=locked)
    try:
        with transaction.atomic():
            wait_in_line(capture.school_id)  # before the row: storing folds bursts in the same order
            # From here on no row of a capture names a file with this picture: what opens, draws or exports pictures finds none.
            if not Capture.objects.filter(pk=capture.pk, picture_blob=blob).update(picture_blob=""):
                raise _AlreadySealed
            seal = PictureSeal.objects.create(
                school_id=capture.school_id, number=capture.pk, capture=capture, sealed_at=now, sealed_by=viewer, blob=name,
                key_sealed=own_key, left_behind=blob,
            )  # fmt: skip
            told = keepers_of(seal, *TOLD_OF_A_SEAL)
            _tell(seal, NoticeKind.PICTURE_SEALED, told, now)
            _audit(seal, Action.PICTURE_SEALED, viewer, now, {})
            vault.confirm()
            transaction.on_commit(partial(remove_left_behind, seal_id=seal.pk), robust=True)
    except BaseException as fault:
        shred_blob(school_id=capture.school_id, name=name)
        if isinstance(fault, _AlreadySealed):
            return _sealed_before(capture)
        raise
    return seal


class _AlreadySealed(Exception):
    """Somebody sealed it between our look and our update."""


def ask_destruction(*, number: int, agency: Agency, reference: str, viewer: User, now: datetime) -> PictureSeal:
    """Ask that a sealed picture be destroyed, on an agency's advice. Nothing is destroyed until a second person agrees."""
    given = reference_of(reference)
    with transaction.atomic():
        seal = seal_to_look_after(viewer, number)
        wait_in_line(seal.school_id)  # before the row, as a rotation does
        vault = SchoolVault(seal.school_id)
        asked = {"agency": agency, "reference_sealed": seal_reference(vault, number, given), "asked_by": viewer, "asked_at": now}
        if not PictureSeal.objects.filter(pk=seal.pk, asked_by=None, destroyed_at=None).update(**asked):
            raise NotAllowedNow("Somebody has asked for this already. Look at what they asked, then agree or decline.")
        others = [person for person in keepers_of(seal) if person.pk != viewer.pk]
        _tell(seal, NoticeKind.PICTURE_TO_DESTROY, others, now)
        _audit(seal, Action.PICTURE_DESTRUCTION_ASKED, viewer, now, {"agency": str(agency)})
        vault.confirm()
    seal.refresh_from_db()
    return seal


def decline_destruction(*, number: int, asked_at: datetime, viewer: User, now: datetime) -> PictureSeal:
    """Turn the request down, or take back one's own. The picture stays sealed."""
    with transaction.atomic():
        seal = seal_to_look_after(viewer, number)
        wait_in_line(seal.school_id)
        cleared = {"agency": "", "reference_sealed": b"", "asked_by": None, "asked_at": None}
        if not PictureSeal.objects.filter(pk=seal.pk, asked_at=asked_at, destroyed_at=None).update(**cleared):
            raise NotAllowedNow("The request has changed meanwhile. Look at it again.")
        details = {"asked_by": seal.asked_by_id, "agency": seal.agency}
        _audit(seal, Action.PICTURE_DESTRUCTION_DECLINED, viewer, now, details)
    seal.refresh_from_db()
    return seal


def destroy_picture(*, number: int, asked_at: datetime, viewer: User, now: datetime) -> PictureSeal:
    """Agree to a request of somebody else: the picture's own key goes in this transaction, its file right after.

    `asked_at` names the request that this person saw. Raises NotAllowedNow to the one who asked, and where the request has changed.
    """
    with transaction.atomic():
        seal = seal_to_look_after(viewer, number)
        if seal.asked_by_id == viewer.pk:
            raise NotAllowedNow("You asked for it yourself. It takes a second person.")
        wait_in_line(seal.school_id)
        standing = PictureSeal.objects.filter(pk=seal.pk, asked_at=asked_at, asked_by__isnull=False, destroyed_at=None).exclude(
            asked_by=viewer
        )
        gone = {"destroyed_at": now, "destroyed_by": viewer, "key_sealed": b"", "left_behind": seal.blob, "blob": ""}
        if not standing.update(**gone):
            raise NotAllowedNow("The request has changed meanwhile. Look at it again.")
        _audit(seal, Action.PICTURE_DESTROYED, viewer, now, {"asked_by": seal.asked_by_id, "agency": seal.agency})
        transaction.on_commit(partial(remove_left_behind, seal_id=seal.pk), robust=True)
    seal.refresh_from_db()
    return seal


def remove_left_behind(*, seal_id: int | None = None) -> int:
    """Overwrite and remove files that a seal or a destruction has left; all of them, or one seal's. Returns how many.

    Safe to run again: the row forgets the name only when the file is gone. While a backup or a rotation works nothing is
    removed, for the database that it has copied may name the file still; the sweep comes back to it.
    """
    removed = 0
    with keepers_place_if_free() as is_free:
        for seal in left_behind(seal_id) if is_free else ():
            shred_blob(school_id=seal.school_id, name=seal.left_behind)
            removed += PictureSeal.objects.filter(pk=seal.pk, left_behind=seal.left_behind).update(left_behind="")
    return removed


def _picture_to_lock(vault: SchoolVault, capture: Capture) -> bytes:
    """What the device sent. Where that can't be opened any more, the ciphertext as it lies, or nothing: it must be closed all the same."""
    try:
        sealed = read_blob(school_id=capture.school_id, name=capture.picture_blob)
    except VaultError:
        return b""
    try:
        return open_picture(vault, capture.capture_id, sealed)
    except VaultError:
        return sealed


def _sealed_before(capture: Capture) -> PictureSeal:
    seal = PictureSeal.objects.filter(number=capture.pk).first()
    if seal is None:
        raise NotFound
    return seal


def _tell(seal: PictureSeal, kind: NoticeKind, people: list[User], now: datetime) -> None:
    tell_people(
        school_id=seal.school_id, kind=kind, people=people, now=now, number=seal.number, url_name=PAGE_URL_NAME, url_args=(seal.number,)
    )


def _audit(seal: PictureSeal, action: Action, viewer: User, now: datetime, details: dict[str, Any]) -> None:
    append(school_id=seal.school_id, actor=Actor.person(viewer.pk), fact=Fact(action, "capture", (str(seal.number),), details), now=now)
