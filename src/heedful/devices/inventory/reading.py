"""A list of devices from Google Admin, Intune or a plain CSV: columns by their public names, rows that are no device of the school left out."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, tzinfo

from heedful.devices.inventory.values import Inventory, InventoryRefused, Listed
from heedful.devices.machines import directory_id_of, kind_of, machine_id_of
from heedful.devices.rules import DeviceKind, InventorySource
from heedful.people.roll.reading.tables import Row, Table, read_table
from heedful.people.roll.reading.values import Problem, RollRefused, shape

MOST_DEVICES = 50_000
_LENGTHS = {"label": 100, "serial": 100, "model": 120, "site": 80}
# Headers as `tables.plain_word` compares them: letters and digits in lower case. The best first.
SPELLINGS: dict[str, tuple[str, ...]] = {
    "label": ("annotatedassetid", "assetid", "assettag", "assetnumber", "label", "devicename", "computername", "hostname", "name", "device"),
    "serial": ("serialnumber", "serial", "serialno", "servicetag"),
    "machine_id": ("machineid",),
    "directory_device_id": ("directorydeviceid", "directoryapiid", "deviceid"),
    "kind": ("kind", "devicetype", "type", "os", "operatingsystem", "platform"),
    "model": ("model", "devicemodel"),
    "site": ("annotatedlocation", "site", "location", "building", "campus", "devicecategory", "category", "devicecategorydisplayname"),
    "group": ("group", "class", "yeargroup", "trolley"),
    "org_unit": ("orgunitpath", "organizationalunit", "organisationalunit", "orgunit"),
    "account": (
        "annotateduser", "assigneduser", "primaryuserupn", "userprincipalname", "primaryuseremailaddress", "emailaddress", "email", "account", "user",
    ),
    "status": ("status", "devicestatus", "provisionstatus"),
    "ownership": ("ownership", "manageddeviceownertype", "ownertype"),
    "active": ("mostrecentactivity", "lastsync", "lastcheckin", "lastsyncdatetime", "lastpolicysync", "lastactivity", "lastseen"),
    "of_google": ("annotatedassetid", "annotateduser", "annotatedlocation", "orgunitpath", "autoupdateexpiration", "mostrecentactivity", "platformversion"),
    "of_intune": (
        "primaryuserupn", "lastcheckin", "azureaddeviceid", "microsoftentradeviceid", "manageddeviceownertype", "managedby", "compliance", "lastsyncdatetime",
        "userprincipalname", "enrolleddatetime",
    ),
}  # fmt: skip
_GONE = {"deprovisioned", "disabled", "retired", "retirepending", "wiped", "wipepending", "lost", "disposed", "scrapped", "sold"}
_IS_PERSONAL = {"personal", "byod", "own"}
_NOT_IN_USE, _NOT_THE_SCHOOLS = "no longer in use", "somebody's own"
_MOMENTS = (
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%b %d, %Y %I:%M %p", "%d %b %Y %H:%M", "%d %b %Y",
)  # fmt: skip


def read_inventory(file: str, content: bytes, *, zone: tzinfo, source: InventorySource | None = None) -> Inventory:
    """Read one file; which system it is from is told by its columns unless `source` says it.

    A row that can't be used is a problem and the rest is kept. Linear in the file. Raises InventoryRefused.
    """
    try:
        table = read_table(file, content, SPELLINGS)
    except RollRefused as fault:
        raise InventoryRefused(fault.problems[0]) from None
    if not table.columns & {"label", "serial", "machine_id", "directory_device_id"}:
        raise InventoryRefused(
            Problem(file, 1, "", "no column names a device; it takes 'Serial number', 'Asset ID', 'Device name' or 'Device ID'")
        )
    if len(table.rows) > MOST_DEVICES:
        raise InventoryRefused(Problem(file, 0, "", f"{len(table.rows):,} devices; at most {MOST_DEVICES:,} are read"))
    return _Reader(table, source or _source_of(table), zone).read()


def _source_of(table: Table) -> InventorySource:
    if "of_google" in table.columns:
        return InventorySource.GOOGLE
    return InventorySource.INTUNE if "of_intune" in table.columns else InventorySource.CSV


class _Reader:
    """One reading: rows, problems, and where each id was first met."""

    def __init__(self, table: Table, source: InventorySource, zone: tzinfo) -> None:
        self.table, self.source, self.zone = table, source, zone
        self.problems: list[Problem] = list(table.problems)
        self.is_whole = not table.problems
        self.passed_over: Counter[str] = Counter()
        self.first_at: dict[tuple[str, str], int] = {}

    def read(self) -> Inventory:
        rows = tuple(filter(None, map(self._device, self.table.rows)))
        return Inventory(self.source, rows, tuple(sorted(self.problems, key=lambda p: p.line)), dict(self.passed_over), self.is_whole)

    def _device(self, row: Row) -> Listed | None:
        reason = _reason_to_pass(row)
        if reason:
            self.passed_over[reason] += 1
            return None
        cells = {column: self._cell(row, column) for column in _LENGTHS}
        serial, directory = machine_id_of(cells["serial"]), self._directory_id(row)
        machine = machine_id_of(row.get("machine_id")) or serial
        if not (machine or directory or cells["label"]):
            self.is_whole = False
            self.problems.append(row.problem("serial", "neither a serial number nor a name; fill in one of them"))
            return None
        if self._is_again(row, machine=machine, directory=directory, label="" if machine or directory else cells["label"].upper()):
            return None
        return Listed(
            row.line, self._kind(row, cells["model"], directory), cells["label"], serial, machine, directory, cells["model"], cells["site"],
            _group_of(row), row.get("account").lower(), self._active_at(row),
        )  # fmt: skip

    def _is_again(self, row: Row, *, machine: str, directory: str, label: str) -> bool:
        """Whether an id stood in an earlier line. The first line holds: one device is one row."""
        for column, value in (("serial", machine), ("directory_device_id", directory), ("label", label)):
            first = self.first_at.setdefault((column, value), row.line) if value else row.line
            if first != row.line:
                self.problems.append(row.problem(column, f"the same as in line {first}; the first of them is kept"))
                return True
        return False

    def _cell(self, row: Row, column: str) -> str:
        text, most = row.get(column), _LENGTHS[column]
        if text and not text.isprintable():
            self.problems.append(row.problem(column, "got signs that can't be shown; left empty"))
            return ""
        if len(text) > most:
            self.problems.append(row.problem(column, f"got {shape(text)}; only the first {most} are kept"))
        return text[:most]

    def _directory_id(self, row: Row) -> str:
        # Intune has a column of the same name, which no Chromebook ever tells.
        return "" if self.source == InventorySource.INTUNE else directory_id_of(row.get("directory_device_id"))

    def _kind(self, row: Row, model: str, directory: str) -> DeviceKind:
        if self.source == InventorySource.GOOGLE:
            return DeviceKind.CHROMEBOOK
        for text in row.all("kind"):
            word = text.strip().lower()
            named = DeviceKind(word) if word in DeviceKind.values else kind_of(text, model)
            if named != DeviceKind.OTHER or word in {"other", "ios", "android"}:
                return named
        if row.get("kind"):
            self.problems.append(
                row.problem("kind", f"got {shape(row.get('kind'))}; it takes {', '.join(DeviceKind.values)}. Kept as other")
            )
            return DeviceKind.OTHER
        return DeviceKind.CHROMEBOOK if directory else kind_of("", model)

    def _active_at(self, row: Row) -> datetime | None:
        """When the list's own system last saw it. What can't be told is left out: it decides nothing."""
        return next(filter(None, (moment_of(text, self.zone) for text in row.all("active"))), None)


def _reason_to_pass(row: Row) -> str:
    if _word(row.get("status")) in _GONE:
        return _NOT_IN_USE
    return _NOT_THE_SCHOOLS if _word(row.get("ownership")) in _IS_PERSONAL else ""


def _group_of(row: Row) -> str:
    """The group's name: its own column, else the last part of Google's organisational unit."""
    return row.get("group") or row.get("org_unit").rstrip("/").rpartition("/")[2]


def _word(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def moment_of(text: str, zone: tzinfo) -> datetime | None:
    """A moment as these lists write it, in `zone` where it names none; None where it can't be told."""
    trimmed = re.sub(r"(\.\d{6})\d+", r"\1", text.strip())
    try:
        found = datetime.fromisoformat(trimmed)
    except ValueError:
        found = next(filter(None, (_parsed(trimmed, form) for form in _MOMENTS)), None)  # type: ignore[assignment]
    if found is None or found.year < 2000:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None
