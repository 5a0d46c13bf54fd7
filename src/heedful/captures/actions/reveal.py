"""Looking at the picture of a capture: closed until somebody says why, recorded each time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from heedful.audit.actions import append
from heedful.audit.rules import Action, Actor, Fact
from heedful.captures.queries.queue import NotFound, capture_to_decide
from heedful.captures.rules import RevealReason
from heedful.captures.sealing import open_picture
from heedful.people.models import User
from heedful.vault.blobs import read_blob
from heedful.vault.envelope import VaultError
from heedful.vault.queries import SchoolVault
from heedful.web.confined import ReaderFailed, run_confined

REENCODE_WITHIN_S = 15


class NotShowable(Exception):
    """The picture is torn, missing or no picture; the text says so to a person."""


def reveal_picture(*, number: int, reason: RevealReason, viewer: User, now: datetime) -> bytes:
    """The picture as WebP, drawn anew. Raises NotFound, also where there is none, and NotShowable. Each look is an audit entry."""
    with transaction.atomic():
        capture = capture_to_decide(viewer, number)
        if not capture.picture_blob:
            raise NotFound
        fact = Fact(Action.CAPTURE_PICTURE_REVEALED, "capture", (str(capture.pk),), {"reason": str(reason)})
        append(school_id=capture.school_id, actor=Actor.person(viewer.pk), fact=fact, now=now)
    try:
        sealed = read_blob(school_id=capture.school_id, name=capture.picture_blob)
        return drawn_anew(open_picture(SchoolVault(capture.school_id), capture.capture_id, sealed))
    except VaultError as fault:
        raise NotShowable("The picture can't be opened; tell your technician.") from fault


def drawn_anew(picture: bytes) -> bytes:
    """Decode and encode the picture in a process of its own, which has nothing and may do nothing else. Raises NotShowable."""
    try:
        drawn = run_confined("heedful.captures.reencode", picture, within_s=REENCODE_WITHIN_S)
    except ReaderFailed as fault:
        raise NotShowable("What the device sent as a picture is none.") from fault
    if drawn[:4] != b"RIFF" or drawn[8:12] != b"WEBP":
        raise NotShowable("What the device sent as a picture is none.")
    return drawn
