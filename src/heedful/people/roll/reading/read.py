"""The one way in: known files in either format give a roll."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from heedful.people.roll.reading.archive import ONEROSTER_FILES
from heedful.people.roll.reading.oneroster import read_oneroster
from heedful.people.roll.reading.plain import read_plain
from heedful.people.roll.reading.values import Part, Roll


def read_roll(files: Mapping[str, bytes], *, today: date, school_name: str, org: str = "", known: Mapping[str, Part] | None = None) -> Roll:
    """Read files as `archive.gather` names them: OneRoster where there is a manifest or users.csv, else plain CSV.

    `org` and `known` are for OneRoster, see there. Linear in the size of the files. Raises RollRefused, with every fault that stops the reading.
    """
    if {"manifest.csv", "users.csv"} & set(files):
        exported = {name: content for name, content in files.items() if name in ONEROSTER_FILES}
        return read_oneroster(exported, today=today, school_name=school_name, org=org, known=known)
    return read_plain(files, today=today)
