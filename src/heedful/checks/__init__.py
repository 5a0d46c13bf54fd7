"""What `heedful doctor` looks at. Each check gives one finding; none changes anything."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from heedful.assurance.checkup import Finding
from heedful.checks import doors, machine, product


def examine(*, offline: bool) -> list[Finding]:
    """Every check, in the order in which a technician would fix things. `offline` leaves out mail and both doors."""
    now = timezone.now()
    checks: list[Callable[[], Finding]] = [
        machine.keys, machine.database, machine.disk, lambda: machine.clock(now=now), lambda: machine.worker(now=now),
        product.library, product.layers, product.extension, product.chain, lambda: product.backup(now=now), product.leads, doors.secure_address,
    ]  # fmt: skip
    online = [doors.mail, doors.console, doors.devices]
    return [check() for check in checks + ([] if offline else online)]
