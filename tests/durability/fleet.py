"""Many devices that send at once, through every outage, as their spools make them."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

from heedful.demo.device import GatewayAway, SimulatedDevice
from heedful.demo.fleet import captures_for, enrolled_fleet

BATCH = 10


def spool(device: SimulatedDevice, phrase: tuple[str, str], *, count: int) -> list[str]:
    """Put so many captures of these words in the device's spool; their ids."""
    made = captures_for(device, count=count, phrase=phrase[0], rule=phrase[1], start=datetime.now(UTC))
    device.add(made)
    return [str(capture["id"]) for capture in made]


class Fleet:
    """Devices with captures to send, each in a thread of its own."""

    def __init__(self, server_url: str, token: str, *, devices: int, captures_each: int, phrase: tuple[str, str]) -> None:
        self.devices = enrolled_fleet(server_url, token, size=devices)
        self.sent = {capture_id for device in self.devices for capture_id in spool(device, phrase, count=captures_each)}
        self._give_up_at = 0.0
        self._threads = [threading.Thread(target=self._deliver, args=(device,), daemon=True) for device in self.devices]

    def start(self, *, give_up_after_s: float) -> None:
        self._give_up_at = time.monotonic() + give_up_after_s
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def acknowledged(self) -> set[str]:
        return {capture_id for device in self.devices for capture_id in tuple(device.acknowledged)}

    def left(self) -> int:
        return sum(len(device.spool) for device in self.devices)

    def _deliver(self, device: SimulatedDevice) -> None:
        while device.spool and time.monotonic() < self._give_up_at:
            try:
                device.drain(batch=BATCH)
            except GatewayAway:
                time.sleep(0.3)
        device.close()
