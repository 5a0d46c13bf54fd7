"""Lists of devices that were read, for those who look after devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from heedful.devices.inventory.actions import known_devices
from heedful.devices.inventory.difference import difference_of
from heedful.devices.inventory.models import InventoryImport
from heedful.devices.inventory.values import Wanted
from heedful.devices.models import Device
from heedful.devices.rules import DeviceKind, ImportState, InventorySource
from heedful.people.models import User
from heedful.people.queries import schools_with
from heedful.people.rules import NotFound, Right

MOST_IMPORTS, MOST_SHOWN = 20, 50
_TITLES = {
    "kind": "kind", "label": "name", "serial": "serial number", "model": "model", "site": "site", "group_id": "group", "assigned_account_id": "whom it is given to",
    "machine_id": "machine id", "directory_device_id": "directory id", "listed_from": "the list that names it",
}  # fmt: skip


@dataclass(frozen=True)
class ImportRow:
    """One list that was read."""

    id: int
    school: str
    made_at: datetime
    by: str
    source: str
    state: str
    state_title: str
    counts: dict[str, int]
    problem_count: int


@dataclass(frozen=True)
class ChangedDevice:
    id: int
    name: str
    what: str


@dataclass(frozen=True)
class Shown:
    """A list that waits, and what it would change; at most 50 of each kind by name."""

    row: ImportRow
    is_braked: bool
    is_whole: bool
    problems: list[list[object]]
    passed_over: dict[str, int]
    added: list[str]
    found: list[ChangedDevice]
    changed: list[ChangedDevice]
    unlisted: list[ChangedDevice]


def imports_for(viewer: User) -> list[ImportRow]:
    """The latest lists of the schools whose devices the viewer looks after."""
    rows = (
        InventoryImport.objects.filter(school_id__in=schools_with(viewer, Right.SEE_DEVICES)).select_related("school", "by").defer("rows")
    )
    return [_row(row) for row in rows.order_by("-made_at", "-pk")[:MOST_IMPORTS]]


def import_of(viewer: User, import_id: int) -> InventoryImport:
    """Raises NotFound where it is not of a school whose devices the viewer looks after."""
    found = (
        InventoryImport.objects.filter(pk=import_id, school_id__in=schools_with(viewer, Right.SEE_DEVICES))
        .select_related("school", "by")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def show_import(viewer: User, import_id: int) -> Shown:
    """The list with what it would change; one that was decided shows its numbers alone. Raises NotFound."""
    held = import_of(viewer, import_id)
    added: list[str] = []
    found: list[ChangedDevice] = []
    changed: list[ChangedDevice] = []
    unlisted: list[ChangedDevice] = []
    if held.state == ImportState.WAITING:
        rows = [Wanted.from_json(row) for row in held.rows]
        difference = difference_of(rows, known_devices(held.school_id), source=InventorySource(held.source), is_whole=held.is_whole)
        added = [_name(row.label, row.serial, row.directory_device_id) for row in difference.added[:MOST_SHOWN]]
        visible = [change for change in difference.changed if change.values or change.is_new_here]
        new_here = [change for change in visible if change.is_new_here][:MOST_SHOWN]
        others = [change for change in visible if not change.is_new_here][:MOST_SHOWN]
        gone = difference.unlisted[:MOST_SHOWN]
        names = _names([*(change.id for change in [*new_here, *others]), *gone])
        found = [ChangedDevice(change.id, names[change.id], "") for change in new_here]
        changed = [ChangedDevice(c.id, names[c.id], ", ".join(_what(n, v) for n, v in c.values.items())) for c in others]
        unlisted = [ChangedDevice(pk, names[pk], "") for pk in gone]
    return Shown(_row(held), held.is_braked, held.is_whole, held.problems, held.passed_over, added, found, changed, unlisted)


def _what(name: str, value: object) -> str:
    if name in {"group_id", "assigned_account_id"}:
        return _TITLES[name]
    shown = DeviceKind(str(value)).label if name == "kind" else InventorySource(str(value)).label if name == "listed_from" else value
    return f"{_TITLES[name]}: {shown}"


def _names(ids: list[int]) -> dict[int, str]:
    rows = Device.objects.filter(pk__in=ids).values_list("pk", "label", "serial", "directory_device_id")
    return {pk: _name(label, serial, directory) or f"Device {pk}" for pk, label, serial, directory in rows}


def _name(label: str, serial: str, directory: str) -> str:
    return f"{label} ({serial})" if label and serial else label or serial or directory


def _row(row: InventoryImport) -> ImportRow:
    return ImportRow(
        row.pk, row.school.name, row.made_at, row.by.name if row.by else "the command line", InventorySource(row.source).label, row.state,
        ImportState(row.state).label, row.counts, row.problem_count,
    )  # fmt: skip
