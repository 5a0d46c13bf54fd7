"""What Heedful serves and for whom: library, extension, schools with somebody to tell; the record and its backup."""

from __future__ import annotations

from datetime import datetime

from heedful.assurance.checkup import Finding
from heedful.assurance.queries import last_good_backup
from heedful.audit.queries import chains, first_break
from heedful.captures.assessing import LayersNotReady, check_layers
from heedful.gateway.bundle_file import bundle_file
from heedful.gateway.extension_package import ExtensionNotBuilt
from heedful.gateway.shipped_extension import package
from heedful.people.queries import all_schools, people_with_role
from heedful.people.rules import RoleName

BACKUP_HOURS = 36  # one each night, and one may be missed by the clock's change


def library() -> Finding:
    return Finding("phrase library", "well", f"version {bundle_file().version}, {len(bundle_file().content) / 1000:.0f} kB for each device")


def layers() -> Finding:
    try:
        return Finding("detection layers", "well", check_layers())
    except LayersNotReady as fault:
        return Finding("detection layers", "wrong", str(fault))


def extension() -> Finding:
    try:
        return Finding("extension", "well", f"version {package().version}, id {package().extension_id}")
    except ExtensionNotBuilt as fault:
        return Finding("extension", "wrong", str(fault))


def chain() -> Finding:
    for school_id in chains():
        broken = first_break(school_id)
        if broken:
            return Finding(
                "audit chain",
                "wrong",
                f"school {school_id}: broken at entry {broken.number}: {broken.reason}; keep the database as it is and find out who could write to it",
            )
    return Finding("audit chain", "well", "whole")


def leads() -> Finding:
    if not all_schools():
        return Finding("safeguarding leads", "advice", "no school yet; make one: heedful school make NAME")
    without = [str(school.pk) for school in all_schools() if not people_with_role(school.pk, RoleName.DSL)]
    if without:
        return Finding(
            "safeguarding leads",
            "wrong",
            f"school {', '.join(without)} has no DSL who can sign in: nobody would be told; add one with 'heedful school staff'",
        )
    return Finding("safeguarding leads", "well", "every school has one")


def backup(*, now: datetime) -> Finding:
    """How old the newest backup is that was read again whole."""
    made = last_good_backup()
    if made is None:
        return Finding("backup", "wrong", "none was made yet; set HEEDFUL_BACKUP_DIR for one each night, or run: heedful backup FOLDER")
    hours = (now - made.at).total_seconds() / 3600
    if hours > BACKUP_HOURS:
        return Finding("backup", "wrong", f"the newest is {hours / 24:.0f} days old; run: heedful backup, and see what it says")
    return Finding("backup", "well", f"{made.captures} captures, {hours:.0f} hours ago, read again whole; try a restore each term (docs/backup.md)")
