"""What tells one physical machine from another: pure. An id is what somebody says, an agent or an inventory; it proves nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from heedful.devices.rules import DeviceKind

# What makers write where there is no serial number; many machines share it, so it tells nothing. Compared without what is no letter or digit.
_NO_SERIAL_NUMBER = frozenset(
    {
        "", "0", "NONE", "NULL", "NA", "NOTAPPLICABLE", "NOTAVAILABLE", "NOTSPECIFIED", "UNKNOWN", "INVALID", "DEFAULT", "DEFAULTSTRING", "SYSTEMSERIALNUMBER",
        "SERIALNUMBER", "SERIAL", "TOBEFILLEDBYOEM", "OEM", "CHASSISSERIALNUMBER", "BASEBOARDSERIALNUMBER", "XXXXXXX", "123456789", "1234567890", "0123456789",
        "SYSTEMPRODUCTNAME", "PARALLELS", "VIRTUALMACHINE", "EMPTY", "BLANK", "TBD", "TEST",
    }
)  # fmt: skip
MOST_ID_CHARACTERS = 100
_KINDS = (
    ("chrome", DeviceKind.CHROMEBOOK), ("cros", DeviceKind.CHROMEBOOK), ("win", DeviceKind.WINDOWS), ("mac", DeviceKind.MAC), ("osx", DeviceKind.MAC),
    ("linux", DeviceKind.LINUX), ("ubuntu", DeviceKind.LINUX), ("debian", DeviceKind.LINUX), ("ipad", DeviceKind.IPAD),
)  # fmt: skip


def machine_id_of(text: str) -> str:
    """A serial number or asset tag as it is compared: capitals, single spaces; empty where it is what stands for none."""
    named = " ".join(text.split()).upper()[:MOST_ID_CHARACTERS]
    bare = re.sub(r"[^A-Z0-9]", "", named)
    return "" if bare in _NO_SERIAL_NUMBER or len(set(bare)) == 1 else named


def directory_id_of(text: str) -> str:
    """A directory's device id as it is compared: small letters."""
    return text.strip().lower()[:MOST_ID_CHARACTERS]


def kind_of(system: str, model: str = "") -> DeviceKind:
    """The kind of device by the name of its operating system, as agents and inventories write it, and by its model for an iPad."""
    word = re.sub(r"[^a-z]", "", system.lower())
    if "ipad" in model.lower() and not word.startswith("mac"):
        return DeviceKind.IPAD
    return next((kind for start, kind in _KINDS if word.startswith(start)), DeviceKind.OTHER)


@dataclass(frozen=True)
class Claim:
    """What an agent says of the machine that it runs on, each as it is compared; empty where it has none."""

    kind: DeviceKind
    directory_device_id: str = ""
    machine_id: str = ""
    label: str = ""

    @staticmethod
    def of(*, system: str, directory_device_id: str, machine_id: str, label: str) -> Claim:
        """The claim in what arrived on the wire."""
        return Claim(kind_of(system), directory_id_of(directory_device_id), machine_id_of(machine_id), label.strip()[:MOST_ID_CHARACTERS])

    @property
    def names_a_machine(self) -> bool:
        """Whether it has an id that is the same for every profile on the machine."""
        return bool(self.directory_device_id or self.machine_id)
