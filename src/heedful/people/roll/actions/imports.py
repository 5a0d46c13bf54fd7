"""An import's life: read, waiting for a person or not, applied once or turned down, its files gone in the end."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from heedful.audit.actions import append
from heedful.audit.line import writers_in_line
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.people.models import RollImport, School, User
from heedful.people.queries import has_right, schools_with
from heedful.people.roll.actions.apply import write_difference
from heedful.people.roll.difference.make import make_difference
from heedful.people.roll.difference.values import Difference
from heedful.people.roll.queries.known import known_parts, known_roll
from heedful.people.roll.reading.archive import gather
from heedful.people.roll.reading.read import read_roll
from heedful.people.roll.reading.values import MOST_PROBLEMS_KEPT, Problem, Roll, RollRefused
from heedful.people.roll.rules import HELD_FOR, HELD_OVERNIGHT, Door, ImportRefused, ImportState, braked_parts, row_ids_of
from heedful.people.rules import NotFound, Right
from heedful.vault.blobs import read_blob, remove_blob, write_blob
from heedful.vault.envelope import VaultError
from heedful.vault.queries import SchoolVault

Uploads = Iterable[tuple[str, bytes]]


@dataclass(frozen=True)
class Plan:
    """A roll that was read, and what it would change."""

    roll: Roll
    difference: Difference
    files: Mapping[str, bytes]

    @property
    def problems(self) -> tuple[Problem, ...]:
        return (*self.roll.problems, *self.difference.problems)

    @property
    def braked(self) -> list[str]:
        return braked_parts(self.difference.counts)


def plan_import(*, school_id: int, uploads: Uploads, now: datetime, org: str = "") -> Plan:
    """Read files and compare them with the roll; nothing is written. Raises RollRefused where they can't be read."""
    school = School.objects.get(pk=school_id)
    return _plan(school, gather(uploads), org, now)


def read_import(*, school_id: int, uploads: Uploads, door: Door, now: datetime, by: User | None = None, org: str = "") -> RollImport:
    """Read files and keep what they would change, for somebody or something to decide. The files are held sealed until then.

    Where they can't be read the import says why. A person needs the right to change this school's roll, else NotFound.
    """
    if by is not None and not has_right(by, school_id, Right.CHANGE_ROLL):
        raise NotFound
    school = School.objects.get(pk=school_id)
    org = org or school.roll_org
    try:
        plan = _plan(school, gather(uploads), org, now)
    except RollRefused as refused:
        problems, state = refused.problems, ImportState.FAILED
        return RollImport.objects.create(school=school, made_at=now, by=by, door=door, state=state, org=org, **_problems(problems))
    found = RollImport(school=school, made_at=now, by=by, door=door, kind=plan.roll.kind, org=org, **_facts(plan))
    found.state = ImportState.NOTHING if plan.difference.is_empty else ImportState.WAITING
    if found.state == ImportState.WAITING:
        found.expires_at = now + (HELD_OVERNIGHT if door == Door.FOLDER else HELD_FOR)
        found.upload = str(uuid4())
    found.save()  # first the row: whatever becomes of us now, a sweep finds the file by it
    if found.upload:
        _hold(found, plan.files)
    return found


def record_unreadable(*, school_id: int, reason: str, now: datetime) -> RollImport:
    """Note that what the watched folder held could not even be opened."""
    problem = Problem("folder", 0, "", f"the files can't be read: {reason}; let Heedful's own user read them")
    return RollImport.objects.create(school_id=school_id, made_at=now, door=Door.FOLDER, state=ImportState.FAILED, **_problems((problem,)))


def apply_import(
    *, import_id: int, difference_hash: str, now: datetime, viewer: User | None = None, is_brake_confirmed: bool = False
) -> RollImport:
    """Make the roll as this import says, once, as it was shown. `viewer` is None for the machine's owner and for the night's run.

    Raises NotFound where it is not the viewer's, and ImportRefused, changing nothing, where it was decided before, its time is
    over, too much would change and nobody has confirmed that, or the roll has changed since: then the import has the new difference.
    """
    found = _waiting(import_id, viewer, now)
    if found.difference_hash != difference_hash:
        raise ImportRefused("This is not the difference that was shown. Look at it again.")
    if found.braked and not is_brake_confirmed:
        raise ImportRefused("More than a fifth would change. Confirm that this is right.")
    # Read before the line of writers, which devices stand in too: what is left inside is comparing and writing.
    read = _plan(found.school, _held(found), found.org, now)
    for attempt in (1, 2):
        try:
            with writers_in_line(), transaction.atomic():
                is_applied = _apply(found, read, viewer, now)
            break
        except IntegrityError:
            # A device reported a new account between our look and our insert: the second look finds it.
            if attempt == 2:
                raise
    if not is_applied:
        raise ImportRefused("The roll has changed since this was read. This is what it would change now: look at it again.")
    release_files(import_ids=[found.pk, *_overtaken(found)])
    found.refresh_from_db()
    return found


