"""Sealed pictures: that there is one, and who did what about it. The picture itself is read by nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from heedful.captures.models import PictureSeal
from heedful.captures.queries.queue import NotFound, is_visible
from heedful.captures.rules import Agency
from heedful.captures.sealing import open_reference
from heedful.people.models import Bar, User
from heedful.people.queries import barred_pupils, has_right, people_with_role, schools_with
from heedful.people.rules import RIGHTS, Right, RoleName
from heedful.vault.queries import SchoolVault

KEEPERS = tuple(role for role in RoleName if Right.DESTROY_PICTURES in RIGHTS[role])


@dataclass(frozen=True)
class SealedPicture:
    """What may be said about a sealed picture. `reference` and who asked are empty where nobody has asked."""

    number: int
    school: str
    sealed_at: datetime
    sealed_by: str
    asked_at: datetime | None
    asked_by: str
    agency: str
    reference: str
    destroyed_at: datetime | None
    destroyed_by: str
    is_keeper: bool
    is_mine: bool  # the viewer is who asked
    may_open_capture: bool


def sealed_picture(viewer: User, number: int) -> SealedPicture:
    """The sealed picture of this capture, for its keepers and for those who decide on the capture. Raises NotFound."""
    rows = PictureSeal.objects.select_related("school", "capture", "sealed_by", "asked_by", "destroyed_by")
    seal = rows.filter(number=number).first()
    if seal is None:
        raise NotFound
    is_keeper = _is_keeper(viewer, seal)
    opens = has_right(viewer, seal.school_id, Right.DECIDE) and is_visible(viewer, number)
    if not (is_keeper or opens):
        raise NotFound
    reference = open_reference(SchoolVault(seal.school_id), number, seal.reference_sealed) if is_keeper else ""
    return SealedPicture(
        number=number, school=seal.school.name, sealed_at=seal.sealed_at, sealed_by=seal.sealed_by.name,
        asked_at=seal.asked_at, asked_by=seal.asked_by.name if seal.asked_by else "", agency=Agency(seal.agency).label if seal.agency else "",
        reference=reference, destroyed_at=seal.destroyed_at, destroyed_by=seal.destroyed_by.name if seal.destroyed_by else "",
        is_keeper=is_keeper, is_mine=seal.asked_by_id == viewer.pk, may_open_capture=opens,
    )  # fmt: skip


@dataclass(frozen=True)
class SealedRow:
    """One sealed picture in the list of its keepers."""

    number: int
    school: str
    sealed_at: datetime
    asked_at: datetime | None
    destroyed_at: datetime | None
    waits_for_me: bool


def sealed_pictures(viewer: User, *, most: int = 200) -> tuple[SealedRow, ...]:
    """The sealed pictures in which this viewer has a say: those that wait for an answer first, then the newest."""
    rows = _mine(viewer).select_related("school").order_by("-asked_at", "-sealed_at")[:most]
    found = [
        SealedRow(
            seal.number, seal.school.name, seal.sealed_at, seal.asked_at, seal.destroyed_at,
            seal.asked_at is not None and seal.destroyed_at is None and seal.asked_by_id != viewer.pk,
        )
        for seal in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda row: (not row.waits_for_me, row.destroyed_at is not None, -row.sealed_at.timestamp())))


def has_sealed_pictures(viewer: User) -> bool:
    """Whether there is any, for the menu."""
    return bool(schools_with(viewer, Right.DESTROY_PICTURES)) and _mine(viewer).exists()


def _mine(viewer: User) -> QuerySet[PictureSeal]:
    rows = PictureSeal.objects.filter(school_id__in=schools_with(viewer, Right.DESTROY_PICTURES))
    barred = barred_pupils(viewer)
    return rows.exclude(capture__pupil_id__in=barred) if barred else rows


def seal_to_look_after(viewer: User, number: int) -> PictureSeal:
    """The seal, when the viewer has a say in its destruction. Raises NotFound."""
    seal = PictureSeal.objects.select_related("capture").filter(number=number).first()
    if seal is None or not _is_keeper(viewer, seal):
        raise NotFound
    return seal


def keepers_of(seal: PictureSeal, *roles: RoleName) -> list[User]:
    """Who may have a say in this picture (or those of them with these roles), without anybody barred from the pupil."""
    people = people_with_role(seal.school_id, *(roles or KEEPERS))
    pupil = seal.capture.pupil_id if seal.capture else None
    barred = set(Bar.objects.filter(pupil_id=pupil).values_list("user_id", flat=True)) if pupil else set()
    return [person for person in people if person.pk not in barred]


def left_behind(seal_id: int | None = None) -> Iterator[PictureSeal]:
    """Seals with a file that must still be removed. For the system."""
    rows = PictureSeal.objects.exclude(left_behind="")
    return rows.filter(pk=seal_id).iterator() if seal_id is not None else rows.iterator()


def seals_of_school(school_id: int) -> Iterator[PictureSeal]:
    """Every seal with a key or a reference. For key rotation."""
    return PictureSeal.objects.filter(school_id=school_id).order_by("pk").iterator()


def _is_keeper(viewer: User, seal: PictureSeal) -> bool:
    pupil = seal.capture.pupil_id if seal.capture else None
    return has_right(viewer, seal.school_id, Right.DESTROY_PICTURES) and pupil not in barred_pupils(viewer)
