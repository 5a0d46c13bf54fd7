"""A full disk: 503, nothing acknowledged, nothing lost, and it goes on when there is room."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import pytest

from heedful.demo.device import GatewayAway, SimulatedDevice
from heedful.detection.bundle import Bundle
from tests.durability.fleet import spool
from tests.durability.server import Server, running_server

SIZE_MB = 24


def fill(folder: Path) -> Path:
    """Write until there is no room for another byte."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65_536, 4096, 1):
            while has_room(file, size):
                continue
    return filler


def has_room(file: io.RawIOBase, size: int) -> bool:
    """Write so many bytes; False when the disk takes no more."""
    try:
        file.write(b"\0" * size)
    except OSError as fault:
        if fault.errno == errno.ENOSPC:
            return False
        raise
    return True


def refusal(device: SimulatedDevice) -> str | None:
    """Send what waits; the status that kept it, or None when all was taken."""
    try:
        device.drain(batch=10)
    except GatewayAway as away:
        return str(away)
    return None


def send_until_refused(device: SimulatedDevice, phrase: tuple[str, str]) -> set[str]:
    """Send ten at a time until the gateway keeps nothing more; the ids that it acknowledged on the way.

    Urgent ones: of others only sixty an hour are stored, and the rest, which is counted, needs no room.
    """
    before = set(device.acknowledged)
    for _ in range(200):
        waiting = set(spool(device, phrase, count=10))
        if refusal(device) is not None:
            assert refusal(device) == "503"
            assert waiting <= set(device.spool)
            assert not waiting & device.acknowledged
            return device.acknowledged - before
    raise AssertionError("a full disk took two thousand captures")


@pytest.mark.needs_root
def test_a_full_disk_refuses_and_goes_on_when_there_is_room(shipped: Bundle, phrases: dict[int, tuple[str, str]], tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    # A namespace of its own: nobody else sees the small disk, and it goes when the last process of it ends.
    mount = f"mount -t tmpfs -o size={SIZE_MB}m,mode=0700 tmpfs '{data}' && exec \"$@\""
    with running_server(tmp_path, prefix=("unshare", "-m", "--propagation", "private", "sh", "-c", mount, "sh")) as server:
        assert server.parent is not None
        inside = Inside(server)
        device = SimulatedDevice(server.url)
        device.enrol(inside.make_school())
        kept = set(spool(device, phrases[5], count=10))
        device.drain()
        assert device.acknowledged == kept

        filler = fill(Path(f"/proc/{server.parent.pid}/root{data}"))
        kept |= send_until_refused(device, phrases[5])
        urgent = set(spool(device, phrases[5], count=1))
        assert refusal(device) == "503"
        assert device.acknowledged == kept

        os.unlink(filler)
        waiting = set(device.spool)
        device.drain_until_empty(give_up_after_s=20)
        stored = [str(row["id"]) for row in inside.stored()]
        assert urgent < waiting
        assert sorted(stored) == sorted(kept | waiting)
        assert "broken" not in inside.run("audit", "verify")


class Inside(Server):
    """The same installation, for commands that have to see its disk."""

    def __init__(self, server: Server) -> None:
        super().__init__(server.folder, server.port, server.database_url, parent=server.parent)

    def way_in(self) -> tuple[str, ...]:
        assert self.parent is not None
        return ("nsenter", "-t", str(self.parent.pid), "-m")