def _apply(found: RollImport, read: Plan, viewer: User | None, now: datetime) -> bool:
    """Within the transaction: False where the roll has changed since, and then the import has the new difference."""
    # The update comes before the look: imports of one school wait here for one another.
    School.objects.filter(pk=found.school_id).update(roll_version=F("roll_version") + 1)
    school = School.objects.get(pk=found.school_id)
    plan = _compared(read.roll, read.files, school.pk, version=school.roll_version - 1)
    waiting = RollImport.objects.filter(pk=found.pk, state=ImportState.WAITING)
    if plan.difference.fingerprint() != found.difference_hash:
        School.objects.filter(pk=school.pk).update(roll_version=F("roll_version") - 1)
        state = ImportState.NOTHING if plan.difference.is_empty else ImportState.WAITING
        waiting.update(state=state, **_facts(plan))
        return False
    if not waiting.update(state=ImportState.APPLIED, decided_at=now, decided_by=viewer):
        raise ImportRefused("This import was decided before.")
    write_difference(plan.difference, school_id=school.pk, today=timezone.localdate(now), now=now)
    if found.org != school.roll_org:
        School.objects.filter(pk=school.pk).update(roll_org=found.org)
    details = {"counts": plan.difference.counts, "files": found.files, "door": found.door, "difference": found.difference_hash}
    _audit(found, viewer, Action.ROLL_IMPORTED, details, now)
    return True


def refuse_import(*, import_id: int, viewer: User, now: datetime) -> RollImport:
    """Turn a waiting import down: nothing changes, and its files go. Raises NotFound and ImportRefused."""
    found = _waiting(import_id, viewer, now)
    with transaction.atomic():
        waiting = RollImport.objects.filter(pk=found.pk, state=ImportState.WAITING)
        if not waiting.update(state=ImportState.REFUSED, decided_at=now, decided_by=viewer):
            raise ImportRefused("This import was decided before.")
        _audit(found, viewer, Action.ROLL_IMPORT_REFUSED, {"difference": found.difference_hash}, now)
    release_files(import_ids=[found.pk])
    found.refresh_from_db()
    return found


def expire_imports(*, import_ids: Iterable[int]) -> None:
    """Let go of imports that nobody decided in time, or that a newer one has overtaken."""
    ids = list(import_ids)
    RollImport.objects.filter(pk__in=ids, state=ImportState.WAITING).update(state=ImportState.EXPIRED)
    release_files(import_ids=ids)


def release_files(*, import_ids: Iterable[int]) -> None:
    """Remove the sealed files of these imports; one that still waits keeps its own. A second time does no harm."""
    for found in RollImport.objects.filter(pk__in=list(import_ids)).exclude(upload="").exclude(state=ImportState.WAITING):
        remove_blob(school_id=found.school_id, name=found.upload)
        RollImport.objects.filter(pk=found.pk).update(upload="", expires_at=None)


def _overtaken(found: RollImport) -> list[int]:
    """Others that were read from the roll as it was before this one: what they show is no longer so."""
    others = RollImport.objects.filter(school_id=found.school_id, state=ImportState.WAITING).exclude(pk=found.pk)
    ids = list(others.values_list("id", flat=True))
    others.update(state=ImportState.EXPIRED)
    return ids


def _waiting(import_id: int, viewer: User | None, now: datetime) -> RollImport:
    rows = RollImport.objects.filter(pk=import_id)
    found = (rows if viewer is None else rows.filter(school_id__in=schools_with(viewer, Right.CHANGE_ROLL))).first()
    if found is None:
        raise NotFound
    if found.state != ImportState.WAITING:
        raise ImportRefused("This import was decided before.")
    if found.expires_at is not None and found.expires_at <= now:
        expire_imports(import_ids=[found.pk])
        raise ImportRefused("Its time is over and the files are gone. Give them again.")
    return found


def _plan(school: School, files: Mapping[str, bytes], org: str, now: datetime) -> Plan:
    known = known_roll(school.pk, version=school.roll_version)
    today = timezone.localdate(now)
    roll = read_roll(files, today=today, school_name=school.name, org=org or school.roll_org, known=known_parts(known))
    return _compared(roll, files, school.pk, version=school.roll_version)


def _compared(roll: Roll, files: Mapping[str, bytes], school_id: int, *, version: int) -> Plan:
    """With the addresses of the roll's staff, some of whom may work at another school of this installation."""
    known = known_roll(school_id, version=version, emails=(person.email for person in roll.staff))
    return Plan(roll, make_difference(known, roll), files)


def _facts(plan: Plan) -> dict[str, object]:
    return {
        "difference_hash": plan.difference.fingerprint(), "counts": plan.difference.counts, "braked": plan.braked,
        "row_ids": row_ids_of(plan.difference), "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(plan.files.items())},
    } | _problems(plan.problems)  # fmt: skip


def _problems(problems: tuple[Problem, ...]) -> dict[str, object]:
    kept = [[each.file, each.line, each.column, each.text] for each in problems[:MOST_PROBLEMS_KEPT]]
    return {"problems": kept, "problem_count": len(problems)}


def _hold(found: RollImport, files: Mapping[str, bytes]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    sealed = SchoolVault(found.school_id).seal(packed.getvalue(), table="roll_import", field="upload", row=found.upload)
    write_blob(school_id=found.school_id, name=found.upload, sealed=sealed)


def _held(found: RollImport) -> dict[str, bytes]:
    try:
        sealed = read_blob(school_id=found.school_id, name=found.upload)
        packed = SchoolVault(found.school_id).open(sealed, table="roll_import", field="upload", row=found.upload)
    except VaultError:  # the school's key was changed meanwhile, or the file was lost
        expire_imports(import_ids=[found.pk])
        raise ImportRefused("The files can't be opened any more. Give them again.") from None
    return gather([("held.zip", packed)])


def _audit(found: RollImport, viewer: User | None, action: Action, details: dict[str, object], now: datetime) -> None:
    actor = Actor.person(viewer.pk) if viewer else SYSTEM
    append(school_id=found.school_id, actor=actor, fact=Fact(action, "roll_import", (str(found.pk),), details), now=now)
