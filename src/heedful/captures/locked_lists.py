"""The lists of illegal content that the school has obtained, as installed on this machine. There is no way to take one off.

Who may hold such lists is between the school and their keepers (IWF, CTIRU); the project is no member for it (U01, U02).
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from heedful.audit.actions import append
from heedful.audit.rules import SYSTEM, Action, Fact
from heedful.detection.lists import LockedList, LockedLists, read_lists
from heedful.first_start import ensure_folder

INSTALLATION = 0


@lru_cache(maxsize=1)
def installed_lists() -> LockedLists:
    """Every installed list, read once per process."""
    return read_lists(sorted(_folder().glob("*.txt")))


def install_list(source: Path) -> LockedList:
    """Check a list file and install it, in place of the one of its name. Raises ListError, and then changes nothing.

    Devices get it with their next policy; running servers assess with it after their next start.
    """
    (checked,) = read_lists([source]).lists
    target = _folder() / f"{source.stem}.txt"
    aside = target.with_suffix(".new")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(source.read_bytes())
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, target)
    installed_lists.cache_clear()
    with transaction.atomic():
        details = {"kind": checked.kind, "theme": checked.theme, "entries": len(checked.entries)}
        append(
            school_id=INSTALLATION,
            actor=SYSTEM,
            fact=Fact(Action.LOCKED_LIST_LOADED, "locked_list", (checked.name,), details),
            now=timezone.now(),
        )
    return checked


def for_devices() -> list[dict[str, object]]:
    """The address lists as a policy carries them; phrase lists stay on the server, which judges all that is sent."""
    return [
        {"kind": one.kind, "sha256_prefix_bytes": 32, "entries": sorted(entry.hex() for entry in one.entries)}
        for one in installed_lists().lists
        if one.kind == "url"
    ]


def _folder() -> Path:
    return ensure_folder(Path(settings.DATA_DIR) / "lists")
