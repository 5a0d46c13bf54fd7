"""Reading a list of devices, showing what it would change, and changing it: once, by the difference that was shown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction

from heedful.audit.actions import append
from heedful.audit.rules import SYSTEM, Action, Actor, Fact
from heedful.devices.actions.placing import merge_devices
from heedful.devices.inventory.difference import difference_of, is_braked
from heedful.devices.inventory.models import InventoryImport
from heedful.devices.inventory.reading import read_inventory
from heedful.devices.inventory.values import VISIBLE, Difference, ImportRefused, InventoryRefused, Known, Listed, Wanted
from heedful.devices.models import Device
from heedful.devices.rules import ImportState, InventorySource
from heedful.people.models import Account, Group, School, User
from heedful.people.roll.reading.values import MOST_PROBLEMS_KEPT, Problem

HELD_FOR = timedelta(hours=1)
MOST_IDS_KEPT = 500
CHANGED_SINCE = "Devices have changed since this was shown. Read the list again."


def read_list(
    *, school: School, file: str, content: bytes, by: User | None, door: str, now: datetime, source: InventorySource | None = None
) -> tuple[InventoryImport, Difference]:
    """Read a file and keep what it would change until somebody decides. Changes no device. Raises InventoryRefused."""
    inventory = read_inventory(file, content, zone=ZoneInfo(settings.TIME_ZONE), source=source)
    if not inventory.rows:
        raise InventoryRefused(inventory.problems[0] if inventory.problems else Problem(file, 0, "", "it lists no device"))
    rows = _wanted(school, inventory.rows)
    found = difference_of(
        rows, known_devices(school.pk), source=inventory.source, is_whole=inventory.is_whole, file=file, problems=inventory.problems
    )
    with transaction.atomic():
        _forget_older(school, now)
        made = InventoryImport.objects.create(
            school=school, made_at=now, by=by, door=door, source=inventory.source, file_sha256=hashlib.sha256(content).hexdigest(),
            state=ImportState.NOTHING if found.is_empty else ImportState.WAITING, is_whole=inventory.is_whole,
            rows=[row.as_json() for row in rows], counts=found.counts, passed_over=dict(inventory.passed_over), problems=_kept(found.problems),
            problem_count=len(found.problems), fingerprint=found.fingerprint(), is_braked=is_braked(found), expires_at=now + HELD_FOR,
        )  # fmt: skip
        if found.is_empty:  # nothing that a person would notice: when each was last in use is taken in at once
            _note_active(found)
            InventoryImport.objects.filter(pk=made.pk).update(rows=[], expires_at=None)
    return made, found


def apply_list(*, waiting: InventoryImport, anyway: bool, by: User | None, now: datetime) -> Difference:
    """Make the devices as the list has them, if that is still what was shown. Raises ImportRefused and changes nothing."""
    try:
        with transaction.atomic():
            return _take_in(waiting, anyway=anyway, by=by, now=now)
    except IntegrityError:
        # A device enrolled between our look and our insert, under an id that the list was to bring.
        raise ImportRefused(CHANGED_SINCE) from None


def _take_in(waiting: InventoryImport, *, anyway: bool, by: User | None, now: datetime) -> Difference:
    # Imports of one school wait for one another; a profile that enrols meanwhile does not wait.
    School.objects.select_for_update(no_key=True).get(pk=waiting.school_id)
    held = InventoryImport.objects.filter(pk=waiting.pk, state=ImportState.WAITING, expires_at__gt=now).first()
    if held is None:
        raise ImportRefused("This list was decided before, or waited for more than an hour. Read it again.")
    if held.is_braked and not anyway:
        raise ImportRefused("More than a fifth of the inventory would change or go. Say that this is meant.")
    rows = [Wanted.from_json(row) for row in held.rows]
    source = InventorySource(held.source)
    found = difference_of(rows, known_devices(held.school_id), source=source, is_whole=held.is_whole)
    if found.fingerprint() != held.fingerprint:
        raise ImportRefused(CHANGED_SINCE)
    _apply(held.school_id, found, source, now)
    InventoryImport.objects.filter(pk=held.pk).update(state=ImportState.APPLIED, decided_at=now, rows=[], expires_at=None)
    details = {"import": held.pk, "source": held.source, "file_sha256": held.file_sha256, "counts": found.counts}
    gone = tuple(map(str, found.unlisted[:MOST_IDS_KEPT]))
    actor = Actor.person(by.pk) if by else SYSTEM
    append(school_id=held.school_id, actor=actor, fact=Fact(Action.INVENTORY_IMPORTED, "physical_device", gone, details), now=now)
    return found


def refuse_list(*, waiting: InventoryImport, now: datetime) -> bool:
    """Let a list go that was only looked at. False where it was decided before."""
    open_one = InventoryImport.objects.filter(pk=waiting.pk, state=ImportState.WAITING)
    return bool(open_one.update(state=ImportState.REFUSED, decided_at=now, rows=[], expires_at=None))


def known_devices(school_id: int) -> list[Known]:
    """Every device of the school as the difference compares it."""
    rows = Device.objects.filter(school_id=school_id).order_by("pk").defer("added_at", "active_in_inventory_at")
    return [
        Known(
            d.pk, d.kind, d.label, d.serial, d.machine_id, d.directory_device_id, d.model, d.site, d.group_id, d.assigned_account_id, d.listed_from,
            is_listed=d.is_listed, was_listed=d.listed_at is not None, is_retired=d.retired_at is not None,
        )
        for d in rows.iterator(chunk_size=2000)
    ]  # fmt: skip


def _wanted(school: School, rows: Iterable[Listed]) -> list[Wanted]:
    """The rows with their group and account found; what is not on the roll is left out."""
    rows = list(rows)
    groups = {name.lower(): pk for pk, name in Group.objects.filter(school=school).values_list("pk", "name")}
    addresses = [row.account for row in rows if row.account]
    accounts: dict[str, int] = {}
    for start in range(0, len(addresses), 500):
        found = Account.objects.filter(school=school, address__in=addresses[start : start + 500])
        accounts |= dict(found.values_list("address", "pk"))
    return [
        Wanted(
            row.line, str(row.kind), row.label, row.serial, row.machine_id, row.directory_device_id, row.model, row.site,
            groups.get(row.group.lower()), accounts.get(row.account), row.active_at.isoformat() if row.active_at else "",
        )
        for row in rows
    ]  # fmt: skip


def _apply(school_id: int, found: Difference, source: InventorySource, now: datetime) -> None:
    for loser_id, winner_id in found.merged:
        held = {d.pk: d for d in Device.objects.select_for_update().filter(pk__in=(loser_id, winner_id)).order_by("pk")}
        if len(held) == 2:
            merge_devices(loser=held[loser_id], winner=held[winner_id])
    by_id = Device.objects.in_bulk([change.id for change in found.changed if change.values or change.is_new_here])
    for change in found.changed:
        device = by_id.get(change.id)
        if device is None:
            continue
        for name, value in change.values.items():
            setattr(device, name, value)
        if change.is_new_here:
            device.listed_at, device.unlisted_at = now, None
    names = [{"group_id": "group", "assigned_account_id": "assigned_account"}.get(name, name) for name in VISIBLE]
    Device.objects.bulk_update(by_id.values(), [*names, "listed_from", "listed_at", "unlisted_at"], batch_size=200)
    Device.objects.bulk_create(
        [
            Device(
                school_id=school_id, kind=row.kind, label=row.label, serial=row.serial, machine_id=row.machine_id, directory_device_id=row.directory_device_id,
                model=row.model, site=row.site, group_id=row.group_id, assigned_account_id=row.assigned_account_id, listed_from=source, listed_at=now,
                added_at=now, active_in_inventory_at=datetime.fromisoformat(row.active_at) if row.active_at else None,
            )
            for row in found.added
        ],
        batch_size=200,
    )  # fmt: skip
    for start in range(0, len(found.unlisted), 500):
        Device.objects.filter(pk__in=found.unlisted[start : start + 500]).update(unlisted_at=now)
    _note_active(found)


def _note_active(found: Difference) -> None:
    """When the list's own system last saw each device: it moves daily and is no change that a person looks at."""
    told = {change.id: change.active_at for change in found.changed if change.active_at}
    devices = [Device(pk=pk, active_in_inventory_at=datetime.fromisoformat(at)) for pk, at in told.items()]
    Device.objects.bulk_update(devices, ["active_in_inventory_at"], batch_size=200)


def _forget_older(school: School, now: datetime) -> None:
    """Rows are held for an hour, and only those of the last list that was read."""
    older = InventoryImport.objects.filter(school=school, state=ImportState.WAITING)
    older.update(state=ImportState.EXPIRED, rows=[], decided_at=now, expires_at=None)


def _kept(problems: Sequence[Problem]) -> list[list[object]]:
    return [[problem.line, problem.column, problem.text] for problem in problems[:MOST_PROBLEMS_KEPT]]
